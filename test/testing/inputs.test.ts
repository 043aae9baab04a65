/** The model tests of a workflow whose machine has an input. */
import { expect, test } from 'vitest';
import { setup } from 'xstate';
import type { MachineEvent, Workflow } from '../../machines/workflow.ts';
import { exploreSteps } from '../../src/testing/graph/step-graph.ts';
import { workflowNamed } from '../support/workflows.ts';

test('a machine with an input is explored with the first of them', () => {
  const types = {} as { context: { days: number }; input: { days: number }; events: MachineEvent };
  const machine = setup({ types }).createMachine({
    context: ({ input }) => ({ days: input.days }),
    initial: 'lent',
    states: { lent: { on: { RETURN: 'returned' } }, returned: { type: 'final' } },
  });
  const { start, ...rest } = workflowNamed('email-verification');
  const returned = { description: '', body: start.body, resolver: null, sender: 'holder', payloads: [{}] } as const;
  const workflow = {
    ...rest,
    machine,
    start: { ...start, events: [null], inputs: [{ days: 7 }, { days: 14 }] },
    events: { RETURN: returned },
  } as unknown as Workflow;
  const sessions = [...exploreSteps(workflow).configurations.values()].map(({ session }) => session);
  expect(sessions.map(({ value, context }) => [value, context['days']])).toEqual([
    ['lent', 7],
    ['returned', 7],
  ]);
});
