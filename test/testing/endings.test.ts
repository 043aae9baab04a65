/** The ends of tasks that the model tests of a workflow explore. */
import { expect, test } from 'vitest';
import { setup } from 'xstate';
import { task, type Workflow } from '../../machines/workflow.ts';
import { startSession } from '../../src/engine/steps/step.ts';
import { endingsOf } from '../../src/testing/graph/endings.ts';
import { workflowNamed } from '../support/workflows.ts';

const words = ['taken', 'superseded', 'link-taken', 'booked'] as const;

test.each([{ kind: 'password' }, { kind: 'phone', linked: false }, {}])(
  'a task of an author ends with each of its outcomes, with the context %o',
  (context) => {
    const machine = setup({ actors: { book: task({ outcomes: words, run: () => 'booked' as const }) } }).createMachine({
      context,
      initial: 'booking',
      states: { booking: { invoke: { src: 'book', onDone: 'over', onError: 'over' } }, over: { type: 'final' } },
    });
    const workflow = { ...workflowNamed('email-verification'), name: 'trip', machine, events: {} } as Workflow;
    const blank = { id: '', keyId: '', sealed: null, startFingerprint: null };
    const { session } = startSession(workflow, blank, null, 0);
    const [booking] = session.tasks;
    expect(endingsOf(workflow, session, booking ?? expect.fail('no task'))).toEqual([
      ...words.map((outcome) => ({ well: true, outcome })),
      { well: false },
    ]);
  },
);
