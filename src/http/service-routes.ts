/** The routes for operators and tools: health, metrics, keys, the OpenAPI document, the workflows. */
import type { Static } from '@sinclair/typebox';
import { Hono } from 'hono';
import { sendersOf, type Workflow } from '../../machines/workflow.ts';
import type { AddressOf } from './addresses.ts';
import type { DiagramFiles } from './diagrams/diagram-files.ts';
import { type MetricsRouteDeps, metricsRoutes } from './monitoring/metrics-routes.ts';
import type { KeysAnswer, Status, WorkflowsAnswer } from './openapi/schemas.ts';
import { stateDescriptions } from './openapi/state-descriptions.ts';
import { jsonContent, staticDocument } from './pages/static-document.ts';
import { Problem } from './problems/problem.ts';
import { publicEventName } from './sessions/representation.ts';

export interface ServiceRouteDeps {
  readonly addressOf: AddressOf;
  readonly workflows: readonly Workflow[];
  readonly diagrams: Pick<DiagramFiles, 'links'>;
  /** Rejects if the database does not answer over one of the connections that requests use. */
  readonly ping: () => Promise<void>;
  /** False from the moment the service is told to stop. */
  readonly accepting: () => boolean;
  /** True if the service is too busy for new sessions. */
  readonly overloaded: () => boolean;
  /** True if the clock's error is small enough. */
  readonly knowsTime: () => boolean;
  /** True if the database fails to store new sessions, even though it may answer. */
  readonly startsFail: () => boolean;
  readonly publicKeys: () => Promise<Static<typeof KeysAnswer>>;
  /** Null if the metrics are at another port. */
  readonly metrics: MetricsRouteDeps | null;
  readonly openApi: () => unknown;
}

export function serviceRoutes(deps: ServiceRouteDeps): Hono {
  const app = new Hono();
  app.get('/healthz', (c) => c.json<Status<'alive'>>({ status: 'alive' }));
  app.get('/readyz', async (c) => {
    if (deps.overloaded()) throw new Problem('unavailable', 'The service is overloaded', { retryAfter: 1, reason: 'overload' });
    if (!deps.accepting()) throw new Problem('unavailable', 'The service is stopping', { retryAfter: 1, reason: 'stopping' });
    if (!deps.knowsTime()) throw new Problem('unavailable', 'The clock is not accurate enough', { retryAfter: 1, reason: 'clock' });
    if (deps.startsFail()) throw new Problem('unavailable', 'New sessions cannot be stored', { retryAfter: 1, reason: 'database' });
    await deps.ping();
    return c.json<Status<'ready'>>({ status: 'ready' });
  });
  if (deps.metrics !== null) app.route('/', metricsRoutes(deps.metrics));
  app.get(
    '/openapi.json',
    staticDocument(() => jsonContent(deps.openApi())),
  );
  app.get(
    '/.well-known/jwks.json',
    staticDocument(async () => jsonContent(await deps.publicKeys(), { 'cache-control': 'public, max-age=300' })),
  );
  app.get(
    '/v1/workflows',
    staticDocument(() =>
      jsonContent<Static<typeof WorkflowsAnswer>>({ workflows: deps.workflows.map((workflow) => workflowSummary(workflow, deps)) }),
    ),
  );
  return app;
}

function workflowSummary(
  workflow: Workflow,
  { diagrams, addressOf }: Pick<ServiceRouteDeps, 'diagrams' | 'addressOf'>,
): Static<typeof WorkflowsAnswer>['workflows'][number] {
  const { name, version, description, collection, events, children = {} } = workflow;
  return {
    name,
    version,
    description,
    href: addressOf(`/v1/${collection}`),
    states: stateDescriptions(workflow.machine),
    events: Object.entries(events).map(([type, event]) => ({
      type: publicEventName(type),
      description: event.description,
      sender: sendersOf(event)[0] ?? '',
      senders: [...sendersOf(event)],
    })),
    children: Object.keys(children),
    diagrams: diagrams.links(name),
  };
}
