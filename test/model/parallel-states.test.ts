/** Paths and coverage of a workflow with parallel states, a fork, a timer in a region, and history. */
import { describe, expect, test } from 'vitest';
import { setup } from 'xstate';
import { noFields, noPayload } from '../../machines/fields.ts';
import type { Workflow } from '../../machines/workflow.ts';
import { withAncestors } from '../../src/testing/graph/pairs.ts';
import { pathsOf } from '../../src/testing/graph/paths.ts';
import { workflowNamed } from '../support/workflows.ts';

const machine = setup({
  types: {} as { events: { type: 'PAY' } | { type: 'PAUSE' } | { type: 'RESUME' } | { type: 'HURRY' } },
  delays: { packing: 60_000, waiting: 3_600_000 },
}).createMachine({
  id: 'departure',
  initial: 'preparing',
  states: {
    preparing: {
      type: 'parallel',
      onDone: 'ready',
      on: { PAUSE: 'paused', HURRY: { target: ['.fare.paid', '.luggage.packed'] } },
      states: {
        fare: { initial: 'unpaid', states: { unpaid: { on: { PAY: 'paid' } }, paid: { type: 'final' } } },
        luggage: { initial: 'open', states: { open: { after: { packing: 'packed' } }, packed: { type: 'final' } } },
        before: { type: 'history', history: 'deep' },
      },
    },
    paused: { on: { RESUME: 'preparing.before' }, after: { waiting: 'missed' } },
    ready: { type: 'final' },
    missed: { type: 'final' },
  },
});

const event = { description: 'An event.', body: noFields, resolver: null, sender: 'holder', payloads: noPayload } as const;

const departure: Workflow = {
  ...workflowNamed('email-verification'),
  name: 'departure',
  machine,
  start: { body: noFields, resolver: null, events: [null] },
  events: { PAY: event, PAUSE: event, RESUME: event, HURRY: event },
};

describe('a workflow with parallel states', () => {
  const { schedules, coverage } = pathsOf(departure);
  const { impossiblePairs, resends, ...shares } = coverage();

  test.each(Object.keys(shares) as (keyof typeof shares)[])('has paths that cover all %s', (what) => {
    expect(shares[what].of).toBeGreaterThan(0);
    expect(shares[what].missing).toEqual([]);
  });

  test('lacks a transition in its coverage if no path takes it', () => {
    const takes = (id: string) => schedules.filter(({ steps }) => !steps.some(({ taken }) => taken.includes(id)));
    const without = coverage(takes('preparing:hurry:0'));
    expect(without.transitions.missing).toEqual(['preparing:hurry:0']);
    expect(without.matrix.missing).toEqual(expect.arrayContaining(['preparing.fare.unpaid HURRY', 'preparing.luggage.open HURRY']));
  });

  test('has the regions of its parallel state in the matrix of events, and no state that holds others', () => {
    const states = new Set(coverage([]).matrix.missing.map((cell) => cell.split(' ')[0]));
    expect([...states].sort()).toEqual(
      [
        'missed',
        'paused',
        'preparing.fare.paid',
        'preparing.fare.unpaid',
        'preparing.luggage.open',
        'preparing.luggage.packed',
        'ready',
      ].sort(),
    );
  });

  test('gives a reason for each pair of transitions that cannot follow one another', () => {
    expect(impossiblePairs.filter(({ reason }) => reason === '')).toEqual([]);
    expect(resends.of).toBe(0);
  });
});

test('the path of several active states has the states around each, once', () => {
  expect(withAncestors('work.pay.due|work.parcel.sent')).toEqual(['work', 'work.pay', 'work.pay.due', 'work.parcel', 'work.parcel.sent']);
});
