/** Counts weak passwords on their client, because judging one takes work that a client could otherwise repeat for free. */
import { InvalidBody } from '../engine/errors.ts';
import type { Origin } from '../engine/ports.ts';

/**
 * @param judge throws InvalidBody for a weak password
 * @param count throws RateLimited when the client's limit is reached; that error then replaces the other
 */
export async function countingWeakPasswords<T>(judge: () => Promise<T>, count: () => Promise<void>): Promise<T> {
  try {
    return await judge();
  } catch (error) {
    if (error instanceof InvalidBody && error.code === 'weak-password') await count();
    throw error;
  }
}

/** Counts a weak password on the client of the request. */
export type CountWeakPassword = (origin: Origin) => Promise<void>;
