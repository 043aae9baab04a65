/** The documented problems of a workflow's paths: every refusal of its machine, for every input and under every descriptor. */
import { Type } from '@sinclair/typebox';
import { expect, test } from 'vitest';
import { setup } from 'xstate';
import { noFields } from '../../machines/fields.ts';
import type { MachineEvent, Refusal, Workflow } from '../../machines/workflow.ts';
import { sessionPaths } from '../../src/http/openapi/session-paths.ts';
import { openApiOptions } from '../support/open-api.ts';
import { workflowOf } from '../xstate/machines.ts';

const refuse = (code: string) => ({ type: 'refuse', params: { code } }) as const;

/** @returns the codes of the documented problems of a request */
function codesOf(workflow: Workflow, path: string): string[] {
  const { post } = sessionPaths(workflow, openApiOptions())[`/v1/samples${path}`] as { post: object };
  return [...JSON.stringify(post).matchAll(/"code":\{[^{}]*?"enum":(\[[^\]]*\])/g)].flatMap(([, codes = '[]']): string[] =>
    JSON.parse(codes),
  );
}

const machine = setup({
  types: {} as { context: { days: number }; input: { days: number }; events: MachineEvent },
  actions: { refuse: (_, _refusal: Refusal) => {} },
  guards: { isLong: ({ context }) => context.days > 7 },
}).createMachine({
  id: 'sample',
  context: ({ input }) => ({ days: input.days }),
  initial: 'open',
  states: {
    open: {
      on: {
        BEGIN: [{ guard: 'isLong', actions: refuse('wrong-code') }, { target: 'closed' }],
        'GO.*': { actions: refuse('code-limit') },
        '*': { actions: refuse('code-expired') },
      },
    },
    closed: { type: 'final' },
  },
});

test('a start lists the refusals of its first event for every input', () => {
  const start = { body: Type.Object({}), resolver: null, events: [{ type: 'BEGIN' }], inputs: [{ days: 7 }, { days: 14 }] };
  expect(codesOf(workflowOf(machine, { GO: [] }, { start }), '')).toContain('wrong-code');
});

test.each([
  ['go', ['code-expired', 'code-limit']],
  ['stop', ['code-expired']],
])('an event lists the refusals under patterns that hear it: %s', (event, expected) => {
  const start = { body: noFields, resolver: null, events: [null], inputs: [{ days: 7 }] };
  const codes = codesOf(workflowOf(machine, { GO: [], STOP: [] }, { start }), `/{id}/${event}`);
  expect(codes.filter((code) => code.startsWith('code-')).sort()).toEqual(expected);
});
