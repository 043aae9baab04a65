/** A password that is judged too weak counts on its client: judging takes work, and would be free for a client that repeats it. */
import { InvalidBody } from '../engine/errors.ts';
import type { Origin } from '../engine/ports.ts';

/**
 * @param judge throws InvalidBody for a password that is too weak
 * @param count throws RateLimited when the client's limit is reached: that is the answer then
 */
export async function countingWeakPasswords<T>(judge: () => Promise<T>, count: () => Promise<void>): Promise<T> {
  try {
    return await judge();
  } catch (error) {
    if (error instanceof InvalidBody && error.code === 'weak-password') await count();
    throw error;
  }
}

/** Counts a weak password on the client that the request came from. */
export type CountWeakPassword = (origin: Origin) => Promise<void>;
