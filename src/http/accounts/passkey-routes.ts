/** The routes on which an owner lists, names and removes passkeys. */
import { type Static, Type } from '@sinclair/typebox';
import { Hono } from 'hono';
import { plainText } from '../../../machines/fields.ts';
import { closed } from '../../../machines/workflow.ts';
import { type CompletedLogin, type LoginDeps, type LoginVariables, loginGate, secondFactorGate } from '../authentication/logins.ts';
import { type DocumentContext, type JsonObject, json, operation, problems } from '../openapi/operation.ts';
import { Problem } from '../problems/problem.ts';
import { pathId } from '../requests/ids.ts';
import { bodyReader } from '../requests/request-body.ts';
import { timeOf } from '../sessions/representation.ts';
import { accountTag } from './me-paths.ts';

/** A passkey for its owner. */
interface OwnPasskey {
  readonly id: string;
  readonly name: string | null;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
  readonly backedUp: boolean;
}

export interface PasskeyRouteDeps extends LoginDeps {
  readonly passkeys: (accountId: string) => Promise<readonly OwnPasskey[]>;
  /** @returns true if the account has the passkey */
  readonly rename: (accountId: string, id: string, name: string) => Promise<boolean>;
  /** Removes a passkey and tells the owner. @returns true if the account had it */
  readonly remove: (login: CompletedLogin, id: string) => Promise<boolean>;
}

const orNull = <T extends ReturnType<typeof Type.String>>(schema: T) => Type.Union([schema, Type.Null()]);

const PasskeysAnswer = Type.Object({
  passkeys: Type.Array(
    Type.Object({
      id: Type.String({ format: 'uuid', description: 'The passkey' }),
      name: orNull(Type.String({ description: 'The owner’s name for the passkey' })),
      createdAt: Type.String({ format: 'date-time', description: 'The time at which the passkey was added' }),
      lastUsedAt: orNull(Type.String({ format: 'date-time', description: 'The time of its latest use; null before the first' })),
      backedUp: Type.Boolean({ description: 'True if the passkey is copied to other devices of the owner' }),
    }),
    { description: 'The passkeys, oldest first' },
  ),
});

const Name = Type.Object(
  {
    name: Type.String({
      minLength: 1,
      maxLength: 60,
      pattern: plainText,
      title: 'Name of the passkey',
      description: 'The owner’s name for the passkey',
      examples: ["Jane's phone"],
    }),
  },
  closed,
);

const notFound = (): Problem => new Problem('not-found', 'No such passkey');

export function passkeyRoutes(deps: PasskeyRouteDeps): Hono {
  const app = new Hono<{ Variables: LoginVariables }>();
  const readName = bodyReader(Name);
  app.use('/v1/me/passkeys', loginGate(deps));
  app.use('/v1/me/passkeys/*', loginGate(deps));
  app.get('/v1/me/passkeys', async (c) => {
    const passkeys = await deps.passkeys(c.get('login').accountId);
    return c.json<Static<typeof PasskeysAnswer>>({
      passkeys: passkeys.map(({ id, name, createdAt, lastUsedAt, backedUp }) => {
        return { id, name, createdAt: timeOf(createdAt), lastUsedAt: lastUsedAt === null ? null : timeOf(lastUsedAt), backedUp };
      }),
    });
  });
  app.patch('/v1/me/passkeys/:id', async (c) => {
    const id = pathId(c);
    const { name } = await readName(c);
    const isKnown = id !== null && (await deps.rename(c.get('login').accountId, id, String(name)));
    if (!isKnown) throw notFound();
    return c.body(null, 204);
  });
  app.delete('/v1/me/passkeys/:id', secondFactorGate(deps), async (c) => {
    const id = pathId(c);
    const wasKnown = id !== null && (await deps.remove(c.get('login'), id));
    if (!wasKnown) throw notFound();
    return c.body(null, 204);
  });
  // The variable `login` is set for these routes alone: no other route sees its type.
  return new Hono().route('/', app);
}

export function passkeyPaths(context: DocumentContext): JsonObject {
  const common = { tag: accountTag.name, security: ['accessToken'] };
  const usual = problems('unauthenticated', 'internal-error', 'unavailable');
  const passkey = { name: 'id', in: 'path', required: true, description: 'The passkey', schema: { type: 'string', format: 'uuid' } };
  const list = {
    ...common,
    operationId: 'myPasskeys',
    summary: 'List passkeys',
    description: 'The passkeys of the account.',
    success: json(200, 'The passkeys', PasskeysAnswer),
    problems: usual,
  };
  const rename = {
    ...common,
    operationId: 'renamePasskey',
    summary: 'Name a passkey',
    description: 'Gives a passkey a name by which its owner recognises it.',
    parameters: [passkey],
    body: Name,
    success: { status: 204 as const, description: 'The passkey has the name', content: {} },
    problems: [...usual, ...problems('invalid-request', 'unsupported-media-type', 'body-too-large', 'not-found')],
  };
  const remove = {
    ...common,
    operationId: 'removePasskey',
    summary: 'Remove a passkey',
    description:
      'Removes a passkey from the account, also for sessions that are under way. The owner gets an email. The request needs a login with a recent second factor.',
    parameters: [passkey],
    success: { status: 204 as const, description: 'The passkey is removed', content: {} },
    problems: [...usual, ...problems('second-factor-required', 'not-found')],
  };
  return {
    '/v1/me/passkeys': { get: operation(list, context) },
    '/v1/me/passkeys/{id}': { patch: operation(rename, context), delete: operation(remove, context) },
  };
}
