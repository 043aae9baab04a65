/** What the service answers while it starts: it lives, and is not ready. The database may take its time, or be away. */
import { Hono } from 'hono';
import { Problem } from './problem.ts';
import { type ProblemParts, problemResponse } from './problem-response.ts';
import { responseHeaders } from './response-headers.ts';

/** Of the order of the pauses between attempts to reach the database. */
const retrySeconds = 2;

export function startingApp(parts: Pick<ProblemParts, 'publicUrl' | 'log'>): Hono {
  const app = new Hono();
  // Nobody counts problems yet, and none of these has a time in it.
  const problemParts: ProblemParts = { ...parts, now: () => 0, failed: () => {}, unavailable: () => {}, aborted: () => {} };
  app.onError((error, c) => problemResponse(c, error, problemParts));
  app.use(responseHeaders(parts.publicUrl));
  app.get('/healthz', (c) => c.json({ status: 'alive' }));
  app.all('*', () => {
    throw new Problem('unavailable', 'The service is starting', { retryAfter: retrySeconds, reason: 'starting' });
  });
  return app;
}
