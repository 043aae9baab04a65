/** The documentation of the routes for the owner of an account. */
import { Type } from '@sinclair/typebox';
import { type DocumentContext, type JsonObject, json, operation, problems } from '../openapi/operation.ts';

const Text = (description: string) => Type.String({ description });
const Time = (description: string) => Type.String({ format: 'date-time', description });
const orNull = <T extends ReturnType<typeof Text>>(schema: T) => Type.Union([schema, Type.Null()]);

export const MeAnswer = Type.Object({
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

export const DevicesAnswer = Type.Object({
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

export const FactorsAnswer = Type.Object({
  factors: Type.Array(
    Type.Object({
      name: Type.String({ description: 'The factor', examples: ['passkey'] }),
      phishingResistant: Type.Boolean({ description: 'True if a page that imitates the service cannot use it' }),
    }),
    { description: 'The factors that the account has besides sent codes, the strongest first' },
  ),
  preferred: orNull(Text('The factor that logins ask for first, or `code`; null for the strongest one')),
});

export const PreferredBody = Type.Object(
  {
    preferred: Type.Union([Type.String({ minLength: 1, maxLength: 60 }), Type.Null()], {
      description: 'One of the account’s factors, or `code`; null for the strongest one',
      examples: ['passkey'],
    }),
  },
  { additionalProperties: false },
);

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
  const factors = {
    operationId: 'myFactors',
    tag,
    security,
    summary: 'List factors',
    description: 'The factors with which a login or a change is confirmed in place of a code.',
    success: json(200, 'The factors', FactorsAnswer),
    problems: common,
  };
  const prefer = {
    operationId: 'preferFactor',
    tag,
    security,
    summary: 'Choose the preferred factor',
    description:
      'The next login asks for this factor first. The others stay possible. The request needs a login with a recent second factor.',
    body: PreferredBody,
    success: json(200, 'The factors', FactorsAnswer),
    problems: [...common, ...problems('invalid-request', 'body-too-large', 'unsupported-media-type', 'second-factor-required')],
  };
  return {
    '/v1/me': { get: operation(me, context) },
    '/v1/me/login': { delete: operation(logOut, context) },
    '/v1/me/devices': { get: operation(devices, context) },
    '/v1/me/devices/{id}': { delete: operation(revoke, context) },
    '/v1/me/factors': { get: operation(factors, context), put: operation(prefer, context) },
    '/v1/me/links/{id}': { delete: operation(unlink, context) },
  };
}
