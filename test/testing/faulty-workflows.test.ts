/** Faults of an author's workflow, and the lines with which the model tests describe them. */
import { Type } from '@sinclair/typebox';
import { describe, expect, test } from 'vitest';
import { assign, setup } from 'xstate';
import { closed, defineModule, defineWorkflow, type Module } from '../../src/index.ts';
import { WorkflowModel } from '../../src/testing/model-checks.ts';

const noFields = Type.Object({}, closed);

interface Faults {
  /** The number of times that the counter goes on; without a bound, the graph has no end. */
  readonly most?: number;
  readonly promised?: number;
}

/** A counter that ends after a day, or after three counts. */
function counting({ most = 3, promised = 3 }: Faults): Module {
  const workflow = defineWorkflow('counting', () => ({
    collection: 'countings',
    version: 1,
    description: 'Counts.',
    machine: setup({
      types: {} as { context: { count: number }; events: { type: 'ADD' } | { type: 'STOP' } },
      actions: {
        add: assign({ count: ({ context }) => context.count + 1 }),
        refuse: (_, _refusal: { code: 'counted-too-often' }) => {},
      },
      guards: { isBelow: ({ context }) => context.count < most },
      delays: { day: 86_400_000 },
    }).createMachine({
      context: { count: 0 },
      initial: 'open',
      states: {
        open: {
          after: { day: 'closed' },
          on: {
            ADD: [{ guard: 'isBelow', actions: 'add' }, { actions: { type: 'refuse', params: { code: 'counted-too-often' } } }],
            STOP: 'closed',
          },
        },
        closed: { type: 'final' },
      },
    }),
    start: { body: noFields, resolver: null, events: [null] },
    events: {
      ADD: { description: 'Adds one.', body: noFields, resolver: null, sender: 'holder', payloads: [{}] },
      STOP: { description: 'Ends.', body: noFields, resolver: null, sender: 'holder', payloads: [{}] },
    },
    view: { schema: Type.Object({ count: Type.Integer() }), of: ({ context }) => ({ count: context.count }) },
    deadlines: { day: 'openUntil' },
    promises: { limits: [{ event: 'ADD', most: promised, refusal: 'counted-too-often' }] },
  }));
  return defineModule({
    name: 'counting',
    workflows: [workflow],
    refusals: {
      'counted-too-often': { status: 409, title: 'Counted too often', explanation: 'The counter is full.', remedy: 'Stop.' },
    },
  });
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

  test('show the shortest path that breaks a promise', async () => {
    const faults = await faultsOf(counting({ promised: 2 }));
    expect(faults).toEqual([
      expect.stringMatching(/its paths keep its promises: \d+ paths break promises\. The shortest: .*add is taken \(3 times\)/),
    ]);
  });
});
