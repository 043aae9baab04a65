/**
 * Counts rejected requests against their client: a weak password, or an unusable number. A check takes work, and its answer reveals
 * something about the input. Without the count, a client could repeat checks for free.
 */
import { InvalidBody } from '../engine/errors.ts';
import type { Caller } from '../engine/ports.ts';

/** Counts a rejected request against its client. @throws RateLimited when the client's limit is reached */
export type CountRejected = (caller: Caller) => Promise<void>;

/**
 * Counts a request that satisfies its schema and is rejected for its contents. A malformed request does not count.
 * @param judge throws InvalidBody for a rejected request
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
