/** Where a session is that is in several regions of a parallel state, as pictures mark it and screens look it up. */
import { expect, test } from 'vitest';
import { around, leavesOf } from '../../src/web/diagrams/machine.js';

const path = 'work.pay.due|work.parcel.sent';

test('every active state and those around it are marked, each once', () => {
  expect(around(path)).toEqual(['work.pay.due', 'work.pay', 'work', 'work.parcel.sent', 'work.parcel', '']);
  expect(around('')).toEqual(['']);
  expect(leavesOf(path)).toEqual(['work.pay.due', 'work.parcel.sent']);
});
