/** Machines that never come to rest, and the effect on their sessions. */
import { describe, expect, test } from 'vitest';
import { type AnyStateMachine, assign, enqueueActions, raise, sendParent, setup } from 'xstate';
import type { MachineEvent, Workflow } from '../../machines/workflow.ts';
import { MachineFault, SessionSuspended } from '../../src/engine/errors.ts';
import { mostTimersPerCommit } from '../../src/engine/machines/machine-limits.ts';
import { nextDueAt, type Session } from '../../src/engine/session.ts';
import { type Request, takeTurn } from '../../src/engine/sessions/turn.ts';
import { vault } from '../support/test-process.ts';
import { Run, t0, workflowOf } from './machines.ts';

const hour = 3_600_000;
const day = 24 * hour;
const parts = { resolvers: {}, handlers: {}, vault };
const types = {} as { context: Record<string, number>; events: MachineEvent };

const turn = (workflow: Workflow, session: Session, at: number, ...requests: Request[]) =>
  takeTurn(workflow, session, requests.length > 0 ? requests : [{ kind: 'time' }], at, parts);

const event = (workflow: Workflow, type: string): Request => ({
  kind: 'event',
  workflow,
  sender: { as: 'holder' },
  type,
  body: {},
  idempotency: null,
  requestContext: { caller: { client: null, address: null, network: null, clientKey: null }, attempt: 'a' },
  prepared: undefined,
});

const ticking = setup({
  types,
  delays: { tick: 1000 },
  actions: { count: assign({ ticks: ({ context }) => Number(context['ticks']) + 1 }) },
}).createMachine({
  id: 'ticking',
  context: { ticks: 0 },
  initial: 'on',
  states: { on: { on: { ASK: {} }, after: { tick: { target: 'on', reenter: true, actions: 'count' } } } },
});

describe('a tick every second that was suspended for three days', () => {
  const workflow = workflowOf(ticking, { ASK: [] });

  test('fires in portions, each at its own time', async () => {
    const { session } = new Run(workflow);
    const first = await turn(workflow, session, t0 + 3 * day);
    expect([first.history.length, first.behind]).toEqual([mostTimersPerCommit, true]);
    expect(first.history.at(-1)?.at).toBe(t0 + mostTimersPerCommit * 1000);
    expect(nextDueAt(first.session)).toBe(t0 + (mostTimersPerCommit + 1) * 1000);
  });

  test('reaches the same state as without a pause, and takes no request before that', async () => {
    let { session } = new Run(workflow);
    let turns = 0;
    for (let behind = true; behind; turns += 1) {
      const taken = await turn(workflow, session, t0 + 3 * hour, event(workflow, 'ASK'));
      behind = taken.behind;
      if (behind) expect(taken.replies[0]).toMatchObject({ rejection: null });
      session = taken.session;
    }
    expect([session.context['ticks'], turns]).toEqual([10_800, Math.ceil(10_800 / mostTimersPerCommit)]);
  });
});

describe('a loop', () => {
  const looping = (states: object, initial = 'quiet') =>
    workflowOf(setup({ types }).createMachine({ id: 'loop', initial, states } as never) as unknown as AnyStateMachine, { GO: [] });

  test.each([
    ['always', { quiet: { on: { GO: 'a' } }, a: { always: 'b' }, b: { always: 'a' } }],
    ['raise', { quiet: { on: { GO: 'a' } }, a: { entry: raise({ type: 'NEXT' }), on: { NEXT: { target: 'a', reenter: true } } } }],
  ])('of %s refuses its event and leaves the session as it was', async (_, states) => {
    const workflow = looping(states);
    const { session } = new Run(workflow);
    const taken = await turn(workflow, session, t0, event(workflow, 'GO'));
    expect(taken.replies[0]).toMatchObject({ name: 'MachineFault', state: 'quiet', fault: expect.stringContaining('1000 microsteps') });
    expect([taken.session, taken.history]).toEqual([session, []]);
  });

  test('of after: 0 sets its session aside', async () => {
    const workflow = looping({ quiet: { on: { GO: 'a' } }, a: { after: { 0: { target: 'a', reenter: true } } } });
    const run = new Run(workflow);
    run.send('GO');
    const taken = await turn(workflow, run.session, t0 + 1);
    expect(taken.session).toMatchObject({ status: 'suspended', value: 'a' });
    expect(taken.history).toMatchObject([{ event: 'suspend', from: 'a', to: 'a', fault: expect.stringContaining("'0'") }]);
    expect(nextDueAt(taken.session)).toBeNull();
    expect(taken.replies[0]).toBeInstanceOf(SessionSuspended);
  });
});

describe('a delay', () => {
  const delayed = (ms: unknown) =>
    workflowOf(
      setup({ types, delays: { wait: (() => ms) as () => number } }).createMachine({
        id: 'delayed',
        initial: 'quiet',
        states: { quiet: { on: { GO: 'waiting' } }, waiting: { after: { wait: 'over' } }, over: {} },
      }),
      { GO: [] },
    );

  test.each([Number.NaN, -1, Number.POSITIVE_INFINITY, '5', undefined, 1e15])('of %s refuses the event that sets it', (ms) => {
    const run = new Run(delayed(ms));
    expect(() => run.send('GO')).toThrow(MachineFault);
    expect(() => run.send('GO')).toThrow(/state 'quiet': .*'wait'/);
    expect(run.path).toBe('quiet');
  });

  test('of a fraction of a millisecond is rounded up, because the database stores whole ones', () => {
    const run = new Run(delayed(0.5));
    run.send('GO');
    expect(run.session.timers[0]?.dueAt).toBe(t0 + 1);
  });

  test('that throws when its timer is set suspends only that session', async () => {
    const machine = setup({ types, delays: { wait: 10, broken: ({ context }) => Number(context['none']) } }).createMachine({
      id: 'broken',
      context: {},
      initial: 'first',
      states: { first: { after: { wait: 'second' } }, second: { after: { broken: 'first' } } },
    });
    const workflow = workflowOf(machine);
    const taken = await turn(workflow, new Run(workflow).session, t0 + 10);
    expect(taken.session.status).toBe('suspended');
    expect(taken.history).toMatchObject([{ event: 'suspend', fault: expect.stringContaining("'broken' is NaN") }]);
  });
});

describe('a value that no session can store', () => {
  const assigning = (value: unknown) =>
    workflowOf(
      setup({ types: {} as { context: Record<string, unknown>; events: MachineEvent } }).createMachine({
        id: 'assigning',
        context: {},
        initial: 'quiet',
        states: { quiet: { on: { GO: { actions: assign({ held: () => value }) } } } },
      }),
      { GO: [] },
    );

  test.each([
    [Number.NaN, 'NaN'],
    [new Date(0), 'plain object'],
    [new Map(), 'plain object'],
    [() => 1, 'function'],
    [1n, 'bigint'],
    ['a\0b', 'NUL'],
    ['\ud800', 'surrogate'],
    [{ deep: [Symbol('s')] }, 'context.held.deep.0'],
  ])('%s is refused', (value, said) => {
    expect(() => new Run(assigning(value)).send('GO')).toThrow(said);
  });

  test('a member that is undefined is left out, in memory as in the database', () => {
    const run = new Run(assigning(undefined));
    expect(run.send('GO').session.context).toEqual({});
    expect(Object.keys(run.session.context)).toEqual([]);
  });

  test('an action that enqueueActions adds at run time refuses the event before its commit', () => {
    const machine = setup({ types }).createMachine({
      id: 'hidden',
      initial: 'quiet',
      states: {
        quiet: { on: { GO: { target: 'told', actions: enqueueActions(({ enqueue }) => enqueue(sendParent({ type: 'X' }))) } } },
        told: {},
      },
    });
    const run = new Run(workflowOf(machine, { GO: [] }));
    expect(() => run.send('GO')).toThrow(MachineFault);
    expect(run.path).toBe('quiet');
  });
});

describe('an impure machine', () => {
  test('is found when a second run gives another result', () => {
    let count = 0;
    const counted = () => {
      count += 1;
      return count;
    };
    const machine = setup({ types }).createMachine({
      id: 'impure',
      context: { drawn: 0 },
      initial: 'quiet',
      states: { quiet: { on: { GO: { actions: assign({ drawn: () => counted() }) } } } },
    });
    expect(() => new Run(workflowOf(machine, { GO: [] })).send('GO')).toThrow('impure');
  });

  test('that writes into its context is refused', () => {
    const machine = setup({ types: {} as { context: Record<string, { n: number }>; events: MachineEvent } }).createMachine({
      id: 'mutating',
      context: { held: { n: 0 } },
      initial: 'quiet',
      states: {
        quiet: { on: { GO: { guard: ({ context }) => Boolean(Object.assign(context['held'] ?? {}, { n: 1 })), target: 'quiet' } } },
      },
    });
    expect(() => new Run(workflowOf(machine, { GO: [] })).send('GO')).toThrow(/read only/);
  });
});
