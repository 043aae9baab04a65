/** The attempts that a commit begins when the failure of one task stops another, or leads to another. */
import { expect, test } from 'vitest';
import { setup } from 'xstate';
import { task as actor, type MachineEvent, type Workflow } from '../../machines/workflow.ts';
import type { Session, Task } from '../../src/engine/session.ts';
import { startSession } from '../../src/engine/steps/step.ts';
import { attemptLimit } from '../../src/engine/task-limits.ts';
import { claimTasks } from '../../src/engine/tasks/claim.ts';
import { standardRetries } from '../support/attempt-ends.ts';
import { workflowNamed } from '../support/workflows.ts';

const at = Date.UTC(2026, 0, 1);
const asks = { src: 'work', input: {} } as const;

/** Waits for two tasks at once; after a failure, for two others. */
const machine = setup({
  types: {} as { events: MachineEvent },
  actors: { work: actor<Record<string, never>>() },
  actions: { note: () => {} },
}).createMachine({
  id: 'pairs',
  initial: 'first',
  states: {
    first: {
      invoke: [
        { ...asks, id: 'a', onError: 'second' },
        { ...asks, id: 'b', onError: 'second' },
      ],
    },
    second: {
      invoke: [
        { ...asks, id: 'c', onError: 'over' },
        { ...asks, id: 'd', onError: 'over' },
      ],
    },
    // A failure without a transition.
    third: {
      invoke: [
        { ...asks, id: 'e' },
        { ...asks, id: 'f', onError: { actions: 'note' } },
        { ...asks, id: 'g' },
      ],
    },
    over: { type: 'final' },
  },
});
const workflow: Workflow = { ...workflowNamed('email-verification'), name: 'pairs', machine, events: {} };

/** A session with the tasks that the test gives it, by their ids. */
function waiting(of: Readonly<Record<string, Partial<Task>>> = {}): Session {
  const blank = { id: '', keyId: 'k', sealed: null, startFingerprint: null };
  const { session } = startSession(workflow, blank, null, at);
  return { ...session, tasks: session.tasks.map((task) => ({ ...task, ...of[task.id] })) };
}

const usedUp = { attempts: attemptLimit };
const claim = (session: Session, room = 9, orphaned: (task: Task) => boolean = () => false) => {
  const claimed = claimTasks(workflow, session, at, { orphaned, retryPolicy: standardRetries, room });
  return { begun: claimed.begun.map(({ id, attempts }) => [id, attempts]), state: claimed.session.value, history: claimed.history };
};

test('due tasks begin, to the millisecond, as far as there is room', () => {
  expect(claim(waiting({ a: { retryAt: at }, b: { retryAt: at + 1 } })).begun).toEqual([['a', 1]]);
  expect([claim(waiting()).begun, claim(waiting(), 1).begun, claim(waiting(), 0).begun]).toEqual([
    [
      ['a', 1],
      ['b', 1],
    ],
    [['a', 1]],
    [],
  ]);
});

test('a task that the failure of another one stops does not begin, and the tasks after that failure begin once each', () => {
  const { begun, state, history } = claim(waiting({ b: usedUp }));
  expect([begun, state]).toEqual([
    [
      ['c', 1],
      ['d', 1],
    ],
    'second',
  ]);
  expect(history.map(({ event, to }) => [event, to])).toEqual([['b.failed', 'second']]);
  expect(claim(waiting({ b: usedUp }), 9, () => true).begun).toEqual(begun);
  expect(claim(waiting({ b: usedUp }), 1).begun).toEqual([['c', 1]]);
});

test('a task that has begun does not begin again because another one failed, and takes up its room', () => {
  const [of] = waiting().tasks;
  if (!of) throw new Error('A session without a task');
  const tasks = ['e', 'f', 'g'].map((id, index): Task => ({ ...of, id, generation: index + 1, attempts: id === 'f' ? attemptLimit : 0 }));
  const session = { ...waiting(), value: 'third', tasks };
  const orphaned = () => true;
  expect(claim(session, 9, orphaned).begun).toEqual([
    ['e', 1],
    ['g', 1],
  ]);
  expect(claim(session, 1, orphaned).begun).toEqual([['e', 1]]);
});

test('an attempt that lost its process is repeated, or was the last one', () => {
  const underWay = { a: { attempts: 1, retryAt: null }, b: { attempts: 1, retryAt: null } };
  expect(claim(waiting(underWay), 9, ({ id }) => id === 'b').begun).toEqual([['b', 2]]);
  expect(claim(waiting(underWay)).begun).toEqual([]);
  const last = claim(waiting({ ...underWay, a: { attempts: attemptLimit, retryAt: null } }), 9, ({ id }) => id === 'a');
  expect([last.state, last.begun.map(([id]) => id)]).toEqual(['second', ['c', 'd']]);
});

test('a running child session is not an attempt', () => {
  const child = { attempts: 1, retryAt: null, child: 'child' };
  expect(claim(waiting({ a: child, b: child }), 9, () => true).begun).toEqual([]);
});
