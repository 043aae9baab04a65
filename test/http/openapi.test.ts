/** The OpenAPI document: valid, complete, and no more than the service serves. */
import { Validator } from '@seriousme/openapi-schema-validator';
import { FormatRegistry } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { describe, expect, test } from 'vitest';
import { sendersOf } from '../../machines/workflow.ts';
import { type FactorRemovalDeps, factorRemovalRoutes } from '../../src/http/accounts/factor-removal-routes.ts';
import { type MeRouteDeps, meRoutes } from '../../src/http/accounts/me-routes.ts';
import { type PasskeyRouteDeps, passkeyRoutes } from '../../src/http/accounts/passkey-routes.ts';
import { type SupportAccessRouteDeps, supportAccessRoutes } from '../../src/http/accounts/support-access-routes.ts';
import { type AdminAccountRouteDeps, adminAccountRoutes } from '../../src/http/admin/admin-account-routes.ts';
import { type AdminDestinationRouteDeps, adminDestinationRoutes } from '../../src/http/admin/admin-destination-routes.ts';
import { type AdminRouteDeps, adminRoutes } from '../../src/http/admin/admin-routes.ts';
import { type DiagramRouteDeps, diagramRoutes } from '../../src/http/diagrams/diagram-routes.ts';
import { exampleOf, exampleSession } from '../../src/http/openapi/example.ts';
import { portableSchema } from '../../src/http/openapi/portable-schema.ts';
import { representationSchema } from '../../src/http/openapi/schemas.ts';
import { type OpenApiOptions, openApiDocument } from '../../src/http/openapi-document.ts';
import { type SandboxAccountDeps, sandboxAccountRoutes } from '../../src/http/sandbox/sandbox-accounts.ts';
import { type SandboxClockRouteDeps, sandboxClockRoutes } from '../../src/http/sandbox/sandbox-clock-routes.ts';
import { type SandboxDestinationDeps, sandboxDestinationRoutes } from '../../src/http/sandbox/sandbox-destinations.ts';
import { type OpenIdRouteDeps, openIdRoutes } from '../../src/http/sandbox/sandbox-openid.ts';
import { type SandboxPasskeyDeps, sandboxPasskeyRoutes } from '../../src/http/sandbox/sandbox-passkeys.ts';
import { type SandboxMessageRouteDeps, sandboxMessageRoutes } from '../../src/http/sandbox/sandbox-routes.ts';
import { ClockBody, DeliveryBody, ReportBody } from '../../src/http/sandbox/sandbox-schemas.ts';
import { type ServiceRouteDeps, serviceRoutes } from '../../src/http/service-routes.ts';
import { eventsOfPeople, publicEventName } from '../../src/http/sessions/representation.ts';
import { type SessionRouteDeps, sessionRoutes } from '../../src/http/sessions/session-routes.ts';
import { openApiOptions, problemKinds, removals } from '../support/open-api.ts';
import { workflows } from '../support/workflows.ts';

interface Response {
  readonly headers?: Record<string, unknown>;
  readonly content?: Record<string, { schema: { allOf?: [unknown, { properties: { code: { enum: string[] } } }] } }>;
  readonly $ref?: string;
}

interface RequestBody {
  readonly required: boolean;
  readonly content: Record<string, { schema: { $ref?: string } }>;
  readonly $ref?: string;
}

interface Operation {
  readonly tags: readonly string[];
  readonly operationId: string;
  readonly description: string;
  readonly security?: Record<string, unknown>[];
  readonly requestBody?: RequestBody;
  readonly responses: Record<string, Response>;
}

interface Document {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly tags: { name: string }[];
  readonly security: Record<string, unknown>[];
  readonly components: {
    securitySchemes: Record<string, unknown>;
    schemas: Record<string, unknown>;
    responses: Record<string, Response>;
    requestBodies: Record<string, RequestBody>;
  };
}

const registered = workflows.latest();

function documentWith(options: Partial<OpenApiOptions> = {}): Document & Record<string, unknown> {
  return openApiDocument(registered, openApiOptions(options)) as Document & Record<string, unknown>;
}

const full = documentWith();
const operations = Object.values(full.paths).flatMap((path) => Object.values(path));
const everyEvent = registered.flatMap((workflow) =>
  eventsOfPeople(workflow).map(([type, event]) => [`/v1/${workflow.collection}/{id}/${publicEventName(type)}`, event] as const),
);

/** The component behind a reference, or the part itself. */
function resolved<Part extends { readonly $ref?: string }>(part: Part | undefined, components: Record<string, unknown>): Part | undefined {
  const name = part?.$ref?.split('/').at(-1);
  return name === undefined ? part : (components[name] as Part);
}

/** The schema with the components in place of the references to them. */
function inlined(schema: unknown, components: Record<string, unknown>): unknown {
  if (Array.isArray(schema)) return schema.map((each) => inlined(each, components));
  if (typeof schema !== 'object' || schema === null) return schema;
  if ('$ref' in schema) return inlined(components[String(schema.$ref).split('/').at(-1) ?? ''], components);
  return Object.fromEntries(Object.entries(schema).map(([name, each]) => [name, inlined(each, components)]));
}

/** The problem codes of a response. */
function codesOf(response: Response | undefined): string[] {
  return resolved(response, full.components.responses)?.content?.['application/problem+json']?.schema.allOf?.[1].properties.code.enum ?? [];
}

function routesOf(document: Document): string[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
}

/** The routes of the application. None is called here, so dependencies that only a call needs are left out. */
function servedRoutes(sandbox: boolean, admins: boolean): string[] {
  const gate = () => {};
  const apps = [
    sessionRoutes({ workflows: registered } as unknown as SessionRouteDeps),
    serviceRoutes({ workflows: registered } as unknown as ServiceRouteDeps),
    diagramRoutes({ workflows: registered, counts: sandbox ? {} : null } as unknown as DiagramRouteDeps),
    meRoutes({} as unknown as MeRouteDeps),
    supportAccessRoutes({} as unknown as SupportAccessRouteDeps),
    passkeyRoutes({} as unknown as PasskeyRouteDeps),
    ...removals.map((removal) => factorRemovalRoutes(removal, {} as unknown as FactorRemovalDeps)),
    ...(admins
      ? [
          adminRoutes({} as unknown as AdminRouteDeps),
          adminAccountRoutes({ gate } as unknown as AdminAccountRouteDeps),
          adminDestinationRoutes({ gate } as unknown as AdminDestinationRouteDeps),
        ]
      : []),
    ...(sandbox
      ? [
          sandboxClockRoutes({} as unknown as SandboxClockRouteDeps),
          sandboxMessageRoutes({} as unknown as SandboxMessageRouteDeps),
          sandboxAccountRoutes({} as unknown as SandboxAccountDeps),
          sandboxDestinationRoutes({} as unknown as SandboxDestinationDeps),
          openIdRoutes({} as unknown as OpenIdRouteDeps),
          sandboxPasskeyRoutes({} as unknown as SandboxPasskeyDeps),
        ]
      : []),
  ];
  const routes = apps.flatMap((app) =>
    app.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`),
  );
  return [...new Set(routes)];
}

describe('the OpenAPI document', () => {
  test.each([
    { sandbox: true, clientKeys: true },
    { sandbox: false, clientKeys: false },
  ])('is valid with %o', async (options) => {
    const { errors, valid } = await new Validator().validate(structuredClone(documentWith(options)));
    expect({ errors, valid }).toEqual({ errors: undefined, valid: true });
  });

  test.each([
    [true, false],
    [false, true],
  ])('describes the served routes, and nothing else (sandbox: %s, admins: %s)', (sandbox, admins) => {
    expect(routesOf(documentWith({ sandbox, admins })).sort()).toEqual(servedRoutes(sandbox, admins).sort());
  });

  test('gives every operation its own name', () => {
    const names = operations.map(({ operationId }) => operationId);
    expect(names).toEqual([...new Set(names)]);
  });

  test.each(everyEvent)('describes %s with its body', (path, event) => {
    const operation = full.paths[path]?.['post'];
    expect(operation?.description).toBe(event.description);
    const body = resolved(operation?.requestBody, full.components.requestBodies);
    const schema = inlined(body?.content['application/json']?.schema, full.components.schemas);
    expect(schema).toEqual(portableSchema(JSON.parse(JSON.stringify(event.body))));
    expect(body?.required).toBe((event.body.required ?? []).length > 0);
    const schemes: Readonly<Record<string, string>> = { holder: 'sessionToken', owner: 'accessToken', agent: 'adminKey' };
    expect(operation?.security ?? full.security).toEqual(sendersOf(event).map((sender) => ({ [schemes[sender] ?? '']: [] })));
  });

  test('lists an event’s refusals in every state of the machine', () => {
    const responses = full.paths['/v1/email-verifications/{id}/resend-code']?.['post']?.responses;
    expect(codesOf(responses?.['410'])).toEqual(['code-expired']);
    expect(codesOf(responses?.['429']).sort()).toEqual(['rate-limited', 'resend-too-soon', 'send-limit', 'too-many-attempts']);
  });

  test('promises Retry-After if a refusal has an end, and only then', () => {
    const headersOf = (event: string, status: string) => {
      const { responses } = full.paths[`/v1/email-verifications/{id}/${event}`]?.['post'] ?? {};
      return resolved(responses?.[status], full.components.responses)?.headers;
    };
    expect(headersOf('request-new-code', '409')).toHaveProperty('Retry-After');
    expect(headersOf('submit-code', '409')).not.toHaveProperty('Retry-After');
    expect(headersOf('submit-code', '410')).not.toHaveProperty('Retry-After');
    expect(headersOf('submit-code', '503')).toHaveProperty('Retry-After');
  });

  test('is small: bodies, answers and problems are components', () => {
    // A tenth more than it has. Inlined, it had 660,000.
    expect(JSON.stringify(full).length).toBeLessThan(354_000);
    const inline = operations.flatMap(({ operationId, requestBody, responses }) =>
      [requestBody, ...Object.values(responses)]
        .flatMap((holder) => Object.values(holder?.content ?? {}))
        .filter(({ schema }) => 'properties' in schema || 'anyOf' in schema || 'allOf' in schema)
        .map(() => operationId),
    );
    expect(inline).toEqual([]);
  });

  test('names a session of any workflow, with a discriminator', () => {
    const { AnySession, Problem } = full.components.schemas;
    expect(Problem).toMatchObject({ properties: { session: { $ref: '#/components/schemas/AnySession' } } });
    const mapping = registered.map(({ name }) => [name, expect.stringMatching(/^#\/components\/schemas\/[A-Z]\w+$/)]);
    expect(AnySession).toMatchObject({ discriminator: { propertyName: 'workflow', mapping: Object.fromEntries(mapping) } });
  });

  test('is valid without workflows', async () => {
    const empty = openApiDocument([], openApiOptions({ routes: [] }));
    // JSON Schema forbids an empty list of alternatives, which the validator lets pass.
    expect(JSON.stringify(empty)).not.toMatch(/"(anyOf|oneOf)":\[\]/);
    const { errors, valid } = await new Validator().validate(structuredClone(empty));
    expect({ errors, valid }).toEqual({ errors: undefined, valid: true });
  });

  test('describes every group of requests', () => {
    const { tags }: { tags: { name: string; description: string }[] } = JSON.parse(JSON.stringify(full));
    const used = new Set(operations.flatMap((operation) => operation.tags));
    expect(
      tags
        .filter(({ description }) => description !== '')
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual([...used].toSorted());
  });

  test('lists the requests of every problem', () => {
    const codes = operations.flatMap(({ responses }) => Object.values(responses).flatMap(codesOf));
    expect([...new Set(codes)].sort()).toEqual(Object.keys(problemKinds).sort());
  });

  test('requires a client key only to start sessions, if clients have keys', () => {
    const keyed = documentWith({ clientKeys: true });
    const asking = Object.entries(keyed.paths).filter(([, path]) =>
      Object.values(path).some(({ security = keyed.security }) => security.some((scheme) => 'clientKey' in scheme)),
    );
    const started = registered.filter(({ start }) => start.by !== 'agent');
    expect(asking.map(([path]) => path)).toEqual(started.map(({ collection }) => `/v1/${collection}`));
    expect(full.components.securitySchemes).not.toHaveProperty('clientKey');
  });

  test('does not mention the sandbox without one', () => {
    expect(JSON.stringify(documentWith({ sandbox: false }))).not.toMatch(/sandbox/i);
  });
});

describe('an example', () => {
  const bodies = [
    ClockBody,
    DeliveryBody,
    ReportBody,
    ...registered.map(({ start }) => start.body),
    ...everyEvent.map(([, { body }]) => body),
  ];

  test.each(bodies)('of a body satisfies its schema', (schema) => {
    expect([...Value.Errors(schema, exampleOf(schema, 'required'))]).toEqual([]);
    expect([...Value.Errors(schema, exampleOf(schema, 'all'))]).toEqual([]);
  });

  test.each(registered)('of a session of $name satisfies its schema', (workflow) => {
    FormatRegistry.Set('date-time', (value) => new Date(value).toISOString() === value);
    FormatRegistry.Set('uuid', (value) => /^[0-9a-f]{8}(-[0-9a-f]{4}){4}[0-9a-f]{8}$/.test(value));
    FormatRegistry.Set('uri-reference', (value) => URL.canParse(value, 'https://verify.example'));
    const [schema, example] = [representationSchema(workflow), exampleSession(workflow, openApiOptions().addressOf)];
    expect([...Value.Errors(schema, example)]).toEqual([]);
    // TypeBox checks the type of a string, not its list of values.
    for (const name of ['status', 'state'] as const) expect(schema.properties[name]['enum']).toContain(example[name]);
    FormatRegistry.Clear();
  });
});

describe('the body that moves the clock', () => {
  test.each([
    { advance: 'PT90S' },
    { set: '2026-01-01T00:40:00Z' },
    { set: '2026-01-01T00:40:00.000+01:00' },
    { freeze: true },
    { freeze: false },
    { reset: true },
  ])('may be %o', (body) => {
    expect(Value.Check(ClockBody, body)).toBe(true);
  });

  test.each([
    {},
    { advance: 90 },
    { set: '2026-01-01' },
    { set: '2026-01-01T00:40:00' },
    { reset: false },
    { freeze: true, advance: 'PT1S' },
    { stop: true },
  ])('may not be %o', (body) => {
    expect(Value.Check(ClockBody, body)).toBe(false);
  });
});
