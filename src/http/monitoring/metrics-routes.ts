/** Serves the metrics to Prometheus, at the service's port or at a separate port, with or without a key. */
import { type Context, Hono } from 'hono';
import { bearerOf } from '../authentication/admin-keys.ts';
import { type DocumentContext, type JsonObject, operation, problems } from '../openapi/operation.ts';
import { Problem } from '../problems/problem.ts';
import { type ProblemDeps, problemResponse } from '../problems/problem-response.ts';
import { responseHeaders } from '../response-headers.ts';

export interface MetricsRouteDeps {
  readonly metrics: { readonly contentType: string; text(): Promise<string> };
  /** True for a key that opens the metrics; null if no key is required. */
  readonly isKey: ((key: string) => boolean) | null;
}

/** The guard is here instead of in a proxy: proxies compare paths as written, and `/%6detrics` is the same path. */
export function metricsRoutes(deps: MetricsRouteDeps): Hono {
  const app = new Hono();
  app.get('/metrics', async (c) => {
    const { metrics, isKey } = deps;
    if (isKey !== null && !isKey(bearerOf(c) ?? '')) throw new Problem('unauthenticated', 'The metrics key is missing or wrong');
    return c.body(await metrics.text(), 200, { 'content-type': metrics.contentType });
  });
  return app;
}

/** All routes of the separate metrics port. */
export function metricsApp(deps: MetricsRouteDeps, problemDeps: ProblemDeps): Hono {
  const app = new Hono();
  app.onError((error, c: Context) => problemResponse(c, error, problemDeps));
  app.notFound((c) => problemResponse(c, new Problem('not-found', 'Nothing exists at this address'), problemDeps));
  app.use(responseHeaders(problemDeps.publicUrl));
  app.route('/', metricsRoutes(deps));
  return app;
}

/** @param access null if the metrics are not at this address */
export function metricsPaths(context: DocumentContext, access: 'open' | 'key' | null): JsonObject {
  if (access === null) return {};
  const read = {
    operationId: 'metrics',
    tag: 'Service',
    security: access === 'key' ? ['metricsKey'] : [],
    summary: 'Read the metrics',
    description: 'For Prometheus. No label holds an id, an address or a code.',
    success: { status: 200 as const, description: 'The metrics', content: { 'text/plain': { schema: { type: 'string' } } } },
    problems: problems(...(access === 'key' ? (['unauthenticated'] as const) : []), 'internal-error'),
  };
  return { '/metrics': { get: operation(read, context) } };
}
