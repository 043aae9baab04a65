/**
 * Paces documents of hundreds of kilobytes. Handing one over takes a millisecond, and a reader needs each once. Concurrent requests of one
 * reader are answered one after the other, so that other callers are answered in between.
 */
import type { Context, MiddlewareHandler } from 'hono';
import { FairQueue } from '../../engine/fair-queue.ts';
import type { Caller } from '../../engine/ports.ts';

/** Readers served at the same time. */
const concurrency = 8;

/** A page that shows the API loads five documents. */
const burst = 5;

/** After the burst, a reader gets five documents a second: some megabytes. */
const longestPauseMs = 200;

/** @param caller the client that a request counts for */
export function pacedDocuments(caller: (c: Context) => Caller): MiddlewareHandler {
  const queue = new FairQueue({ concurrency, burst, longestPauseMs });
  return (c, next) => queue.run(caller(c), next);
}
