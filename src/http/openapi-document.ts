/** The OpenAPI document: derived from the workflows and from the schemas that the routes validate with. */

import { Type } from '@sinclair/typebox';
import type { Workflow } from '../../machines/workflow.ts';
import { adminPaths } from './admin/admin-schemas.ts';
import { diagramPaths } from './diagrams/diagram-paths.ts';
import { metricsPaths } from './monitoring/metrics-routes.ts';
import { type DocumentContext, type JsonObject, json, operation, problems, reference } from './openapi/operation.ts';
import { KeysAnswer, problemSchema, StatusAnswer, WorkflowsAnswer } from './openapi/schemas.ts';
import { readable, schemaName, sessionPaths, sessionSchemas } from './openapi/session-paths.ts';
import { sandboxClockPaths } from './sandbox/sandbox-paths.ts';

/** Routes with their part of the document. */
export interface DocumentedRoutes {
  readonly paths?: (context: DocumentContext) => JsonObject;
  readonly tag?: { readonly name: string; readonly description: string };
}

export interface OpenApiOptions extends DocumentContext {
  readonly sandbox: boolean;
  /** The documentation of the modules' routes. */
  readonly routes: readonly DocumentedRoutes[];
  /** The names of the channels for messages. */
  readonly channels: readonly string[];
  /** True if the service has owners of accounts, who authenticate with access tokens. */
  readonly owners: boolean;
  /** The refusals that a resolver can throw, by the resolver's name. */
  readonly refusalsOf: (resolver: string) => readonly string[];
  /** True if only clients with a key may start sessions. */
  readonly clientKeys: boolean;
  /** True if admin keys are configured: only then the admins' routes exist. */
  readonly admins: boolean;
  /** The access to the metrics at the port of the service; null if they are at another port or closed. */
  readonly metrics?: 'open' | 'key' | null;
  readonly version: string;
}

export function openApiDocument(workflows: readonly Workflow[], options: OpenApiOptions): Record<string, unknown> {
  const { publicUrl, addressOf, sandbox, routes, channels, admins, metrics = 'open', version, problems: kinds } = options;
  const context = { publicUrl, addressOf, problems: kinds };
  const document = {
    openapi: '3.1.0',
    info: { title: 'Verification workflows', version, description: introduction(sandbox) },
    servers: [{ url: publicUrl }],
    tags: [
      ...workflows.map(({ name, description }) => ({ name: readable(name), description })),
      { name: 'Workflows', description: 'What this service can verify.' },
      ...(sandbox
        ? [{ name: 'Sandbox', description: 'An inbox instead of providers, and a clock that is yours. Never in production.' }]
        : []),
      ...routes.flatMap(({ tag }) => tag ?? []),
      ...(admins ? [{ name: 'Admin', description: 'Accounts and sessions, for those who run the service.' }] : []),
      { name: 'Service', description: 'For operators and tools.' },
    ],
    paths: {
      ...Object.assign({}, ...workflows.map((workflow) => sessionPaths(workflow, options))),
      ...workflowPaths(context),
      ...(admins ? adminPaths(context) : {}),
      ...diagramPaths(context, sandbox),
      ...(sandbox ? sandboxClockPaths(context) : {}),
      ...Object.assign({}, ...routes.map(({ paths }) => paths?.(context) ?? {})),
      ...servicePaths(context),
      ...metricsPaths(context, metrics),
    },
    components: {
      schemas: {
        ...Object.assign({}, ...workflows.map((workflow) => sessionSchemas(workflow, context))),
        Problem: problemSchema({ problems: kinds, channels }, anySession(workflows)),
      },
      parameters,
      headers,
      securitySchemes: securitySchemes(options),
    },
  };
  // TypeBox marks its schemas with symbols, which are not part of the document.
  return JSON.parse(JSON.stringify(document));
}

function introduction(sandbox: boolean): string {
  return [
    'A verification is a session: start one, and send it events until it is done. `events` of each answer lists what the session would take now.',
    'The answer to the start holds `sessionToken`; every later call carries it as `Authorization: Bearer …`.',
    'A success holds `result.token`, a signed JWT for your application: verify it with `/.well-known/jwks.json`, its `aud` and its `typ` (`verification-result+jwt`). It opens nothing here; a login has an `accessToken` for that.',
    'Whatever fails answers a problem document (RFC 9457); `code` is for programs, and `type` leads to its explanation.',
    ...(sandbox ? ['**The sandbox is on**: messages go to `/sandbox/messages`, and `/sandbox/clock` moves the time.'] : []),
  ].join('\n\n');
}

function anySession(workflows: readonly Workflow[]) {
  const anyOf = workflows.map((workflow) => reference('schemas', schemaName(workflow)));
  return Type.Unsafe({ anyOf, description: 'The session, wherever the caller may see one' });
}

function idempotencyKey(least: number, advice: string): JsonObject {
  return {
    name: 'Idempotency-Key',
    in: 'header',
    description: `The same key and body get the same outcome for 24 hours, without anything happening twice; with another body the request is refused. ${advice}`,
    schema: { type: 'string', pattern: `^[!-~]{${least},128}$` },
  };
}

const parameters = {
  SessionId: { name: 'id', in: 'path', required: true, description: 'The session', schema: { type: 'string', format: 'uuid' } },
  StartIdempotencyKey: idempotencyKey(22, 'Random, and secret: whoever repeats it gets the session and its token.'),
  EventIdempotencyKey: idempotencyKey(1, 'It counts for this session and event alone.'),
  Agent: { name: 'X-Agent', in: 'header', description: 'Who acts, where a person does', schema: { type: 'string', maxLength: 100 } },
  Prefer: {
    name: 'Prefer',
    in: 'header',
    description: '`respond-async` answers at once (RFC 7240), without waiting for what the session has begun.',
    schema: { type: 'string', enum: ['respond-async'] },
  },
};

const text = { type: 'string' };
const headers = {
  Location: { description: 'The path of the session', schema: { type: 'string', format: 'uri-reference' } },
  PreferenceApplied: { description: '`respond-async` where that was asked for, and there was something to wait for', schema: text },
  RetryAfter: {
    description: 'Whole seconds after which the same request would not fail for this reason',
    schema: { type: 'integer', minimum: 1 },
  },
  ServiceTime: {
    description: 'What the service’s clock shows, of which its deadlines are; every answer under `/v1` says so',
    schema: { type: 'string', format: 'date-time' },
  },
  RequestId: { description: 'What the request is logged under', schema: text },
  WwwAuthenticate: { description: 'The scheme that is wanted', schema: text },
};

function securitySchemes({ owners, clientKeys, admins, sandbox, metrics }: OpenApiOptions): JsonObject {
  const clientKey = { type: 'apiKey', in: 'header', name: 'X-Client-Key', description: 'The key of a client that may start sessions.' };
  const accessToken = {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'The `accessToken` of a completed login, or a renewed one: valid for a quarter of an hour, and only for this service.',
  };
  return {
    sessionToken: { type: 'http', scheme: 'bearer', description: 'The `sessionToken` of the session: good for it alone.' },
    ...(owners ? { accessToken } : {}),
    ...(clientKeys ? { clientKey } : {}),
    ...(admins || sandbox ? { adminKey: { type: 'http', scheme: 'bearer', description: 'The key of an admin.' } } : {}),
    ...(metrics === 'key' ? { metricsKey: { type: 'http', scheme: 'bearer', description: 'METRICS_KEY.' } } : {}),
  };
}

function workflowPaths(context: DocumentContext): JsonObject {
  const list = {
    operationId: 'workflows',
    tag: 'Workflows',
    summary: 'List the workflows',
    description: 'Every registered workflow with its states and events, and where its diagrams are.',
    success: json(200, 'The workflows', WorkflowsAnswer),
    problems: problems('internal-error'),
  };
  return { '/v1/workflows': { get: operation(list, context) } };
}

function servicePaths(context: DocumentContext): JsonObject {
  const get = (parts: Omit<Parameters<typeof operation>[0], 'tag'>) => ({ get: operation({ ...parts, tag: 'Service' }, context) });
  return {
    '/healthz': get({
      operationId: 'alive',
      summary: 'Is it alive?',
      description: 'Whether the process answers at all.',
      success: json(200, 'It is', StatusAnswer('alive')),
    }),
    '/readyz': get({
      operationId: 'ready',
      summary: 'Is it ready?',
      description: 'Whether requests should be sent here: the database answers, and the service is not stopping.',
      success: json(200, 'It is', StatusAnswer('ready')),
      problems: problems('unavailable'),
    }),
    '/openapi.json': get({
      operationId: 'openApi',
      summary: 'Read this document',
      description: 'What the reference at `/docs` shows.',
      success: json(200, 'The document', { type: 'object' }),
    }),
    '/.well-known/jwks.json': get({
      operationId: 'publicKeys',
      summary: 'Read the public keys',
      description: 'What `result.token` is verified with (RFC 7517).',
      success: json(200, 'The keys', KeysAnswer),
      problems: problems('internal-error'),
    }),
  };
}
