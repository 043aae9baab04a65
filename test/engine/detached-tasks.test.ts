/**
 * Tasks of a session whose result its machine does not wait for: notices to the owner of an account, and the effects of a login on the
 * account.
 */
import { describe, expect, test } from 'vitest';
import { setup } from 'xstate';
import { type MachineEvent, task as taskLogic, type Workflow } from '../../machines/workflow.ts';
import { awaitedTasks, nextDueAt, type Session, statePath, type Task } from '../../src/engine/session.ts';
import { type Input, startSession, step } from '../../src/engine/steps/step.ts';
import { withDetachedTask } from '../../src/engine/task.ts';
import { endAttempt } from '../../src/engine/tasks/attempt-end.ts';
import { claimTasks } from '../../src/engine/tasks/claim.ts';
import { isLasting, isWaitedFor, retryPolicyOf } from '../../src/engine/tasks/retry-policy.ts';
import { attemptEnded, notice } from '../support/attempt-ends.ts';
import { workflowNamed } from '../support/workflows.ts';
import { asStored } from '../xstate/machines.ts';

const workflow = workflowNamed('login-verification');
const blank = { id: '00000000-0000-7000-8000-000000000000', keyId: 'k', sealed: null, startFingerprint: null };
const t0 = Date.UTC(2026, 0, 1);
const submit = (payload: Record<string, boolean>): Input => ({ kind: 'event', event: { ...payload, type: 'SUBMIT_CODE' } });
const wrong = submit({ correct: false });
const noticeRetries = (task: Task) => retryPolicyOf(task, notice);
const deps = {
  handlers: { notifyOwner: { ...notice, run: () => Promise.reject(new Error('Nothing runs here')) } },
  vault: { seal: () => '', open: () => ({}) },
};

function started(): Session {
  const firstEvent = { type: 'SUBMIT_CREDENTIALS', correct: true, trusted: false, channel: 'sms' };
  const { session } = startSession(workflow, blank, firstEvent, t0);
  return step(workflow, session, { kind: 'task-done', generation: session.generations, output: null }, t0).session;
}

const take = (session: Session, input: Input, at: number) => step(workflow, session, input, at);
const notices = ({ tasks }: Session) => tasks.filter(({ src }) => src === 'notifyOwner').map(({ input }) => input);

describe('a notice', () => {
  test('is a task of its step, and the machine does not wait for it', () => {
    const { session } = take(started(), wrong, t0 + 5);
    expect(session.tasks).toMatchObject([{ src: 'notifyOwner', input: { notice: 'wrong-code' }, createdAt: t0 + 5, detached: true }]);
    expect(awaitedTasks(session)).toEqual([]);
    expect(nextDueAt(session)).toBe(t0 + 5);
  });

  test('that is still to be sent is not added twice; one that is being or was sent may be added again', () => {
    const first = take(started(), wrong, t0 + 5).session;
    const second = take(first, wrong, t0 + 6).session;
    expect(second.tasks).toEqual(first.tasks);
    const underWay = { ...first, tasks: first.tasks.map((task) => ({ ...task, attempts: 1, retryAt: null })) };
    expect(notices(take(underWay, wrong, t0 + 6).session)).toHaveLength(2);
    const told = take(second, { kind: 'task-done', generation: second.generations, output: null }, t0 + 7).session;
    expect(notices(told)).toEqual([]);
    expect(notices(take(told, wrong, t0 + 8).session)).toEqual([{ notice: 'wrong-code' }]);
  });

  test.each(['task-done', 'task-failed'] as const)('leaves nothing behind when it ends (%s)', (kind) => {
    const { session } = take(started(), wrong, t0 + 5);
    const end: Input =
      kind === 'task-done'
        ? { kind, generation: session.generations, output: null }
        : { kind, generation: session.generations, reason: 'refused' };
    const ended = take(session, end, t0 + 9);
    expect(ended.history).toEqual([]);
    expect(ended.session).toEqual({ ...session, tasks: [], updatedAt: t0 + 9 });
  });

  test('outlives its session', () => {
    const { session } = take(started(), submit({ correct: true, trustDevice: true }), t0 + 5);
    expect([statePath(session.value), session.status]).toEqual(['authenticated', 'done']);
    expect(notices(session)).toEqual([{ notice: 'new-device' }]);
    expect(nextDueAt(session)).toBe(t0 + 5);
    const ended = session.tasks.reduce(
      (before, { generation }) => take(before, { kind: 'task-done', generation, output: null }, t0 + 6).session,
      session,
    );
    expect([ended.tasks, nextDueAt(ended), ended.endedAt]).toEqual([[], null, t0 + 5]);
  });

  test.each(['DENY', 'CANCEL', 'abandoned'])('outlives the state that it is about: %s', (leaving) => {
    const support = workflowNamed('support-access');
    const { session } = startSession(support, blank, null, t0);
    const left: Session =
      leaving === 'abandoned'
        ? step(support, session, { kind: 'time' }, nextDueAt({ ...session, tasks: [] }) ?? t0).session
        : step(support, session, { kind: 'event', event: { type: leaving } }, t0 + 5).session;
    expect([left.status, left.tasks]).toEqual(['done', session.tasks]);
    expect(notices(left)).toEqual([{ notice: 'support-requested' }]);
  });

  test('outlives a task that the machine stops', () => {
    const told = take(started(), wrong, t0 + 5).session;
    const resent = take(told, { kind: 'event', event: { type: 'RESEND_CODE' } }, t0 + 61_000).session;
    expect(awaitedTasks(resent)).toHaveLength(1);
    const left = take(resent, { kind: 'event', event: { type: 'CANCEL' } }, t0 + 62_000).session;
    expect([awaitedTasks(left), notices(left)]).toEqual([[], [{ notice: 'wrong-code' }]]);
  });

  test('is not sent for the correct code on a device that is not to be trusted', () => {
    expect(notices(take(started(), submit({ correct: true }), t0 + 5).session)).toEqual([]);
  });

  test('is tried for a day, with growing pauses, and delays no answer: an outage must not hide a change from its owner', () => {
    let { session } = take(started(), wrong, t0 + 5);
    const [first] = session.tasks;
    expect(first && [isLasting(first, notice), isWaitedFor(first, notice)]).toEqual([false, false]);
    let at = t0 + 5;
    for (let attempts = 1; session.tasks.length > 0; attempts += 1) {
      const {
        session: begun,
        begun: [task],
      } = claimTasks(workflow, session, at, { orphaned: () => true, retryPolicy: noticeRetries, room: 1 });
      if (!task) break;
      expect(task.attempts).toBe(attempts);
      const { session: next } = endAttempt(
        workflow,
        begun,
        attemptEnded({ outcome: 'retry', reason: 'away' }, { ...task, attempt: attempts }),
        at,
        deps,
      );
      session = next;
      at = next.tasks[0]?.retryAt ?? at;
    }
    const hours = (at - t0) / 3_600_000;
    expect([Math.floor(hours), session.tasks]).toEqual([24, []]);
  });

  test('that lost its process at its last attempt is given up', () => {
    const { session } = take(started(), wrong, t0 + 5);
    const worn = { ...session, tasks: session.tasks.map((task) => ({ ...task, attempts: 10_000, retryAt: null })) };
    expect(claimTasks(workflow, worn, t0 + 9, { orphaned: () => true, retryPolicy: noticeRetries, room: 1 }).session.tasks).toEqual([]);
  });
});

describe('the effect of a login on its account', () => {
  test('is tried until it is done, before the answer', () => {
    const { session } = take(started(), submit({ correct: true, trustDevice: true }), t0 + 5);
    const [forget, remember, trust] = session.tasks;
    expect([forget?.src, remember?.src, trust?.src]).toEqual(['forgetWrongCodes', 'rememberNetwork', 'trustDevice']);
    for (const task of [forget, remember, trust])
      expect(task && [isLasting(task, undefined), isWaitedFor(task, undefined)]).toEqual([true, true]);
  });

  test('on an untrusted device is only to reset the wrong codes and to remember the network', () => {
    const { session } = take(started(), submit({ correct: true }), t0 + 5);
    expect(session.tasks.map(({ src }) => src)).toEqual(['forgetWrongCodes', 'rememberNetwork']);
  });
});

describe('a detached task beside an equal one', () => {
  const printing: Workflow = {
    ...workflow,
    name: 'printing',
    machine: setup({
      types: {} as { context: Record<string, never>; events: MachineEvent },
      actors: { print: taskLogic<object>() },
      actions: { print: (_, _params: object) => {} },
    }).createMachine({
      id: 'printing',
      context: {},
      initial: 'waiting',
      states: {
        waiting: {
          invoke: { id: 'print', src: 'print', input: { pages: 1, by: 'a' } },
          on: { COPY: { actions: { type: 'print', params: { pages: 1, by: 'a' } } } },
        },
      },
    }),
  };
  const copy: Input = { kind: 'event', event: { type: 'COPY' } };
  const copies = ({ tasks }: Session) => tasks.filter(({ detached }) => detached).length;
  const session = () => startSession(printing, blank, null, t0).session;
  const added = (to: Session) => withDetachedTask(to, { src: 'print', input: { pages: 1, by: 'a' } }, t0);
  const stepped = (from: Session) => step(printing, from, copy, t0).session;

  test.each([
    ['of an action', stepped],
    ['of a request', added],
  ])('%s is added unless the other is detached and pending', (_, add) => {
    expect(copies(session())).toBe(0);
    const once = add(session());
    expect(copies(once)).toBe(1);
    expect(copies(add(once))).toBe(1);
    const underWay = { ...once, tasks: once.tasks.map((task) => ({ ...task, attempts: 1, retryAt: null })) };
    expect(copies(add(underWay))).toBe(2);
  });

  test.each([
    ['of an action', stepped],
    ['of a request', added],
  ])('%s is recognised after the database has put the members of its input in another order', (_, add) => {
    const reloaded = asStored(add(session()));
    expect(JSON.stringify(reloaded.tasks.at(-1)?.input)).toBe('{"by":"a","pages":1}');
    expect(copies(add(reloaded))).toBe(1);
  });
});
