/** Limits the requests under way, in total and for each client, so that a client's slow requests leave room for other clients. */
import type { Context, MiddlewareHandler } from 'hono';
import type { Caller } from '../../engine/ports.ts';
import { Problem } from '../problems/problem.ts';
import { thisMachine } from './client-address.ts';
import { Shares } from './shares.ts';

/**
 * Requests under way, at all routes together. Each takes some 20 KB while it waits, so all stay below 200 MB. The limit is below the
 * capacity of the engine's mailboxes, which keep room for timers and the ends of tasks.
 */
const mostRequests = 8_000;

/**
 * Requests of one client: as many as one address may have connections. Behind a trusted proxy, the limit on connections cannot tell clients
 * apart.
 */
const mostRequestsPerClient = 2_000;

/** Operators read these from an overloaded process. The answers need no other part of it. */
const alwaysAnswered: ReadonlySet<string> = new Set(['/healthz', '/metrics']);

/**
 * Runs before any other work, because refusing a request must cost next to nothing. This machine, and a server whose client key comes
 * without an address, have no share of their own.
 * @param caller the client that a request counts for
 */
export function limitedRequests(
  caller: (c: Context) => Pick<Caller, 'address'>,
  { most = mostRequests, mostPerClient = mostRequestsPerClient } = {},
): MiddlewareHandler {
  const shares = new Shares();
  let underWay = 0;
  return async (c, next) => {
    const { address } = caller(c);
    const client = address === thisMachine ? null : address;
    const isFull = underWay >= most || (client !== null && shares.of(client) >= mostPerClient);
    if (isFull && !alwaysAnswered.has(c.req.path))
      throw new Problem('unavailable', 'The service is overloaded', { retryAfter: 2, reason: 'overload' });
    const leave = client === null ? () => {} : shares.enter(client);
    underWay += 1;
    try {
      await next();
    } finally {
      underWay -= 1;
      leave();
    }
  };
}
