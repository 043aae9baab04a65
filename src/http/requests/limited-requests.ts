/** Bounds the requests under way: of all clients, and of one, so that slow requests of one client leave room for those of others. */
import type { Context, MiddlewareHandler } from 'hono';
import type { Caller } from '../../engine/ports.ts';
import { Problem } from '../problems/problem.ts';
import { thisMachine } from './client-address.ts';
import { Shares } from './shares.ts';

/**
 * Requests under way, whatever they are about. Each takes some 20 KB while it waits, so that all stay below 200 MB. Fewer than the
 * engine's mailboxes hold, so that timers and the ends of tasks find room there whatever comes from outside.
 */
const mostRequests = 8_000;

/**
 * Requests of one client: as many as one address may have connections. Behind a trusted proxy, the limit on connections does not tell
 * clients apart.
 */
const mostRequestsPerClient = 2_000;

/** The questions of operators to an overloaded process. Their answers ask no other part. */
const alwaysAnswered: ReadonlySet<string> = new Set(['/healthz', '/metrics']);

/**
 * Comes before anything is read or asked: to turn a request away must cost next to nothing. This machine, and a server whose client key
 * names no address, have no share of their own.
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
