/** A workflow of an author that counts, with faults on demand. */
import { Type } from '@sinclair/typebox';
import { assign, setup } from 'xstate';
import { closed, defineModule, defineWorkflow, type Module } from '../../src/index.ts';

const noFields = Type.Object({}, closed);

interface Faults {
  /** The number of times that the counter goes on; without a bound, the graph has no end. */
  readonly most?: number;
  /** The promised limit; null without a promise. */
  readonly promised?: number | null;
}

/** A counter that ends after a day, or after three counts. */
export function counting({ most = 3, promised = 3 }: Faults): Module {
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
    ...(promised === null ? {} : { promises: { limits: [{ event: 'ADD', most: promised, refusal: 'counted-too-often' }] } }),
  }));
  return defineModule({
    name: 'counting',
    workflows: [workflow],
    refusals: {
      'counted-too-often': { status: 409, title: 'Counted too often', explanation: 'The counter is full.', remedy: 'Stop.' },
    },
  });
}
