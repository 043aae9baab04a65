/**
 * Bodies of requests, for the finite payloads of a path. The resolver of a body decides how it is written: each built-in resolver has its
 * writer here, and an author gives a writer for a resolver of their own. Without a writer, the body is made of the schema's examples.
 */
import type { TObject, TSchema } from '@sinclair/typebox';
import type { Payload } from '../../../machines/workflow.ts';
import { exampleOf } from '../../http/openapi/example.ts';
import { answerOf, choiceOf } from './account-state.ts';
import { registrationOf, registrations } from './enrolments.ts';
import { freshNumber } from './numbers.ts';
import { standIn } from './outside-parties.ts';
import { changeTo } from './owner.ts';
import { goodPassword as password } from './password.ts';

/** The facts about a session that its bodies need. */
export interface BodyFacts {
  readonly sessionId: string;
  /** The address or number of the request: a fresh one if the payload asks for a change. */
  readonly destination: () => string;
  /** The address or number that the session has now. */
  readonly current: () => string;
  /** The account's id. */
  readonly accountId: () => string;
  readonly credentials: () => Promise<unknown>;
  /** The newest code, or another one. */
  readonly code: () => Promise<string>;
  /** The code of an enrolment that works. */
  readonly enrolmentCode: () => Promise<string>;
  readonly linkValue: () => string;
  /** The answer with a passkey. */
  readonly passkey: () => Promise<unknown>;
  /** The answer to the enrolment of a passkey; null if the session enrols another factor. */
  readonly passkeyEnrolment: () => Promise<unknown>;
}

/**
 * Writes the body that the resolver turns into the payload.
 * @param name unique to the session, for addresses that must differ between sessions
 */
export type BodyWriter = (payload: Payload, session: { readonly name: string }) => unknown;

type Writer = (payload: Payload, facts: BodyFacts) => unknown;

const empty: Writer = () => ({});
const same: Writer = (payload) => payload;

const builtIn: Readonly<Record<string, Writer>> = {
  newCode: empty,
  withoutPhone: empty,
  withoutLink: empty,
  providerReturned: empty,
  destination: (_, { destination }) => ({ email: destination() }),
  phone: (payload, { destination }) =>
    Object.keys(payload).length === 0 ? {} : { phone: destination(), channel: payload['channel'] ?? 'sms' },
  newAccount: (_, { destination }) => ({ email: destination(), password }),
  channel: same,
  report: (payload, { sessionId }) => ({ ...payload, sessionId }),
  credentials: (_, { credentials }) => credentials(),
  linkAccount: () => ({ provider: standIn }),
  confirmLink: (_, { linkValue }) => ({ value: linkValue() }),
  accountChannel: same,
  grant: same,
  support: (_, { accountId }) => ({ accountId: accountId(), reason: 'The model suite wants to see it' }),
  change: (payload, { current }) => changeTo(current(), payload),
  accountCode: async ({ trustDevice }, { code }) => ({ code: await code(), ...(trustDevice === true ? { trustDevice } : {}) }),
  chooseFactor: choiceOf,
  proveFactor: answerOf,
  enrolFactor: async (payload, { enrolmentCode, passkeyEnrolment }) =>
    (await passkeyEnrolment()) ?? (payload['result'] === 'correct' ? { code: await enrolmentCode() } : answerOf(payload)),
  ...Object.fromEntries(registrations.map((resolver) => [resolver, registrationOf])),
  passkeyLogin: (payload, { passkey }) => ('result' in payload ? passkey() : {}),
  deviceUnlock: (payload, { passkey }) => ('result' in payload ? passkey() : {}),
  code: async (_, { code }) => ({ code: await code() }),
};

/** A request whose body is wanted. */
export interface WantedBody {
  readonly resolver: string | null;
  readonly schema: TObject;
  readonly payload: Payload;
  readonly writer: BodyWriter | undefined;
  /** Unique to the session. */
  readonly name: string;
}

export async function bodyFor({ resolver, schema, payload, writer, name }: WantedBody, facts: BodyFacts): Promise<unknown> {
  if (writer !== undefined) return writer(payload, { name });
  const known = resolver === null ? undefined : builtIn[resolver];
  if (known !== undefined) return known(payload, facts);
  const { type, ...fields } = payload;
  // The payload of a start has the type of its event.
  return exampleBody(schema, type === undefined || Object.hasOwn(schema.properties, 'type') ? payload : fields, name);
}

/**
 * Fields of the payload have its values. Addresses and numbers are unique to the session, because limits count the messages to each. All
 * other fields are examples, and an optional field without an example is left out.
 */
function exampleBody(schema: TObject, payload: Payload, name: string): Record<string, unknown> {
  const values = Object.entries(schema.properties).flatMap(([field, property]): [string, unknown][] => {
    if (Object.hasOwn(payload, field)) return [[field, payload[field]]];
    const example = exampleOf(property, 'all');
    if (property['format'] === 'email' || (typeof example === 'string' && isAddress(example)))
      return [[field, `${name}.${field.toLowerCase()}@example.com`]];
    if (property['format'] === 'phone' || (typeof example === 'string' && isNumber(example))) return [[field, freshNumber('mobile')]];
    if (example !== undefined) return [[field, example]];
    return schema.required?.includes(field) ? [[field, plainValue(property)]] : [];
  });
  return Object.fromEntries(values);
}

function isAddress(text: string): boolean {
  return /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(text);
}

function isNumber(text: string): boolean {
  return /^\+[1-9][0-9 ]{6,18}$/.test(text);
}

/** A value for a schema without examples. */
function plainValue(schema: TSchema): unknown {
  const { default: standard, minimum = 1, minLength = 0, format, enum: choices } = schema;
  if (standard !== undefined) return standard;
  if (Array.isArray(choices)) return choices[0];
  if (schema['type'] === 'integer' || schema['type'] === 'number') return minimum;
  if (schema['type'] === 'array') return [];
  if (format === 'date-time') return '2030-01-01T00:00:00.000Z';
  if (format === 'date') return '2030-01-01';
  return 'example'.padEnd(Number(minLength), 'e').slice(0, Number(schema['maxLength'] ?? Number.POSITIVE_INFINITY));
}
