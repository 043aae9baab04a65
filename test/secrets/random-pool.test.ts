/** Random bytes from a page: each is returned once, whatever the sizes are. */
import { expect, test } from 'vitest';
import { randomBytesOf } from '../../src/secrets/random-pool.ts';

test('no bytes are returned twice, across many pages', () => {
  const seen = new Set<string>();
  for (let n = 0; n < 5000; n += 1) seen.add(randomBytesOf(n % 2 === 0 ? 16 : 12).toString('hex'));
  expect(seen.size).toBe(5000);
});

test('returned bytes do not change', () => {
  const kept = randomBytesOf(16);
  const text = kept.toString('hex');
  for (let n = 0; n < 1000; n += 1) randomBytesOf(16);
  expect(kept.toString('hex')).toBe(text);
  expect(text).not.toBe('0'.repeat(32));
});
