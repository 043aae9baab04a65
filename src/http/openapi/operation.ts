/** One operation of the OpenAPI document: its security, parameters, body, answers and problems. */
import type { TObject, TSchema } from '@sinclair/typebox';
import type { AddressOf } from '../addresses.ts';
import type { Problems } from '../problems/problem.ts';
import { problemType } from '../problems/problem-response.ts';
import { exampleOf } from './example.ts';

/** The parts that all operations of a document share. */
export interface DocumentContext {
  readonly publicUrl: string;
  readonly addressOf: AddressOf;
  readonly problems: Problems;
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** A problem that an operation can answer with. `retryAfter` is true if the answer says when to try again. */
export interface PossibleProblem {
  readonly code: string;
  readonly retryAfter: boolean;
}

export interface Success {
  readonly status: 200 | 201 | 204 | 303;
  readonly description: string;
  /** By media type. */
  readonly content: JsonObject;
  readonly headers?: JsonObject;
}

/** A success that several operations have, as a component. */
export interface SharedSuccess {
  readonly status: 200;
  readonly $ref: string;
}

export interface OperationDescription {
  readonly operationId: string;
  readonly tag: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters?: readonly JsonObject[];
  readonly body?: TSchema;
  /** The fields of the form, for an operation that takes a form. */
  readonly form?: TSchema;
  /** The names of the security schemes. A request needs all of them. */
  readonly security?: readonly string[];
  readonly success: Success | SharedSuccess;
  readonly problems?: readonly PossibleProblem[];
}

const waiting: readonly string[] = ['rate-limited', 'unavailable'];

/** Problems that no machine causes. */
export function problems(...codes: readonly string[]): PossibleProblem[] {
  return codes.map((code) => ({ code, retryAfter: waiting.includes(code) }));
}

/** A success with a JSON body. */
export function json(
  status: 200 | 201,
  description: string,
  schema: JsonObject,
  { headers = {}, ...example }: { readonly headers?: JsonObject; readonly example?: unknown } = {},
): Success {
  return { status, description, headers, content: { 'application/json': { schema, ...example } } };
}

export const reference = (kind: 'schemas' | 'parameters' | 'headers' | 'responses', name: string) => ({
  $ref: `#/components/${kind}/${name}`,
});

const formType = 'application/x-www-form-urlencoded';

export function operation(parts: OperationDescription, context: DocumentContext): JsonObject {
  const { operationId, tag, summary, description, parameters = [], body, form, security = [], success, problems: possible = [] } = parts;
  const { status, ...answer } = success;
  return {
    operationId,
    tags: [tag],
    summary,
    description,
    ...(security.join() === usualSecurity ? {} : { security: securityOf(security) }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: requestBody(body) }),
    ...(form === undefined ? {} : { requestBody: { required: true, content: { [formType]: { schema: form } } } }),
    responses: { [status]: answer, ...problemResponses(possible, context) },
  };
}

/** The scheme of most operations. The document names it once, for all operations that name none. */
const usualSecurity = 'sessionToken';

export const documentSecurity = securityOf([usualSecurity]);

function securityOf(schemes: readonly string[]): JsonObject[] {
  return schemes.length === 0 ? [] : [Object.fromEntries(schemes.map((scheme) => [scheme, []]))];
}

function requestBody(schema: TSchema): JsonObject {
  const [least, most] = [exampleOf(schema, 'required'), exampleOf(schema, 'all')];
  const both = JSON.stringify(least) !== JSON.stringify(most);
  const shown = both
    ? { examples: { least: { summary: 'Required fields', value: least }, most: { summary: 'All fields', value: most } } }
    : { example: least };
  // An event without fields needs no body.
  return { required: needsFields(schema), content: { 'application/json': { schema, ...shown } } };
}

function needsFields(schema: TSchema | TObject): boolean {
  return 'anyOf' in schema || (Array.isArray(schema['required']) && schema['required'].length > 0);
}

function problemResponses(possible: readonly PossibleProblem[], context: DocumentContext): JsonObject {
  const { problems: kinds } = context;
  const statuses = [...new Set(possible.map(({ code }) => kinds.kind(code).status))].sort();
  return Object.fromEntries(
    statuses.map((status) => {
      const here = possible.filter(({ code }) => kinds.kind(code).status === status);
      // In one order, so that operations with the same codes share a response.
      const codes = kinds.codes.filter((code) => here.some((each) => each.code === code));
      const headers = {
        ...(here.some(({ retryAfter }) => retryAfter) ? { 'Retry-After': reference('headers', 'RetryAfter') } : {}),
        ...(status === 401 ? { 'WWW-Authenticate': reference('headers', 'WwwAuthenticate') } : {}),
        ...(status === 500 ? { 'X-Request-Id': reference('headers', 'RequestId') } : {}),
      };
      const schema = {
        allOf: [reference('schemas', 'Problem'), { type: 'object', properties: { code: { type: 'string', enum: codes } } }],
      };
      const examples = Object.fromEntries(codes.map((code) => [code, problemExample(code, context)]));
      const description = codes.map((code) => `\`${code}\`: ${kinds.kind(code).title}`).join('; ');
      return [status, { description, headers, content: { 'application/problem+json': { schema, examples } } }];
    }),
  );
}

/** The members that some codes add to their problem documents. */
const memberExamples: Readonly<Record<string, JsonObject>> = {
  'invalid-request': { errors: [{ path: '/email', message: 'Expected string' }] },
  'event-not-accepted': { state: 'cancelled', accepted: [] },
  'wrong-code': { attemptsLeft: 4 },
  'second-factor-required': { maxAge: 1200 },
};

/** An example of a problem document, shown under its explanation. */
export function problemDocument(code: string, context: DocumentContext): JsonObject {
  const { status, title, explanation } = context.problems.kind(code);
  const detail = explanation.replaceAll('`', '').replace(/(?<=\.) .*$/, '');
  return { type: problemType(context.publicUrl, code), title, status, detail, code, ...memberExamples[code] };
}

function problemExample(code: string, context: DocumentContext): JsonObject {
  const { explanation, remedy } = context.problems.kind(code);
  return { description: `${explanation} ${remedy}`, value: problemDocument(code, context) };
}
