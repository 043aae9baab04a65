/** The comparison of a secret with a guess. */
import { timingSafeEqual } from 'node:crypto';

/** True if both are the same bytes. The time shows the lengths and nothing of the contents. */
export function equalsInConstantTime(a: string | Buffer, b: string | Buffer): boolean {
  const [left, right] = [bytesOf(a), bytesOf(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function bytesOf(value: string | Buffer): Buffer {
  return typeof value === 'string' ? Buffer.from(value) : value;
}
