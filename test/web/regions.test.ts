/** The active states of a parallel state: marked in pictures, and found by screens. */
import { expect, test } from 'vitest';
import type { State } from '../../src/web/diagrams/machine.js';
import { around, leavesOf, Machine, targetsOf } from '../../src/web/diagrams/machine.js';

const path = 'work.pay.due|work.parcel.sent';

test('every active state and those around it are marked, each once', () => {
  expect(around(path)).toEqual(['work.pay.due', 'work.pay', 'work', 'work.parcel.sent', 'work.parcel', '']);
  expect(around('')).toEqual(['']);
  expect(leavesOf(path)).toEqual(['work.pay.due', 'work.parcel.sent']);
});

test('a transition that forks leads to all its targets', () => {
  const transition = { id: 'a:go:0', kind: 'event', source: 'a', type: 'GO', event: 'go', delay: null, task: null, guard: null } as const;
  const plain = { ...transition, otherwise: false, actions: [], refusal: null, target: 'work.pay' };
  expect(targetsOf({ ...plain, target: null })).toEqual([]);
  expect(targetsOf({ ...plain, furtherTargets: ['work.parcel'] })).toEqual(['work.pay', 'work.parcel']);
});

test('a delay whose transition forks leads to a state in each region', () => {
  const state = (at: string, initial: string | null = null): State => ({
    path: at,
    title: at,
    description: null,
    screen: null,
    type: 'state',
    parent: at.includes('.') ? at.slice(0, at.lastIndexOf('.')) : '',
    initial,
    tasks: [],
  });
  const states = [state('idle'), state('work'), state('work.pay', 'work.pay.due'), state('work.pay.due'), state('work.parcel')];
  const plain = { type: '', event: null, task: null, guard: null, otherwise: false, actions: [], refusal: null } as const;
  const delay = { name: 'patience', ms: 1, text: '1 ms' };
  const late = {
    ...plain,
    id: 'idle:late',
    kind: 'timeout',
    source: 'idle',
    delay,
    target: 'work.pay',
    furtherTargets: ['work.parcel'],
  } as const;
  const machine = new Machine({ root: state(''), states, transitions: [late] });
  const idle = state('idle');
  expect(machine.statesAfter(idle, 'patience').map(({ path: reached }) => reached)).toEqual(['work.pay.due', 'work.parcel']);
  expect(machine.statesAfter(idle, 'night')).toEqual([]);
});
