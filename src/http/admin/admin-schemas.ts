/** The bodies and answers of the admins' routes, and their part of the OpenAPI document. */
import { Type } from '@sinclair/typebox';
import type { SessionStatus } from '../../engine/session.ts';
import { type DocumentContext, type JsonObject, json, operation, problems, reference } from '../openapi/operation.ts';

const closed = { additionalProperties: false } as const;
const Text = (description: string, examples: string[] = []) => Type.String({ minLength: 1, maxLength: 512, description, examples });
const Id = (description: string) => Type.String({ format: 'uuid', description });
const Time = (description: string) => Type.String({ format: 'date-time', description });
const orNull = <T extends ReturnType<typeof Text>>(schema: T) => Type.Union([schema, Type.Null()]);

export const NewAccountBody = Type.Object(
  {
    email: Type.String({ minLength: 3, maxLength: 320, description: 'The email address', examples: ['jane@example.com'] }),
    password: Type.Optional(Text('The password; or `passwordHash` instead', ['a quiet evening in Porto'])),
    passwordHash: Type.Optional(Text('A hash from another system: argon2 in PHC form, or bcrypt. Stored unchanged')),
    phone: Type.Optional(
      Type.String({ minLength: 1, maxLength: 40, description: 'The international phone number', examples: ['+33612345678'] }),
    ),
    emailVerified: Type.Optional(Type.Boolean({ description: 'True if the address is known to belong to the owner; false by default' })),
    phoneVerified: Type.Optional(
      Type.Boolean({ description: 'True if the number is known to belong to the owner: only then it receives codes; false by default' }),
    ),
    locale: Type.Optional(Type.String({ maxLength: 100, description: 'Language of messages', examples: ['fr'] })),
  },
  closed,
);

export const OpenDestinationBody = Type.Object(
  { to: Type.String({ minLength: 1, maxLength: 320, description: 'The address or number', examples: ['jane@example.com'] }) },
  closed,
);

export const AccountMade = Type.Object({ id: Id('The account') });

export const AccountAnswer = Type.Object({
  id: Id('The account'),
  email: Text('The email address, masked unless the owner has granted the agent access'),
  phone: orNull(Text('The phone number, masked like the address')),
  emailVerified: Type.Boolean({ description: 'True if the address is verified' }),
  phoneVerified: Type.Boolean({ description: 'True if the number is verified' }),
  locale: orNull(Text('Language of messages')),
  codesRefusedUntil: orNull(Time('The time until which codes are refused, after many wrong ones')),
  closedChannels: Type.Array(Type.String(), {
    description: 'Closed channels. A channel opens when the owner proves another authenticator, or when an admin opens it',
  }),
  createdAt: Time('The time of the creation'),
  updatedAt: Time('The time of the last change'),
  accessId: orNull(Id('The support access that permits unmasked details; null if they are masked')),
});

const cursor = orNull(Id('The cursor of the next page; null on the last page'));

/** Every status that a session can have. */
const statuses: Readonly<Record<SessionStatus, string>> = {
  active: 'the session can change',
  done: 'it has ended',
  stranded: 'no process runs the version of its machine',
  suspended: 'its machine failed, and the next start of the service takes it back',
};

export const SessionsAnswer = Type.Object({
  sessions: Type.Array(
    Type.Object({
      id: Id('The session'),
      workflow: Type.String({ description: 'The workflow' }),
      version: Type.Integer({ description: 'The version of its machine' }),
      revision: Type.Integer({ minimum: 1, description: 'Grows by one with every change' }),
      status: Type.Unsafe<SessionStatus>({
        type: 'string',
        description: Object.entries(statuses)
          .map(([status, meaning]) => `\`${status}\`: ${meaning}`)
          .join('; '),
      }),
      state: Type.String({ description: 'The path of the state' }),
      accountId: orNull(Id('The account that the session is about')),
      createdAt: Time('The time of the start'),
      updatedAt: Time('The time of the last change'),
      endedAt: orNull(Time('The time of the end')),
    }),
    { description: 'At most fifty, in descending order of their ids' },
  ),
  cursor,
});

export const AuditAnswer = Type.Object({
  entries: Type.Array(
    Type.Object({
      id: Id('The entry'),
      at: Time('The time of the request'),
      keyName: Type.String({ description: 'The name of the key' }),
      agent: orNull(Text('The name in `X-Agent`')),
      action: Type.String({ description: 'Method and route' }),
      accountId: orNull(Id('The account that the request concerned')),
      sessionId: orNull(Id('The session that the request concerned')),
      status: Type.Union([Type.Integer(), Type.Null()], { description: 'The status of the answer; null without an answer' }),
    }),
    { description: 'At most fifty, newest first' },
  ),
  cursor,
});

const common = { tag: 'Admin', security: ['adminKey'] };
const failures = problems('unauthenticated', 'not-found', 'invalid-request', 'internal-error', 'unavailable');
const agent = reference('parameters', 'Agent');

function id(of: string) {
  return { name: 'id', in: 'path', required: true, description: of, schema: { type: 'string', format: 'uuid' } };
}

function query(name: string, description: string, format?: string) {
  return { name, in: 'query', description, schema: { type: 'string', ...(format === undefined ? {} : { format }) } };
}

export function adminPaths(context: DocumentContext): JsonObject {
  const ofAccount = query('accountId', 'Only those about this account', 'uuid');
  const page = query('cursor', '`cursor` of the page before', 'uuid');
  const list = operation(
    {
      ...common,
      operationId: 'listSessions',
      summary: 'List sessions',
      description: 'Sessions of any workflow. Ended sessions are listed until they are deleted.',
      parameters: [query('workflow', 'Only those of this workflow'), query('state', 'Only those in this state'), ofAccount, page, agent],
      success: json(200, 'The sessions', SessionsAnswer),
      problems: failures,
    },
    context,
  );
  const cancel = operation(
    {
      ...common,
      operationId: 'cancelSession',
      summary: 'Cancel a session',
      description: 'Has the effect of a cancellation by its holder.',
      parameters: [id('The session'), agent],
      success: json(200, 'The session after the cancellation', reference('schemas', 'AnySession')),
      problems: [...failures, ...problems('event-not-accepted')],
    },
    context,
  );
  const audit = operation(
    {
      ...common,
      operationId: 'readAudit',
      summary: 'Read the audit log',
      description: 'Every call of these routes with a valid key, including failed ones.',
      parameters: [ofAccount, page, agent],
      success: json(200, 'The entries', AuditAnswer),
      problems: failures,
    },
    context,
  );
  return {
    '/admin/sessions': { get: list },
    '/admin/sessions/{id}/cancel': { post: cancel },
    '/admin/audit': { get: audit },
  };
}

export function adminAccountPaths(context: DocumentContext): JsonObject {
  const create = operation(
    {
      ...common,
      operationId: 'createAccount',
      summary: 'Create an account',
      description: 'The body can carry a password hash of another system instead of a password.',
      parameters: [agent],
      body: NewAccountBody,
      success: json(201, 'The account', AccountMade),
      problems: [...failures, ...problems('address-taken', 'weak-password', 'invalid-phone', 'body-too-large', 'unsupported-media-type')],
    },
    context,
  );
  const read = operation(
    {
      ...common,
      operationId: 'readAccount',
      summary: 'Read an account',
      description:
        'Personal details are masked, unless the owner has granted access to the agent in `X-Agent` (`support-accesses`) and the grant is still valid. The owner sees each time at which an agent viewed unmasked details.',
      parameters: [id('The account'), agent],
      success: json(200, 'The account', AccountAnswer),
      problems: failures,
    },
    context,
  );
  const openCodes = operation(
    {
      ...common,
      operationId: 'openAccountCodes',
      summary: 'Open the codes of an account',
      description:
        'Lets the account’s number or address take codes of logins and changes again, after many wrong codes in a row have closed it. The wrong codes of the last weeks still count.',
      parameters: [id('The account'), agent],
      success: { status: 204 as const, description: 'Codes are accepted again', content: {} },
      problems: failures,
    },
    context,
  );
  return {
    '/admin/accounts': { post: create },
    '/admin/accounts/{id}': { get: read },
    '/admin/accounts/{id}/open-codes': { post: openCodes },
  };
}

export function adminDestinationPaths(context: DocumentContext): JsonObject {
  const open = operation(
    {
      ...common,
      operationId: 'openDestination',
      summary: 'Open a destination',
      description:
        'Lets an address or number take codes again, after many wrong codes in a row have closed it. The wrong codes of the last weeks still count.',
      parameters: [agent],
      body: OpenDestinationBody,
      success: { status: 204 as const, description: 'Codes are accepted again', content: {} },
      problems: [...failures, ...problems('body-too-large', 'unsupported-media-type')],
    },
    context,
  );
  return { '/admin/destinations/open': { post: open } };
}
