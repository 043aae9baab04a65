/** Tasks that bring their own work: the handler belongs to its workflow, and the machine hears only outcomes that the task declares. */
import { Type } from '@sinclair/typebox';
import { expect, test } from 'vitest';
import { setup } from 'xstate';
import { defineWorkflow } from '../../machines/define-workflow.ts';
import { closed, type RunResult, type TaskCall, task, type Workflow } from '../../machines/workflow.ts';
import { checkMachine } from '../../src/engine/checks/machine-check.ts';
import { Workflows } from '../../src/engine/machines/workflows.ts';
import { serviceCaller } from '../../src/engine/ports.ts';
import { statePath } from '../../src/engine/session.ts';
import { failedByInput } from '../../src/engine/tasks/task-input.ts';
import { MemoryDatabase } from '../support/memory-store.ts';
import { ManualClock, personalOf, TestProcess } from '../support/test-process.ts';
import { seed } from '../support/workflows.ts';

const Place = Type.Object({ seats: Type.Integer() }, closed);

type Work = (
  call: TaskCall<{ seats: number }>,
  signal: AbortSignal,
) => RunResult<'reserved' | 'full'> | Promise<RunResult<'reserved' | 'full'>>;

/** @param input of the task; a machine in JavaScript can give any value */
function reservation(name: string, run: Work, input: unknown = { seats: 2 }) {
  return defineWorkflow(name, () => {
    const reserve = task({ outcomes: ['reserved', 'full'], input: Place, retry: { attempts: 3, firstMs: 1_000 }, run });
    return {
      collection: `${name}s`,
      version: 1,
      description: 'Reserves seats.',
      machine: setup({ actors: { reserve } }).createMachine({
        id: name,
        initial: 'reserving',
        states: {
          reserving: {
            invoke: {
              id: 'reserve',
              src: 'reserve',
              input: input as { seats: number },
              onDone: [{ guard: ({ event }) => event.output.outcome === 'full', target: 'full' }, { target: 'held' }],
              onError: 'failed',
            },
          },
          held: { type: 'final' },
          full: { type: 'final' },
          failed: { type: 'final' },
        },
      }),
      start: { body: Type.Object({}, closed), resolver: 'guest', events: [null] },
      events: {},
      view: { schema: Type.Object({}), of: () => ({}) },
      deadlines: {},
    };
  });
}

/** Starts a session of each workflow, and runs until nothing is due for a minute. @returns the state of each */
async function ended(...definitions: ReturnType<typeof reservation>[]) {
  const [workflows, database, clock] = [new Workflows(definitions, seed), new MemoryDatabase(), new ManualClock()];
  const resolvers = { guest: { start: () => ({ event: null, personal: { guestName: 'Jane' } }) } };
  const shared = { reserve: { run: async () => ({ outcome: 'failed', reason: 'the task of a module' }) as const } };
  const process = new TestProcess(database.process(), clock, { workflows, resolvers, handlers: shared });
  const sessions: string[] = [];
  for (const workflow of workflows.latest()) sessions.push((await process.engine.start(workflow, {}, null, serviceCaller)).session.id);
  for (const since = clock.ms; clock.ms < since + 60_000; clock.ms += 1_300) await process.catchUp();
  const states = await Promise.all(sessions.map(async (id) => statePath((await process.engine.read(id)).session.value)));
  return { states, database, process, sessions };
}

test('two workflows of a service each have a task of the same name, beside a task of a module', async () => {
  const { states } = await ended(
    reservation('train-trip', () => 'reserved'),
    reservation('boat-trip', async () => ({ outcome: 'full' })),
  );
  expect(states).toEqual(['held', 'full']);
});

test('the work gets the input, the details, and the same key at each attempt; its details join those of the session', async () => {
  const calls: TaskCall<unknown>[] = [];
  const { states, database, sessions } = await ended(
    reservation('train-trip', (call) => {
      calls.push(call);
      if (call.attempt === 1) throw new Error('away');
      return call.attempt === 2 ? { retry: 'busy', afterMs: 5_000 } : { outcome: 'reserved', data: { seat: '12A' } };
    }),
  );
  expect(states).toEqual(['held']);
  expect(calls.map(({ attempt, input, data }) => ({ attempt, input, data }))).toEqual(
    [1, 2, 3].map((attempt) => ({ attempt, input: { seats: 2 }, data: { guestName: 'Jane' } })),
  );
  expect(new Set(calls.map(({ key }) => key)).size).toBe(1);
  const session = database.rows.get(sessions[0] ?? '')?.session;
  expect(session && personalOf(session)).toEqual({ guestName: 'Jane', seat: '12A' });
});

test.each<[string, unknown]>([
  ['that it does not declare', 'lost'],
  ['that is no text', { outcome: 7 }],
  ['that is missing', undefined],
  ['with details that are no texts', { outcome: 'reserved', data: { seat: 12 } }],
])('an outcome %s fails the task', async (_, outcome) => {
  const run = (() => outcome) as Work;
  expect((await ended(reservation('train-trip', run))).states).toEqual(['failed']);
});

test.each<[string, unknown, string]>([
  ['of another type', { seats: 'two' }, "'/seats': expected integer"],
  ['with an unknown member', { seats: 2, window: true }, "'/window': unexpected property"],
  ['that is missing', null, "'': expected object"],
])('an input %s fails the task before its work', async (_, input, fault) => {
  let attempts = 0;
  const count = (): 'reserved' => {
    attempts += 1;
    return 'reserved';
  };
  expect((await ended(reservation('train-trip', count, input))).states).toEqual(['failed']);
  expect(attempts).toBe(0);
  expect(failedByInput({ input: Place }, input)).toEqual({
    outcome: 'failed',
    reason: `its input does not fit its schema at ${fault}`,
  });
});

test('an input with an unknown format fits', () => {
  expect(failedByInput({ input: Type.String({ format: 'seat' }) }, '12A')).toBeNull();
  expect(
    failedByInput({ input: Type.Object({ at: Type.String({ format: 'seat' }), row: Type.Integer() }) }, { at: '12A', row: '12' }),
  ).toEqual({
    outcome: 'failed',
    reason: "its input does not fit its schema at '/row': expected integer",
  });
});

test('a failure for good is not tried again, and thrown errors only as often as the task allows', async () => {
  let attempts = 0;
  const failing = (result: RunResult<'full'> | Error) => () => {
    attempts += 1;
    if (result instanceof Error) throw result;
    return result;
  };
  expect((await ended(reservation('train-trip', failing({ failed: 'no such train' })))).states).toEqual(['failed']);
  expect(attempts).toBe(1);
  expect((await ended(reservation('train-trip', failing(new Error('away'))))).states).toEqual(['failed']);
  expect(attempts).toBe(4);
});

const lostOutcome = (after: object) => {
  const { name: _, ...workflow } = reservation('train-trip', () => 'reserved').of({});
  const reserve = task({ outcomes: ['reserved', 'full'], run: () => 'reserved' });
  const machine = setup({ actors: { reserve } }).createMachine({
    initial: 'reserving',
    states: {
      reserving: { invoke: { src: 'reserve', onDone: { guard: ({ event }) => event.output.outcome === 'reserved', target: 'held' } } },
      held: { type: 'final' },
    },
    ...after,
  });
  return checkMachine({ ...workflow, name: 'train-trip', machine: machine as unknown as Workflow['machine'] });
};

test('a declared outcome after which nothing can happen is found before the start', () => {
  expect(lostOutcome({}).map(({ state, fault }) => [state, fault])).toEqual([
    ['reserving', "nothing follows the outcome 'full' of the task 'reserve': give its onDone a transition for this outcome"],
  ]);
  expect(lostOutcome({ after: { 1000: '.held' } })).toEqual([]);
});
