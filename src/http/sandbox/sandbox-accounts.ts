/**
 * The sandbox's routes for accounts, which need no admin: they create, block and change accounts, and trust devices. An agent can ask to
 * see such an account.
 */
import { type Static, Type } from '@sinclair/typebox';
import { type Context, Hono } from 'hono';
import { Problem } from '../problems/problem.ts';
import { pathId } from '../requests/ids.ts';
import { bodyReader } from '../requests/request-body.ts';

const closed = { additionalProperties: false } as const;

const account = {
  email: Type.String({ minLength: 3, maxLength: 320, description: 'The email address', examples: ['jane@example.com'] }),
  password: Type.String({ minLength: 1, maxLength: 512, description: 'The password', examples: ['a quiet evening in Porto'] }),
  phone: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 40,
      description: 'The international phone number; counts as verified',
      examples: ['+33612345678'],
    }),
  ),
  locale: Type.Optional(Type.String({ maxLength: 100, description: 'Language of messages', examples: ['fr'] })),
  link: Type.Optional(
    Type.Object(
      {
        provider: Type.String({ minLength: 1, maxLength: 40, description: 'The name of the provider', examples: ['acme'] }),
        issuer: Type.String({ minLength: 1, maxLength: 2000, description: 'The issuer', examples: ['https://accounts.example.com'] }),
        subject: Type.String({
          minLength: 1,
          maxLength: 255,
          description: 'The person’s subject at the provider',
          examples: ['248289761001'],
        }),
      },
      { ...closed, description: 'A linked account at a provider' },
    ),
  ),
  trustedDevice: Type.Optional(Type.Boolean({ description: 'True to create the account with a trusted device, which needs no code' })),
};

export const SandboxAccountBody = Type.Object(account, closed);

export const SandboxAccountAnswer = Type.Object({
  id: Type.String({ description: 'The account' }),
  deviceToken: Type.Union([Type.String(), Type.Null()], { description: 'The token of the trusted device; null without one' }),
});

export const BlockBody = Type.Object(
  { blocked: Type.Boolean({ description: 'True to refuse codes of the account, as after many wrong ones' }) },
  closed,
);

export const FactorBody = Type.Object(
  {
    version: Type.Integer({
      minimum: 0,
      maximum: 1000,
      description: 'The version of the sandbox’s factor in the account. Another version replaces the factor, and 0 removes it',
      examples: [1],
    }),
    isDemanded: Type.Boolean({ description: 'True if the account must have a factor that no imitated page can use' }),
    isWeak: Type.Optional(Type.Boolean({ description: 'True for a factor that an imitated page could use. By default no such page can' })),
  },
  closed,
);

export const WrongPasswordsBody = Type.Object(
  {
    count: Type.Integer({
      minimum: 0,
      maximum: 1000,
      description: 'The number of wrong passwords by strangers. The next password is checked without a pause',
      examples: [4],
    }),
  },
  closed,
);

export const PasswordBody = Type.Object({ password: account.password }, closed);

export const AgentAnswer = Type.Object({
  key: Type.String({ description: 'The key with which an agent requests support access. It opens nothing else' }),
});

export interface SandboxAccountDeps {
  readonly accounts: {
    /** @returns the id; null if the address has an account already */
    create(account: { email: string; password: string; phone?: string; locale?: string }): Promise<string | null>;
    link(accountId: string, link: { provider: string; issuer: string; subject: string }): Promise<void>;
    /** @returns the device token for the next login */
    trustDevice(accountId: string): Promise<string>;
    /** @returns true if the account exists */
    block(accountId: string, blocked: boolean): Promise<boolean>;
    /** Gives the account the sandbox's factor, replaces it, or removes it. @returns true if the account exists */
    setFactor(accountId: string, state: { version: number; isDemanded: boolean; isWeak?: boolean }): Promise<boolean>;
    /** Records wrong passwords of strangers. @returns true if the account exists */
    arrangeWrongPasswords(accountId: string, wrong: number): Promise<boolean>;
    /** Changes the password as its owner could, without a code. @returns true if the account exists */
    changePassword(accountId: string, password: string): Promise<boolean>;
  };
}

export function sandboxAccountRoutes({ accounts }: SandboxAccountDeps): Hono {
  const app = new Hono();
  const readAccount = bodyReader(SandboxAccountBody);
  const readBlock = bodyReader(BlockBody);
  const readFactor = bodyReader(FactorBody);
  const readWrongPasswords = bodyReader(WrongPasswordsBody);
  const readPassword = bodyReader(PasswordBody);
  app.post('/sandbox/accounts', async (c) => {
    const { trustedDevice, link, ...made } = (await readAccount(c)) as Static<typeof SandboxAccountBody>;
    const id = await accounts.create(made);
    if (id === null) throw new Problem({ refusal: 'address-taken' }, 'This email address already has an account');
    if (link) await accounts.link(id, link);
    const deviceToken = trustedDevice === true ? await accounts.trustDevice(id) : null;
    return c.json<Static<typeof SandboxAccountAnswer>>({ id, deviceToken }, 201);
  });
  app.post('/sandbox/accounts/:id/block', async (c) => {
    const { blocked } = (await readBlock(c)) as Static<typeof BlockBody>;
    if (!(await accounts.block(accountIn(c), blocked))) throw noAccount();
    return c.json<Static<typeof BlockBody>>({ blocked });
  });
  app.post('/sandbox/accounts/:id/factor', async (c) => {
    const state = (await readFactor(c)) as Static<typeof FactorBody>;
    if (!(await accounts.setFactor(accountIn(c), state))) throw noAccount();
    return c.json<Static<typeof FactorBody>>(state);
  });
  app.post('/sandbox/accounts/:id/wrong-passwords', async (c) => {
    const { count } = (await readWrongPasswords(c)) as Static<typeof WrongPasswordsBody>;
    if (!(await accounts.arrangeWrongPasswords(accountIn(c), count))) throw noAccount();
    return c.json<Static<typeof WrongPasswordsBody>>({ count });
  });
  app.post('/sandbox/accounts/:id/password', async (c) => {
    const { password } = (await readPassword(c)) as Static<typeof PasswordBody>;
    if (!(await accounts.changePassword(accountIn(c), password))) throw noAccount();
    return c.body(null, 204);
  });
  return app;
}

/** @throws Problem if the path has no id */
function accountIn(c: Context): string {
  const id = pathId(c);
  if (id === null) throw noAccount();
  return id;
}

function noAccount(): Problem {
  return new Problem('not-found', 'No such account');
}
