/** Comparison of a secret with a guess. */
import { timingSafeEqual } from 'node:crypto';

/** True if both contain the same bytes. The duration reveals the lengths, but nothing of the contents. */
export function equalsInConstantTime(a: string | Buffer, b: string | Buffer): boolean {
  const [left, right] = [bytesOf(a), bytesOf(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function bytesOf(value: string | Buffer): Buffer {
  return typeof value === 'string' ? Buffer.from(value) : value;
}
