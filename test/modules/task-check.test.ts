/** A mistake in a task that brings its own work stops the start of a service with one line. */
import { Type } from '@sinclair/typebox';
import { expect, test } from 'vitest';
import { setup } from 'xstate';
import { defineWorkflow } from '../../machines/define-workflow.ts';
import { noFields } from '../../machines/fields.ts';
import { backendTask, task } from '../../machines/workflow.ts';
import { defineModule } from '../../src/modules/module.ts';
import { designOf } from '../../src/service/design.ts';

const right = { outcomes: ['reserved', 'full'] as const, run: () => 'reserved' as const };

const ownTask = (options: object) => task({ ...right, ...options } as typeof right);

/** @returns the lines that refuse a service with this task; empty if it is accepted */
function refusal(options: object, changes: object = {}): string {
  return refusalOf(ownTask(options), changes);
}

function refusalOf(reserve: ReturnType<typeof ownTask>, changes: object = {}): string {
  const workflow = defineWorkflow('train-trip', () => ({
    collection: 'train-trips',
    version: 1,
    description: 'Reserves a seat.',
    machine: setup({ actors: { reserve } }).createMachine({
      initial: 'reserving',
      states: { reserving: { invoke: { src: 'reserve', onDone: 'over', onError: 'over' } }, over: { type: 'final' } },
    }),
    start: { body: noFields, resolver: null, events: [null] },
    events: {},
    view: { schema: Type.Object({}), of: () => ({}) },
    deadlines: {},
    ...changes,
  }));
  try {
    designOf({ modules: [defineModule({ name: 'trips', workflows: [workflow] })], config: {} });
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

test('a task with its own work needs no handler of a module', () => {
  expect(refusal({})).toBe('');
  expect(refusal({ retry: { attempts: 1_000, firstMs: 0 }, timeout: 25_000 })).toBe('');
});

test.each<[string, object, string]>([
  ['no work', { run: undefined }, 'has no run: write run(call, signal), or declare the task without options'],
  ['no outcomes', { outcomes: [] }, "lists no outcomes: write at least one, such as outcomes: ['done']"],
  ['outcomes that are no list', { outcomes: 'reserved' }, "lists no outcomes: write at least one, such as outcomes: ['done']"],
  ['an outcome that is no word', { outcomes: ['no seat'] }, "has the outcome 'no seat': an outcome is a word"],
  ['an outcome twice', { outcomes: ['full', 'full'] }, 'lists an outcome twice'],
  ['too many outcomes', { outcomes: Array.from({ length: 21 }, (_, index) => `o${index}`) }, 'has 21 outcomes; at most 20'],
  ['a pause below zero', { retry: [-1] }, 'waits -1 ms between attempts; it must be 0 to 86400000'],
  ['a pause that is no number', { retry: { attempts: 2, firstMs: Number.NaN } }, 'waits NaN ms between attempts'],
  ['no attempt', { retry: { attempts: 0, firstMs: 1 } }, 'has 0 attempts; it must be 1 to 1000'],
  ['too many pauses', { retry: Array.from({ length: 1_000 }, () => 1) }, 'has 1000 pauses between attempts; at most 999'],
  ['a time-out of nothing', { timeout: 0 }, 'has a time-out of 0 ms; it must be above 0 and at most 25000'],
  ['a time-out beyond the lease', { timeout: 26_000 }, 'has a time-out of 26000 ms'],
])('%s', (_, options, fault) => {
  const line = refusal(options);
  expect(line).toMatch(/^Workflow 'train-trip': the task 'reserve' [^\n]*$/);
  expect(line).toContain(fault);
});

test('outcomes that the workflow declares again', () => {
  expect(refusal({}, { outcomes: { reserve: ['reserved'] } })).toBe(
    "Workflow 'train-trip': the task 'reserve' declares its outcomes itself: remove them from the workflow’s outcomes",
  );
});

test('work of its own for a child', () => {
  expect(refusal({}, { children: { 'email-verification': { as: 'reserve', shares: {} } } })).toContain(
    "Workflow 'train-trip': the task 'reserve' has work of its own, and is also a child of the workflow: give one of them another name",
  );
});

const backend = { outcomes: ['reserved', 'full'], url: 'RESERVATIONS_URL', answerWithin: 60_000 } as const;

test.each<[string, object, string]>([
  ['an answer of a backend', {}, ''],
  [
    'an address instead of a setting',
    { url: 'https://seats.example' },
    "has the url 'https://seats.example': write the name of a setting in capitals that ends in _URL, such as RESERVATIONS_URL, and no address",
  ],
  ['no time for an answer', { answerWithin: 999 }, 'waits 999 ms for an answer; it must be 1000 to 31622400000'],
  [
    'more than a year for an answer',
    { answerWithin: 31_622_400_001 },
    'waits 31622400001 ms for an answer; it must be 1000 to 31622400000',
  ],
  ['an unknown detail for a backend', { data: ['seat', 'sea'] }, "sends the detail 'sea', which no module brings"],
])('%s', (_, options, fault) => {
  const line = refusalOf(backendTask({ ...backend, ...options } as typeof backend), { data: { seat: 'shown' } });
  expect(line).toBe(fault && `Workflow 'train-trip': the task 'reserve' ${fault}`);
});

test('a promise names a task by the id of its invoke, and the line says where to write it', () => {
  const entries = [{ states: ['over'], by: [{ task: 'reserve', outcome: 'reserved' }] }];
  expect(refusal({}, { promises: { entries } })).toBe(
    "Workflow 'train-trip': its promises name the task 'reserve' in 'entries' by its source: give its invoke in the state 'reserving' the id 'reserve'",
  );
});
