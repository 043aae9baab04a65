/** The ends of tasks that the model tests of a workflow explore. */
import { expect, test } from 'vitest';
import { setup } from 'xstate';
import { task, type Workflow } from '../../machines/workflow.ts';
import { startSession } from '../../src/engine/steps/step.ts';
import { endingsOf } from '../../src/testing/graph/endings.ts';
import { pathsOf } from '../../src/testing/graph/paths.ts';
import { workflowNamed } from '../support/workflows.ts';

const tripOf = (machine: unknown) => ({ ...workflowNamed('email-verification'), name: 'trip', machine, events: {} }) as Workflow;

const words = ['taken', 'superseded', 'link-taken', 'booked'] as const;

test.each([{ kind: 'password' }, { kind: 'phone', linked: false }, {}])(
  'a task of an author ends with each of its outcomes, with the context %o',
  (context) => {
    const machine = setup({ actors: { book: task({ outcomes: words, run: () => 'booked' as const }) } }).createMachine({
      context,
      initial: 'booking',
      states: { booking: { invoke: { src: 'book', onDone: 'over', onError: 'over' } }, over: { type: 'final' } },
    });
    const workflow = tripOf(machine);
    const blank = { id: '', keyId: '', sealed: null, startFingerprint: null };
    const { session } = startSession(workflow, blank, null, 0);
    const [booking] = session.tasks;
    expect(endingsOf(workflow, session, booking ?? expect.fail('no task'))).toEqual([
      ...words.map((outcome) => ({ well: true, outcome })),
      { well: false },
    ]);
  },
);

test('the end of a session that takes no events is covered by the step that leads to it', () => {
  const machine = setup({ actors: { book: task({ outcomes: ['booked'], run: () => 'booked' as const }) } }).createMachine({
    context: {},
    initial: 'booking',
    states: { booking: { invoke: { src: 'book', onDone: 'over', onError: 'over' } }, over: { type: 'final' } },
  });
  const workflow = { ...tripOf(machine), deadlines: {}, start: { ...workflowNamed('email-verification').start, events: [null] } };
  const { configurations } = pathsOf(workflow).coverage();
  expect(configurations).toEqual({ covered: 2, of: 2, missing: [] });
});
