/** Faults of an author's workflow, and the lines with which the model tests describe them. */
import { Type } from '@sinclair/typebox';
import { describe, expect, test } from 'vitest';
import { setup } from 'xstate';
import { closed, defineModule, defineWorkflow, type Module, task } from '../../src/index.ts';
import { WorkflowModel } from '../../src/testing/model-checks.ts';
import { counting } from './counting.ts';

/** @param length the input of a task; a machine in JavaScript can give any value */
function measuring(length: unknown): Module {
  const measure = task({ outcomes: ['measured'], input: Type.Object({ length: Type.Integer() }, closed), run: () => 'measured' });
  const workflow = defineWorkflow('counting', () => ({
    collection: 'countings',
    version: 1,
    description: 'Measures.',
    machine: setup({ actors: { measure } }).createMachine({
      initial: 'open',
      states: {
        open: { invoke: { src: 'measure', input: { length: length as number }, onDone: 'closed', onError: 'closed' } },
        closed: { type: 'final' },
      },
    }),
    start: { body: Type.Object({}, closed), resolver: null, events: [null] },
    events: {},
    view: { schema: Type.Object({}), of: () => ({}) },
    deadlines: {},
  }));
  return defineModule({ name: 'counting', workflows: [workflow] });
}

/** The messages of the failed checks that need no service. */
async function faultsOf(module: Module): Promise<string[]> {
  const checks = new WorkflowModel('counting', { modules: [module], mostSteps: 500 }).checks();
  const faults: string[] = [];
  for (const { name, run } of checks.filter((check) => !check.name.endsWith('over HTTP')))
    await run().catch((error: Error) => faults.push(`${name}: ${error.message}`));
  return faults;
}

describe('the model tests of a workflow', () => {
  test('pass without a fault', async () => {
    expect(await faultsOf(counting({}))).toEqual([]);
  });

  test('name the part of the context that makes the graph too large, and the event that raises it', async () => {
    const [first] = await faultsOf(counting({ most: 1_000_000 }));
    expect(first).toMatch(/more than 500 steps: the context's 'count' has \d+ values so far, raised by ADD: bound it with a guard/);
  });

  test('find an input that does not fit the schema of its task', async () => {
    const fault = expect.stringContaining('the input of every task fits its schema: not so: ["open"');
    expect(await faultsOf(measuring('one'))).toContainEqual(fault);
    expect(await faultsOf(measuring(1))).not.toContainEqual(fault);
  });

  test('show the shortest path that breaks a promise', async () => {
    const faults = await faultsOf(counting({ promised: 2 }));
    expect(faults).toEqual([
      expect.stringMatching(/an event is accepted until its limit, and refused from then on: not so: ADD: .*accepted after 2 times/),
      expect.stringMatching(/its paths keep its promises: \d+ paths break promises\. The shortest: .*add is taken \(3 times\)/),
    ]);
  });
});
