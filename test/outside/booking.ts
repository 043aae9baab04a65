/** Steps that tests of table bookings share. */
import { expect } from 'vitest';
import type { Json, TestSession } from '../support/service.ts';

export const guest = { name: 'Jane Doe', email: 'jane@example.com', guests: 2 };

/** Waits until the session reaches the state: its tasks run by themselves. */
export async function reaches(session: TestSession, state: string): Promise<Json> {
  await expect.poll(async () => (await session.read()).state, { timeout: 20_000 }).toBe(state);
  return session.read();
}
