/** The step with machines made for one question each, including questions that no machine of the product asks yet. */
import { Type } from '@sinclair/typebox';
import { describe, expect, test } from 'vitest';
import { assign, setup } from 'xstate';
import { type MachineEvent, type Refusal, task, type Workflow } from '../../machines/workflow.ts';
import type { Session } from '../../src/engine/session.ts';
import { acceptedEvents, type Input, startSession, step } from '../../src/engine/steps/step.ts';
import { longestTaskMs } from '../../src/engine/task-limits.ts';
import { workflowNamed } from '../support/workflows.ts';

const blank = { id: '00000000-0000-7000-8000-000000000000', keyId: 'k', sealed: null, startFingerprint: null };
const t0 = Date.UTC(2026, 0, 1);
const second = 1000;

const base = setup({
  types: {} as { context: Record<string, string | number | boolean | null>; events: MachineEvent },
  actors: { work: task<Record<string, never>>() },
  actions: {
    refuse: (_, _refusal: Refusal) => {},
    note: assign({ noted: true }),
    work: () => {},
    noteOutcome: assign({ outcome: (of) => of.event['outcome'] ?? null }),
  },
  delays: { short: second, long: 10 * second },
});

const machine = base.createMachine({
  id: 'details',
  context: {},
  initial: 'off',
  on: {
    NOTE: { actions: 'note' },
    LATER: { actions: { type: 'refuse', params: { code: 'code-limit', until: 'long' } } },
  },
  states: {
    off: { on: { TOGGLE: 'on', WORK: 'working', ASK: 'asking', WAIT: 'waiting', BOTH: 'both' } },
    on: { on: { TOGGLE: 'off' } },
    // No transition follows the end of this task.
    working: { invoke: { id: 'work', src: 'work', input: {}, onDone: { actions: 'note' }, onError: { actions: 'note' } } },
    // A task of the entry action carries the name of the awaited result.
    both: { entry: 'work', invoke: { id: 'work', src: 'work', input: {}, onDone: 'off' }, on: { TOGGLE: 'off' } },
    asking: { invoke: { id: 'work', src: 'work', input: {}, onDone: { target: 'off', actions: 'noteOutcome' } } },
    waiting: {
      after: { short: 'off', long: 'on' },
      on: { LEAVE: { target: 'off', actions: { type: 'refuse', params: { code: 'code-limit' } } } },
    },
  },
});

const nothing = { description: '', body: Type.Object({}), resolver: null, sender: 'holder', payloads: [{}] } as const;
const workflow: Workflow = {
  ...workflowNamed('email-verification'),
  name: 'details',
  machine,
  events: { NOTE: nothing, LATER: nothing, TOGGLE: nothing, WORK: nothing, ASK: nothing, WAIT: nothing, LEAVE: nothing, BOTH: nothing },
};

const event = (type: string): Input => ({ kind: 'event', event: { type } });
const start = (): Session => startSession(workflow, blank, null, t0).session;
const take = (session: Session, input: Input, at = t0) => step(workflow, session, input, at);

test('a session that starts with an event has taken it when it begins, in the same commit', () => {
  const { session, history, rejection } = startSession(workflow, blank, { type: 'TOGGLE' }, t0);
  expect([session.value, session.revision, rejection]).toEqual(['on', 0, null]);
  expect(history.map(({ event: name, from, to }) => [name, from, to])).toEqual([
    ['start', null, 'off'],
    ['TOGGLE', 'off', 'on'],
  ]);
});

test('a session that starts with a refused event begins all the same', () => {
  const { session, history, rejection } = startSession(workflow, blank, { type: 'LATER' }, t0);
  expect(session.value).toBe('off');
  expect(rejection).toMatchObject({ kind: 'refused', code: 'code-limit' });
  expect(history.map(({ event: name }) => name)).toEqual(['start']);
});

test('a session begins unwritten, unfinished and with its tasks untried', () => {
  const session = startSession(workflowNamed('email-verification'), blank, null, t0).session;
  expect([session.revision, session.endedAt, session.createdAt, session.updatedAt]).toEqual([0, null, t0, t0]);
  expect(session.tasks).toEqual([expect.objectContaining({ id: 'deliverCode', generation: 1, attempts: 0, retryAt: t0 })]);
});

test('a change of state alone is a change', () => {
  expect(take(start(), event('TOGGLE')).session.value).toBe('on');
});

test('a change of context alone is a change, once', () => {
  const noted = take(start(), event('NOTE')).session;
  expect(noted.context).toEqual({ noted: true });
  expect(take(noted, event('NOTE'), t0 + second).session).toBe(noted);
});

test('a session that continues has not ended', () => {
  expect(take(start(), event('TOGGLE')).session.endedAt).toBeNull();
});

describe('a task', () => {
  const working = () => take(start(), event('WORK')).session;

  test.each([
    ['task-done', { output: null }],
    ['task-failed', { reason: 'down' }],
  ] as const)('is gone after its end (%s), even where the machine stays in its state', (kind, more) => {
    const ended = take(working(), { kind, generation: 1, ...more } as Input).session;
    expect([ended.value, ended.tasks, ended.context]).toEqual(['working', [], { noted: true }]);
  });

  test.each([
    [{ outcome: 'made', address: 'jane@example.com' }, 'made'],
    [{ outcome: 7 }, null],
    [null, null],
  ])('reports its outcome in a word or not at all: %j', (output, heard) => {
    const asking = take(start(), event('ASK')).session;
    expect(take(asking, { kind: 'task-done', generation: 1, output }).session.context).toEqual({ outcome: heard });
  });

  test('that is detached does not stop with its state, even beside a task of the same name', () => {
    const both = take(start(), event('BOTH')).session;
    expect(both.tasks.map(({ detached }) => detached).sort()).toEqual([false, true]);
    const left = take(both, event('TOGGLE')).session;
    expect([left.value, left.tasks]).toEqual(['off', both.tasks.filter(({ detached }) => detached)]);
  });

  test('that was a child session and has ended is not cancelled as well', () => {
    const setUp = workflowNamed('account-setup');
    const { session } = startSession(setUp, blank, null, t0);
    const begun = { ...session, tasks: session.tasks.map((each) => ({ ...each, attempts: 1 })) };
    const verified = step(setUp, begun, { kind: 'task-done', generation: 1, output: { outcome: 'verified' } }, t0).session;
    expect([verified.value, verified.tasks.map(({ id }) => id)]).toEqual(['verifyingPhone', ['verifyPhone']]);
  });
});

describe('timers that fall due together', () => {
  test('fire in the order in which they were set', () => {
    const waiting = take(start(), event('WAIT')).session;
    const together = { ...waiting, timers: waiting.timers.map((timer) => ({ ...timer, dueAt: t0 + second })) };
    const [first] = together.timers;
    const fired = take(together, { kind: 'time' }, t0 + second);
    expect(fired.history.map(({ event: name }) => name)).toEqual([`after.${first?.delay}`]);
  });
});

describe('a refusal that names a delay', () => {
  test('that has not begun counts it in full', () => {
    expect(take(start(), event('LATER')).rejection).toEqual({ kind: 'refused', code: 'code-limit', until: t0 + 10 * second });
  });

  test('that begins after a task adds the longest duration of a task under the usual limits', () => {
    const working = take(start(), event('WORK')).session;
    const until = t0 + 10 * second + longestTaskMs;
    expect(take(working, event('LATER')).rejection).toEqual({ kind: 'refused', code: 'code-limit', until });
  });
});

test('a refused event is not accepted, whatever else it does', () => {
  const waiting = take(start(), event('WAIT')).session;
  expect(acceptedEvents(workflow, waiting)).toEqual(['NOTE']);
});

test('the history shows the event, its time, the states before and after, and the refusal', () => {
  const email = workflowNamed('email-verification');
  const started = startSession(email, blank, null, t0);
  const inputs: [Input, number][] = [
    [{ kind: 'task-failed', generation: 1, reason: 'down' }, t0 + 1],
    [event('RESEND_CODE'), t0 + 2],
    [{ kind: 'task-done', generation: 2, output: null }, t0 + 3],
    [event('RESEND_CODE'), t0 + 4],
    [{ kind: 'event', event: { type: 'SUBMIT_CODE', correct: false } }, t0 + 5],
    [{ kind: 'event', event: { type: 'SUBMIT_CODE', correct: true } }, t0 + 90 * second + 9],
  ];
  let { session } = started;
  const history = [...started.history];
  for (const [input, at] of inputs) {
    const taken = step(email, session, input, at);
    history.push(...taken.history);
    session = taken.session;
  }
  const [delivering, cooldown, failed] = ['codeActive.delivering', 'codeActive.cooldown', 'codeActive.deliveryFailed'];
  expect(history).toEqual([
    { at: t0, event: 'start', from: null, to: delivering, refusal: null },
    { at: t0 + 1, event: 'deliverCode.failed', from: delivering, to: failed, refusal: null },
    { at: t0 + 2, event: 'RESEND_CODE', from: failed, to: delivering, refusal: null },
    { at: t0 + 3, event: 'deliverCode.done', from: delivering, to: cooldown, refusal: null },
    { at: t0 + 5, event: 'SUBMIT_CODE', from: cooldown, to: cooldown, refusal: 'wrong-code' },
    { at: t0 + 90 * second + 3, event: 'after.resendCooldown', from: cooldown, to: 'codeActive.resendable', refusal: null },
    { at: t0 + 90 * second + 9, event: 'SUBMIT_CODE', from: 'codeActive.resendable', to: 'verified', refusal: null },
  ]);
});

test('an event that a parent withholds is neither accepted nor offered; all others are', () => {
  const phone = workflowNamed('phone-verification');
  const parent = { workflow: 'account-change', id: blank.id, generation: 1 };
  const offered = (withholds: readonly string[]) =>
    acceptedEvents(phone, startSession(phone, { ...blank, parent: { ...parent, withholds } }, null, t0).session);
  expect(offered([])).toEqual(['CANCEL', 'PROVIDE_NUMBER']);
  expect(offered(['PROVIDE_NUMBER'])).toEqual(['CANCEL']);
  const child = startSession(phone, { ...blank, parent: { ...parent, withholds: ['CANCEL'] } }, null, t0).session;
  const refused = step(phone, child, event('CANCEL'), t0 + second);
  expect([refused.session, refused.history, refused.rejection]).toEqual([child, [], { kind: 'not-accepted' }]);
});
