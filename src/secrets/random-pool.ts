/** A pool of random bytes for frequent small requests. It reads 4096 bytes at a time from the system, and returns each byte once. */
import { randomFillSync } from 'node:crypto';

const pool = Buffer.alloc(4096);
let used = pool.length;

/** @returns random bytes that no other call gets; a copy, so that the pool can be refilled */
export function randomBytesOf(count: number): Buffer {
  if (used + count > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const bytes = Buffer.from(pool.subarray(used, used + count));
  pool.fill(0, used, used + count);
  used += count;
  return bytes;
}
