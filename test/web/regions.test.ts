/** Where a session is that is in several regions of a parallel state, as pictures mark it and screens look it up. */
import { expect, test } from 'vitest';
import { around, leavesOf, targetsOf } from '../../src/web/diagrams/machine.js';

const path = 'work.pay.due|work.parcel.sent';

test('every active state and those around it are marked, each once', () => {
  expect(around(path)).toEqual(['work.pay.due', 'work.pay', 'work', 'work.parcel.sent', 'work.parcel', '']);
  expect(around('')).toEqual(['']);
  expect(leavesOf(path)).toEqual(['work.pay.due', 'work.parcel.sent']);
});

test('a transition that forks leads to all of its targets', () => {
  const transition = { id: 'a:go:0', kind: 'event', source: 'a', type: 'GO', event: 'go', delay: null, task: null, guard: null } as const;
  const plain = { ...transition, otherwise: false, actions: [], refusal: null, target: 'work.pay' };
  expect(targetsOf({ ...plain, target: null })).toEqual([]);
  expect(targetsOf({ ...plain, furtherTargets: ['work.parcel'] })).toEqual(['work.pay', 'work.parcel']);
});
