/**
 * Documents of hundreds of kilobytes. Each takes a millisecond to hand over, and a reader wants each of them once: those of one reader
 * that come together are sent one after the other, so that other callers are answered in between.
 */
import type { Context, MiddlewareHandler } from 'hono';
import { FairQueue } from '../engine/fair-queue.ts';
import type { Origin } from '../engine/ports.ts';

/** Readers that are served at the same time. */
const concurrency = 8;

/** A page that shows the API asks for five documents. */
const burst = 5;

/** A reader that goes on gets five documents a second: some megabytes. */
const longestPauseMs = 200;

/** @param origin whom a request is counted under */
export function pacedDocuments(origin: (c: Context) => Origin): MiddlewareHandler {
  const queue = new FairQueue({ concurrency, burst, longestPauseMs });
  return (c, next) => queue.run(origin(c), next);
}
