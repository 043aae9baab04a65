/** The two versions of UUID (RFC 9562) that serve as ids of sessions. */
import { stringify, v7 as timeOrdered } from 'uuid';
import { randomBytesOf } from './random-pool.ts';

/** A time-ordered UUID, so that new sessions are adjacent in the index; 73 bits are random. */
export function v7(now: number): string {
  return timeOrdered({ msecs: now, random: randomBytesOf(16) });
}

/** A UUID made of the first 16 bytes, except for the bits of version and variant. */
export function v8(bytes: Uint8Array): string {
  const named = Uint8Array.from(bytes.subarray(0, 16));
  named[6] = ((named[6] ?? 0) & 0x0f) | 0x80;
  named[8] = ((named[8] ?? 0) & 0x3f) | 0x80;
  return stringify(named);
}
