/** A task whose failure the machine does not handle: only its success leads on, so it is repeated until it succeeds. */
import { Type } from '@sinclair/typebox';
import { describe, expect, test } from 'vitest';
import { setup } from 'xstate';
import { defineWorkflow } from '../../machines/define-workflow.ts';
import { closed, type MachineEvent, task } from '../../machines/workflow.ts';
import { Workflows } from '../../src/engine/machines/workflows.ts';
import { serviceCaller, type TaskResult } from '../../src/engine/ports.ts';
import { statePath } from '../../src/engine/session.ts';
import { attemptLimit } from '../../src/engine/task-limits.ts';
import { MemoryDatabase } from '../support/memory-store.ts';
import { ManualClock, personalOf, TestProcess } from '../support/test-process.ts';
import { seed } from '../support/workflows.ts';

const day = 24 * 3_600_000;
const screen = { screen: 'test' };

/** @param answered true if the machine handles the failure */
const chore = (answered: boolean) =>
  defineWorkflow('chore', () => ({
    collection: 'chores',
    version: 1,
    description: 'A chore of a test.',
    machine: setup({ types: {} as { events: MachineEvent }, actors: { work: task<Record<string, never>>() } }).createMachine({
      id: 'chore',
      initial: 'working',
      states: {
        working: {
          meta: screen,
          invoke: { id: 'work', src: 'work', input: {}, onDone: 'done', ...(answered ? { onError: 'failed' } : {}) },
        },
        done: { type: 'final' },
        failed: { type: 'final' },
      },
    }),
    start: { body: Type.Object({}, closed), resolver: 'chore', events: [null] },
    events: {},
    secrets: ['secret'],
    view: { schema: Type.Object({}), of: () => ({}) },
    deadlines: {},
  }));

/** @param results of the attempts, one after the other; the last is the result of all later attempts */
function begun(answered: boolean, results: readonly (TaskResult | Error | 'hangs')[]) {
  const [workflows, database, clock] = [new Workflows([chore(answered)], seed), new MemoryDatabase(), new ManualClock()];
  let attempts = 0;
  const run = async (): Promise<TaskResult> => {
    const result = results[Math.min(attempts, results.length - 1)] ?? new Error('Nothing is said');
    attempts += 1;
    if (result instanceof Error) throw result;
    if (result === 'hangs') return new Promise(() => {});
    return result;
  };
  const parts = {
    workflows,
    handlers: { work: { run } },
    resolvers: { chore: { start: () => ({ event: null, personal: { secret: 'hash', word: 'kept' } }) } },
  };
  const memory = database.process();
  const process = new TestProcess(memory, clock, parts);
  const heir = new TestProcess(database.process(), clock, parts);
  const [workflow] = workflows.latest();
  if (!workflow) throw new Error('No workflow');
  return { process, memory, heir, clock, database, workflow, attempts: () => attempts };
}

describe('a task whose failure is not handled', () => {
  test.each([
    ['is thrown', new Error('away')],
    ['is for good', { outcome: 'failed', reason: 'refused' } as const],
  ])('is repeated until it succeeds, with growing pauses and without a report, if its failure %s', async (_, failure) => {
    const failures = Array.from({ length: attemptLimit * 10 }, () => failure);
    const { process, clock, database, workflow, attempts } = begun(false, [...failures, { outcome: 'done' }]);
    const { session } = await process.engine.start(workflow, {}, null, serviceCaller);
    for (const since = clock.ms; clock.ms < since + day; clock.ms += 120_000) await process.catchUp();
    const ended = (await process.engine.read(session.id)).session;
    expect([statePath(ended.value), attempts()]).toEqual(['done', failures.length + 1]);
    expect(database.rows.get(session.id)?.history.map(({ event }) => event)).toEqual(['start', 'work.done']);
  });

  test('settles at one attempt a minute', async () => {
    const { process, clock, workflow, attempts } = begun(false, [new Error('away')]);
    const { session } = await process.engine.start(workflow, {}, null, serviceCaller);
    for (const since = clock.ms; clock.ms < since + 3_600_000; clock.ms += 1000) await process.catchUp();
    expect(attempts()).toBeLessThan(70);
    expect((await process.engine.read(session.id)).session.status).toBe('active');
  });
});

test('a session that ends with the failed last attempt of another task also loses its secrets', async () => {
  const { process, clock, database, workflow, memory, heir } = begun(true, [
    ...Array.from({ length: attemptLimit - 1 }, () => new Error('away')),
    'hangs',
  ]);
  const { session } = await process.engine.start(workflow, {}, null, serviceCaller);
  for (let attempt = 1; attempt < attemptLimit; attempt += 1) {
    await process.engine.tasks.idle();
    clock.ms += 60_000;
    await process.engine.read(session.id);
  }
  memory.isDead = true;
  await heir.catchUp();
  const row = database.rows.get(session.id);
  expect([row && statePath(row.session.value), row && personalOf(row.session)]).toEqual(['failed', { word: 'kept' }]);
});
