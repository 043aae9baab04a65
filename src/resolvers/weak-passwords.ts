/**
 * Counts refused requests on their client: a weak password, a number that can't be used. Judging one takes work, and reveals something
 * about the input, so that a client could otherwise repeat both for free.
 */
import { InvalidBody } from '../engine/errors.ts';
import type { Origin } from '../engine/ports.ts';

/** Counts a refused request on its client. @throws RateLimited when the client's limit is reached */
export type CountRejected = (origin: Origin) => Promise<void>;

/**
 * Counts a request that satisfies its schema and is refused for its contents. A malformed request counts nothing.
 * @param judge throws InvalidBody for a refused request
 * @param count throws RateLimited when the client's limit is reached; that error then replaces the other
 */
export async function countingRejected<T>(judge: () => T | Promise<T>, count: () => Promise<void>): Promise<T> {
  try {
    return await judge();
  } catch (error) {
    if (error instanceof InvalidBody && error.code !== 'invalid-request') await count();
    throw error;
  }
}
