/** The routes for the owner of an account, authenticated by the access token of a login. */
import { Type } from '@sinclair/typebox';
import { Hono } from 'hono';
import { type CompletedLogin, type LoginDeps, type LoginVariables, loginGate, secondFactorGate } from '../authentication/logins.ts';
import { type DocumentContext, type JsonObject, json, operation, problems } from '../openapi/operation.ts';
import { Problem } from '../problems/problem.ts';
import { timeOf } from '../sessions/representation.ts';

export interface OwnAccount {
  readonly id: string;
  readonly email: string;
  readonly phone: string | null;
  readonly locale: string | null;
  readonly emailVerified: boolean;
  readonly phoneVerified: boolean;
}

export interface TrustedDevice {
  readonly id: string;
  readonly type: string | null;
  readonly name: string | null;
  readonly createdAt: number;
  readonly expiresAt: number;
}

export interface MeRouteDeps extends LoginDeps {
  readonly accounts: {
    find(id: string): Promise<OwnAccount | null>;
    devices(accountId: string): Promise<readonly TrustedDevice[]>;
    /** The linked accounts at providers. */
    links(accountId: string): Promise<readonly { readonly id: string; readonly provider: string; readonly linkedAt: number }[]>;
    /** @returns true if the device was trusted */
    revoke(accountId: string, deviceId: string): Promise<boolean>;
  };
  /** Removes a link and tells the owner. @returns true if the account had the link */
  readonly unlink: (login: CompletedLogin, linkId: string) => Promise<boolean>;
  /** Ends a login, permanently and on every node. */
  readonly logOut: (login: CompletedLogin) => Promise<void>;
}

const Text = (description: string) => Type.String({ description });
const Time = (description: string) => Type.String({ format: 'date-time', description });
const orNull = <T extends ReturnType<typeof Text>>(schema: T) => Type.Union([schema, Type.Null()]);

const MeAnswer = Type.Object({
  id: Type.String({ format: 'uuid', description: 'The account' }),
  email: Text('The email address'),
  emailVerified: Type.Boolean({ description: 'True if the address is verified' }),
  phone: orNull(Text('The phone number, in E.164')),
  phoneVerified: Type.Boolean({ description: 'True if the number is verified' }),
  locale: orNull(Text('Language of messages')),
  links: Type.Array(
    Type.Object({
      id: Type.String({ format: 'uuid', description: 'The link' }),
      provider: Text('The provider of the linked account'),
      linkedAt: Time('The time of the link'),
    }),
    { description: 'The linked accounts at providers, oldest first' },
  ),
});

const DevicesAnswer = Type.Object({
  devices: Type.Array(
    Type.Object({
      id: Type.String({ format: 'uuid', description: 'The device' }),
      type: orNull(Text('The kind of the device')),
      name: orNull(Text('The owner’s name for the device')),
      createdAt: Time('The time at which the device became trusted'),
      expiresAt: Time('The time until which the device is trusted'),
    }),
    { description: 'The trusted devices, newest first' },
  ),
});

export function meRoutes(deps: MeRouteDeps): Hono {
  const app = new Hono<{ Variables: LoginVariables }>();
  const secondFactor = secondFactorGate(deps);
  app.use('/v1/me/*', loginGate(deps));
  app.get('/v1/me', async (c) => {
    const account = await deps.accounts.find(c.get('login').accountId);
    if (account === null) throw new Problem('not-found', 'The account no longer exists');
    const { id, email, emailVerified, phone, phoneVerified, locale } = account;
    const links = await deps.accounts.links(id);
    const linked = links.map((link) => ({ ...link, linkedAt: timeOf(link.linkedAt) }));
    return c.json({ id, email, emailVerified, phone, phoneVerified, locale, links: linked });
  });
  app.delete('/v1/me/login', async (c) => {
    await deps.logOut(c.get('login'));
    return c.body(null, 204);
  });
  app.get('/v1/me/devices', async (c) => {
    const devices = await deps.accounts.devices(c.get('login').accountId);
    return c.json({
      devices: devices.map((device) => ({ ...device, createdAt: timeOf(device.createdAt), expiresAt: timeOf(device.expiresAt) })),
    });
  });
  app.delete('/v1/me/devices/:id', secondFactor, async (c) => {
    const wasTrusted = await deps.accounts.revoke(c.get('login').accountId, c.req.param('id').toLowerCase());
    if (!wasTrusted) throw new Problem('not-found', 'No such device');
    return c.body(null, 204);
  });
  app.delete('/v1/me/links/:id', secondFactor, async (c) => {
    const wasLinked = await deps.unlink(c.get('login'), c.req.param('id').toLowerCase());
    if (!wasLinked) throw new Problem('not-found', 'No such link');
    return c.body(null, 204);
  });
  // The variable `login` is set for these routes alone: no other route sees its type.
  return new Hono().route('/', app);
}

/** The tag of the operations for the owner of an account. */
export const accountTag = { name: 'Account', description: 'An account, for its owner. Needs the access token of a login.' };

export function mePaths(context: DocumentContext): JsonObject {
  const tag = accountTag.name;
  const security = ['accessToken'];
  const common = problems('unauthenticated', 'internal-error', 'unavailable');
  const device = { name: 'id', in: 'path', required: true, description: 'The device', schema: { type: 'string', format: 'uuid' } };
  const me = {
    operationId: 'me',
    tag,
    security,
    summary: 'Read your account',
    description: 'The account of the login.',
    success: json(200, 'The account', MeAnswer),
    problems: common,
  };
  const devices = {
    operationId: 'myDevices',
    tag,
    security,
    summary: 'List trusted devices',
    description: 'The devices on which a login needs no code.',
    success: json(200, 'The devices', DevicesAnswer),
    problems: common,
  };
  const revoke = {
    operationId: 'revokeDevice',
    tag,
    security,
    summary: 'Stop trusting a device',
    description: 'The next login on that device needs a code again. The request needs a login with a recently entered code.',
    parameters: [device],
    success: { status: 204 as const, description: 'The device is no longer trusted', content: {} },
    problems: [...common, ...problems('second-factor-required', 'not-found')],
  };
  const logOut = {
    operationId: 'logOut',
    tag,
    security,
    summary: 'Log out',
    description: 'Ends the login. Its access tokens stop working and cannot be renewed. Other logins and trusted devices stay.',
    success: { status: 204 as const, description: 'The login has ended', content: {} },
    problems: common,
  };
  const unlink = {
    operationId: 'removeLink',
    tag,
    security,
    summary: 'Remove a link',
    description:
      'Removes the link, so that the account at the provider can be linked to another account. The owner gets an email. The request needs a login with a recently entered code.',
    parameters: [{ ...device, description: 'The link' }],
    success: { status: 204 as const, description: 'The link is removed', content: {} },
    problems: [...common, ...problems('second-factor-required', 'not-found')],
  };
  return {
    '/v1/me': { get: operation(me, context) },
    '/v1/me/login': { delete: operation(logOut, context) },
    '/v1/me/devices': { get: operation(devices, context) },
    '/v1/me/devices/{id}': { delete: operation(revoke, context) },
    '/v1/me/links/{id}': { delete: operation(unlink, context) },
  };
}
