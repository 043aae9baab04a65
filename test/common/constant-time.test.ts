/** A secret equals only itself: no part of it, and nothing that begins with it. */
import { expect, test } from 'vitest';
import { equalsInConstantTime } from '../../src/common/constant-time.ts';

test.each([
  ['secret', 'secret', true],
  ['', '', true],
  ['é', Buffer.from('é'), true],
  ['secret', 'secreT', false],
  ['secret', 'secret ', false],
  ['secret', '', false],
  ['é', 'e', false],
])('%s and %s: %s', (a, b, equal) => {
  expect(equalsInConstantTime(a, b)).toBe(equal);
});
