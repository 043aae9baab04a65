/** The format of an Idempotency-Key. */
import type { Context } from 'hono';
import { Problem } from '../problems/problem.ts';

interface KeyShape {
  readonly pattern: RegExp;
  readonly message: string;
}

/** At a start, the key alone returns the session and its token, so the key must be as hard to guess as a token. */
export const startKey: KeyShape = {
  pattern: /^[\x21-\x7e]{22,128}$/,
  message: 'An Idempotency-Key for creating is 22 to 128 random visible ASCII characters',
};
export const eventKey: KeyShape = { pattern: /^[\x21-\x7e]{1,128}$/, message: 'An Idempotency-Key is 1 to 128 visible ASCII characters' };

export function idempotencyKey(c: Context, { pattern, message }: KeyShape): string | null {
  const key = c.req.header('idempotency-key');
  if (key === undefined) return null;
  if (!pattern.test(key)) throw new Problem('invalid-request', message, { members: { errors: [{ path: 'Idempotency-Key', message }] } });
  return key;
}
