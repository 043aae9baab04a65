/** The OpenAPI document: derived from the workflows and from the schemas that the routes validate with. */
import { Type } from '@sinclair/typebox';
import { isInvited } from '../../machines/parties.ts';
import type { Workflow } from '../../machines/workflow.ts';
import { partiesOf } from '../engine/sessions/access.ts';
import { adminPaths } from './admin/admin-schemas.ts';
import { diagramPaths } from './diagrams/diagram-paths.ts';
import { metricsPaths } from './monitoring/metrics-routes.ts';
import { type DocumentContext, documentSecurity, type JsonObject, json, operation, problems, reference } from './openapi/operation.ts';
import { KeysAnswer, problemSchema, StatusAnswer, WorkflowsAnswer } from './openapi/schemas.ts';
import { schemaName, sessionAnswers } from './openapi/session-answers.ts';
import { SessionToken } from './openapi/session-fields.ts';
import { readable, sessionPaths, sessionSchemas } from './openapi/session-paths.ts';
import { withSharedComponents } from './openapi/shared-components.ts';
import { sandboxClockPaths } from './sandbox/sandbox-paths.ts';
import { HistoryAnswer } from './sessions/answer-schemas.ts';

/** Routes with their part of the document. */
export interface DocumentedRoutes {
  readonly paths?: (context: DocumentContext) => JsonObject;
  readonly webhooks?: (context: DocumentContext) => JsonObject;
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
  const webhooks = Object.assign({}, ...routes.map((each) => each.webhooks?.(context) ?? {}));
  const document = {
    openapi: '3.1.0',
    info: { title: 'Verification workflows', version, description: introduction(sandbox) },
    servers: [{ url: publicUrl }],
    security: documentSecurity,
    tags: [
      ...workflows.map(({ name, description }) => ({ name: readable(name), description })),
      { name: 'Workflows', description: 'The workflows of this service.' },
      ...(sandbox
        ? [{ name: 'Sandbox', description: 'An inbox instead of providers, and a clock that you can move. Never in production.' }]
        : []),
      ...routes.flatMap(({ tag }) => tag ?? []),
      ...(admins ? [{ name: 'Admin', description: 'Accounts and sessions, for the people who run the service.' }] : []),
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
    ...(Object.keys(webhooks).length === 0 ? {} : { webhooks }),
    components: {
      schemas: {
        ...Object.assign({}, ...workflows.map((workflow) => sessionSchemas(workflow, context))),
        ...(workflows.length === 0 ? {} : { SessionToken, History: HistoryAnswer }),
        AnySession: anySession(workflows),
        Problem: problemSchema({ problems: kinds, channels }, refusedSession),
      },
      responses: sessionAnswers(workflows, addressOf),
      parameters,
      headers,
      securitySchemes: securitySchemes(workflows, options),
    },
  };
  // TypeBox marks its schemas with symbols, which are not part of the document.
  return withSharedComponents(JSON.parse(JSON.stringify(document)));
}

function introduction(sandbox: boolean): string {
  return [
    'A verification is a session: start one, and send it events until it is done. Each answer lists the events that the session accepts now in `events`.',
    'The answer to the start holds `sessionToken`; every later call carries it as `Authorization: Bearer …`.',
    'A success holds `result.token`, a signed JWT for your application: verify it with `/.well-known/jwks.json`, its `alg` (`EdDSA`, or `ES256` by `RESULT_ALGORITHM`), its `aud` and its `typ` (`verification-result+jwt`). It opens nothing at this service; a login has an `accessToken` for that.',
    'A failed request is answered with a problem document (RFC 9457): `code` is for programs, and `type` links to the explanation.',
    ...(sandbox ? ['**The sandbox is on**: messages go to `/sandbox/messages`, and `/sandbox/clock` moves the time.'] : []),
  ].join('\n\n');
}

/** A reference alone: generators of clients would lose the discriminator inside of `allOf`. */
const refusedSession = Type.Unsafe({
  description:
    'The session, if the problem concerns one that the caller may see. A refused start leaves a session, which repeats the `sessionToken` beside it',
  ...reference('schemas', 'AnySession'),
});

function anySession(workflows: readonly Workflow[]): JsonObject {
  if (workflows.length === 0) return { type: 'object' };
  const anyOf = workflows.map((workflow) => reference('schemas', schemaName(workflow)));
  return { description: 'A session. `workflow` tells which', anyOf };
}

function idempotencyKey(least: number, advice: string): JsonObject {
  return {
    name: 'Idempotency-Key',
    in: 'header',
    description: `For 24 hours, a repeated key and body return the first outcome and change nothing again. The same key with another body is refused. ${advice}`,
    schema: { type: 'string', pattern: `^[!-~]{${least},128}$` },
  };
}

const parameters = {
  SessionId: { name: 'id', in: 'path', required: true, description: 'The session', schema: { type: 'string', format: 'uuid' } },
  AccountId: { name: 'id', in: 'path', required: true, description: 'The account', schema: { type: 'string', format: 'uuid' } },
  StartIdempotencyKey: idempotencyKey(22, 'The key must be random and secret: a request that repeats it gets the session and its token.'),
  EventIdempotencyKey: idempotencyKey(1, 'The key applies to this session and event only.'),
  Agent: {
    name: 'X-Agent',
    in: 'header',
    description: 'The name of the person who makes the request, if one does',
    schema: { type: 'string', maxLength: 100 },
  },
  Prefer: {
    name: 'Prefer',
    in: 'header',
    description:
      '`respond-async` answers at once (RFC 7240). Otherwise the answer waits up to 2 seconds for the session’s tasks, such as sending a message.',
    schema: { type: 'string', enum: ['respond-async'] },
  },
};

const text = { type: 'string' };
const headers = {
  Location: { description: 'The path of the session', schema: { type: 'string', format: 'uri-reference' } },
  PreferenceApplied: { description: '`respond-async` if the request preferred it and a task was under way', schema: text },
  RetryAfter: {
    description: 'Whole seconds after which the same request would not fail for this reason',
    schema: { type: 'integer', minimum: 1 },
  },
  ServiceTime: {
    description: 'The time of the service’s clock, on which its deadlines count. In every answer under `/v1`',
    schema: { type: 'string', format: 'date-time' },
  },
  RequestId: { description: 'The id of the request in the log', schema: text },
  WwwAuthenticate: { description: 'The required authentication scheme', schema: text },
};

function securitySchemes(workflows: readonly Workflow[], { owners, clientKeys, admins, metrics }: OpenApiOptions): JsonObject {
  const clientKey = {
    type: 'apiKey',
    in: 'header',
    name: 'X-Client-Key',
    description: 'The key of a client that may start sessions, or takes part in them.',
  };
  const roles = new Set(workflows.flatMap((workflow) => [...partiesOf(workflow)]));
  const hasInvited = workflows.some(({ parties = {} }) => Object.values(parties).some(isInvited));
  const accessToken = {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'The `accessToken` of a completed login, or a renewed one: valid for a short time, and at this service only.',
  };
  return {
    sessionToken: { type: 'http', scheme: 'bearer', description: 'The `sessionToken` of the session. It opens that session only.' },
    ...(owners ? { accessToken } : {}),
    ...(clientKeys || roles.has('client') ? { clientKey } : {}),
    ...(hasInvited
      ? {
          partyToken: {
            type: 'http',
            scheme: 'bearer',
            description:
              'The token in the fragment of an invited party’s link. It opens the session for that party only, until a later link replaces it.',
          },
        }
      : {}),
    ...(admins || workflows.some(({ start }) => start.by === 'agent')
      ? { adminKey: { type: 'http', scheme: 'bearer', description: 'The key of an admin or an agent.' } }
      : {}),
    ...(metrics === 'key' ? { metricsKey: { type: 'http', scheme: 'bearer', description: 'METRICS_KEY.' } } : {}),
  };
}

function workflowPaths(context: DocumentContext): JsonObject {
  const list = {
    operationId: 'workflows',
    tag: 'Workflows',
    summary: 'List the workflows',
    description: 'Every registered workflow with its states, its events and links to its diagrams.',
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
      summary: 'Check that the process is alive',
      description: 'Answers if the process runs.',
      success: json(200, 'The process is alive', StatusAnswer('alive')),
    }),
    '/readyz': get({
      operationId: 'ready',
      summary: 'Check that the service is ready',
      description:
        'Answers 200 if the service can take requests: the database answers, and the service is neither overloaded nor stopping.',
      success: json(200, 'The service is ready', StatusAnswer('ready')),
      problems: problems('unavailable'),
    }),
    '/openapi.json': get({
      operationId: 'openApi',
      summary: 'Read this document',
      description: 'The OpenAPI document behind the reference at `/docs`.',
      success: json(200, 'The document', { type: 'object' }),
    }),
    '/.well-known/jwks.json': get({
      operationId: 'publicKeys',
      summary: 'Read the public keys',
      description:
        'The keys that verify `result.token` (RFC 7517): for each secret key one for EdDSA and one for ES256, those of the present setting first.',
      success: json(200, 'The keys', KeysAnswer),
      problems: problems('internal-error'),
    }),
  };
}
