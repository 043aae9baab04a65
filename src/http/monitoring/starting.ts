/** The answers during a start: alive, but not ready. The database may be slow or unreachable. */
import { Hono } from 'hono';
import { routedUnder } from '../addresses.ts';
import type { Status } from '../openapi/schemas.ts';
import { Problem, Problems } from '../problems/problem.ts';
import { type ProblemDeps, problemResponse } from '../problems/problem-response.ts';
import { responseHeaders } from '../response-headers.ts';

/** About as long as the pauses between attempts to reach the database. */
const retrySeconds = 2;

export function startingApp(deps: Pick<ProblemDeps, 'publicUrl' | 'log'>): Hono {
  const app = new Hono(routedUnder(deps.publicUrl));
  // The metrics do not count problems yet, and none of these answers contains a time.
  const problemDeps: ProblemDeps = {
    ...deps,
    problems: new Problems({}),
    now: () => 0,
    failed: () => {},
    unavailable: () => {},
    aborted: () => {},
  };
  app.onError((error, c) => problemResponse(c, error, problemDeps));
  app.use(responseHeaders(deps.publicUrl));
  app.get('/healthz', (c) => c.json<Status<'alive'>>({ status: 'alive' }));
  app.all('*', () => {
    throw new Problem('unavailable', 'The service is starting', { retryAfter: retrySeconds, reason: 'starting' });
  });
  return app;
}
