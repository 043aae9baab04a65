/**
 * A task that brings its own work: the compiler knows its outcomes and its input. Each `@ts-expect-error` is an error itself if the line
 * below it compiles.
 */
import { Type } from '@sinclair/typebox';
import { expect, test } from 'vitest';
import { assign, setup } from 'xstate';
import { closed, pausesOf, type TaskDone, task } from '../../machines/workflow.ts';

const Party = Type.Object({ guests: Type.Integer() }, closed);

const reserve = task({
  outcomes: ['reserved', 'full'],
  input: Party,
  retry: [1_000],
  timeout: 5_000,
  run: async ({ input, data, key, attempt, deadlines, sessionId }, signal) => {
    const guests: number = input.guests;
    if (signal.aborted) return { retry: 'stopped', afterMs: 10 };
    if (guests > 9) return { failed: `${key} ${attempt} ${sessionId} ${deadlines['hold'] ?? 0}` };
    return guests > 4 ? 'full' : { outcome: 'reserved', data: { table: data['guestName'] ?? '' } };
  },
});

const release = task({ outcomes: ['released'], run: () => 'released' });

task({
  outcomes: ['reserved', 'full'],
  // @ts-expect-error: 'ful' is no outcome of the task
  run: () => 'ful',
});

task({
  outcomes: ['reserved'],
  input: Party,
  // @ts-expect-error: the input has no such member
  run: ({ input }) => (input.guest === 1 ? 'reserved' : { failed: 'no' }),
});

test('the outcomes of a task are those of its done event', () => {
  const machine = setup({
    types: {} as { context: { full: boolean }; events: { type: 'ASK' } | TaskDone<'reserve', typeof reserve> },
    actors: { reserve, release },
    actions: { note: assign({ full: ({ event }) => event.type === 'xstate.done.actor.reserve' && event.outcome === 'full' }) },
    guards: {
      isFull: ({ event }) => event.type === 'xstate.done.actor.reserve' && event.outcome === 'full',
      // @ts-expect-error: the task never ends with 'occupied'
      isOccupied: ({ event }) => event.type === 'xstate.done.actor.reserve' && event.outcome === 'occupied',
    },
  }).createMachine({
    context: { full: false },
    initial: 'reserving',
    states: {
      reserving: {
        invoke: {
          src: 'reserve',
          id: 'reserve',
          input: { guests: 2 },
          onDone: [
            { guard: ({ event }) => event.output.outcome === 'reserved', target: 'held' },
            // @ts-expect-error: the task never ends with 'lost'
            { guard: ({ event }) => event.output.outcome === 'lost', target: 'held' },
            { target: 'over', actions: 'note' },
          ],
          onError: 'over',
        },
      },
      wrongInput: {
        // @ts-expect-error: the input has a number of guests
        invoke: { src: 'reserve', id: 'reserve', input: { guests: 'two' }, onDone: 'over' },
      },
      held: { invoke: { src: 'release', id: 'release', onDone: 'over' } },
      over: { type: 'final' },
    },
  });
  expect(Object.keys(machine.states)).toContain('held');
});

test('pauses double up to the longest one', () => {
  expect(pausesOf({ retry: { attempts: 5, firstMs: 1_000, longestMs: 3_000 } })).toEqual([1_000, 2_000, 3_000, 3_000]);
  expect(pausesOf({ retry: { attempts: 1, firstMs: 1_000 } })).toEqual([]);
  expect(pausesOf({ retry: [5, 6] })).toEqual([5, 6]);
  expect(pausesOf({})).toBeUndefined();
});
