/** The answers during a start: alive, and not ready. The database may be slow, or away. */
import { Hono } from 'hono';
import { routedUnder } from '../addresses.ts';
import { Problem, Problems } from '../problems/problem.ts';
import { type ProblemParts, problemResponse } from '../problems/problem-response.ts';
import { responseHeaders } from '../response-headers.ts';

/** Of the order of the pauses between attempts to reach the database. */
const retrySeconds = 2;

export function startingApp(parts: Pick<ProblemParts, 'publicUrl' | 'log'>): Hono {
  const app = new Hono(routedUnder(parts.publicUrl));
  // The metrics do not count problems yet, and none of these answers contains a time.
  const problemParts: ProblemParts = {
    ...parts,
    problems: new Problems({}),
    now: () => 0,
    failed: () => {},
    unavailable: () => {},
    aborted: () => {},
  };
  app.onError((error, c) => problemResponse(c, error, problemParts));
  app.use(responseHeaders(parts.publicUrl));
  app.get('/healthz', (c) => c.json({ status: 'alive' }));
  app.all('*', () => {
    throw new Problem('unavailable', 'The service is starting', { retryAfter: retrySeconds, reason: 'starting' });
  });
  return app;
}
