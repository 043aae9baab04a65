/** The ids of sessions: their shape, their order, and their content. */
import { describe, expect, test } from 'vitest';
import { v7, v8 } from '../../src/secrets/uuid.ts';

const now = Date.UTC(2026, 0, 1);
const shapeOf = (version: number) => new RegExp(`^[0-9a-f]{8}-[0-9a-f]{4}-${version}[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`);

describe('an id by time', () => {
  test('is a UUID of version 7 that begins with the millisecond', () => {
    for (const time of [0, 1, now, 2 ** 48 - 1]) {
      const id = v7(time);
      expect(id).toMatch(shapeOf(7));
      expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(time);
    }
  });

  test('sorts by the given time, whatever the machine’s clock says', () => {
    const times = Array.from({ length: 200 }, (_, index) => now + index * 7);
    const ids = times.map((time) => v7(time));
    expect([...ids].sort()).toEqual(ids);
    expect(v7(now - 1) < (ids[0] ?? '')).toBe(true);
  });

  test('is never returned twice, even within a millisecond', () => {
    expect(new Set(Array.from({ length: 10_000 }, () => v7(now))).size).toBe(10_000);
  });

  test('cannot be guessed from its neighbour of the same millisecond', () => {
    const ids = Array.from({ length: 2000 }, () => v7(now).replaceAll('-', ''));
    for (const place of [14, 15, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31]) {
      const digits = new Set(ids.map((id) => id[place]));
      expect(digits.size, `place ${place}`).toBe(16);
    }
  });
});

describe('an id from bytes', () => {
  test('is a UUID of version 8 that contains the bytes, except for the version and variant bits', () => {
    expect(v8(Buffer.alloc(16))).toBe('00000000-0000-8000-8000-000000000000');
    expect(v8(Buffer.alloc(16, 0xff))).toBe('ffffffff-ffff-8fff-bfff-ffffffffffff');
    expect(v8(Buffer.from('00112233445566778899aabbccddeeff', 'hex'))).toBe('00112233-4455-8677-8899-aabbccddeeff');
  });

  test('uses the first 16 bytes, does not change them, and gives the same id for them again', () => {
    const bytes = Buffer.alloc(32, 0xff);
    expect(v8(bytes)).toBe(v8(bytes.subarray(0, 16)));
    expect(bytes).toEqual(Buffer.alloc(32, 0xff));
    expect(v8(bytes)).toMatch(shapeOf(8));
  });
});
