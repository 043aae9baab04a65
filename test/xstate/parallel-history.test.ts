/** Parallel and history states through any number of reloads. */
import { describe, expect, test } from 'vitest';
import { setup } from 'xstate';
import type { MachineEvent } from '../../machines/workflow.ts';
import { leavesOf, statePath } from '../../src/engine/machines/state-value.ts';
import { asStored, Run, workflowOf } from './machines.ts';

const types = {} as { events: MachineEvent };

/** The names sort differently by length and alphabet than in the machine, and the second region is entered again later than the first. */
const order = setup({ types }).createMachine({
  id: 'order',
  initial: 'open',
  states: {
    open: {
      type: 'parallel',
      on: { HOLD: 'held' },
      states: {
        payment: { initial: 'due', states: { due: { on: { PAY: 'paid' } }, paid: { on: { REFUND: 'due' } } } },
        parcel: {
          initial: 'packing',
          states: {
            packing: { on: { SEND: 'sent' } },
            sent: { initial: 'near', states: { near: { on: { FAR: 'far' } }, far: {} } },
          },
        },
        log: {},
        shallow: { type: 'history' },
        deep: { type: 'history', history: 'deep' },
      },
    },
    held: { on: { RESUME: 'open.deep', BACK: 'open.shallow' } },
  },
});

const workflow = workflowOf(order, { PAY: [], REFUND: [], SEND: [], FAR: [], HOLD: [], RESUME: [], BACK: [] });

describe('the path of a parallel state', () => {
  test('lists the innermost active states in the order of the machine', () => {
    expect(new Run(workflow).path).toBe('open.payment.due|open.parcel.packing|open.log');
  });

  test('is the same after a reload, whichever region moved last', () => {
    const run = new Run(workflow);
    const paths = ['SEND', 'PAY', 'FAR', 'REFUND'].map((event) => {
      run.send(event);
      return run.path;
    });
    expect(paths).toEqual([
      'open.payment.due|open.parcel.sent.near|open.log',
      'open.payment.paid|open.parcel.sent.near|open.log',
      'open.payment.paid|open.parcel.sent.far|open.log',
      'open.payment.due|open.parcel.sent.far|open.log',
    ]);
  });

  test('is the same in every entry of the history, whatever order the step received', () => {
    const run = new Run(workflow);
    run.session = asStored(run.session);
    expect(statePath(run.session.value)).not.toBe('open.payment.due|open.parcel.packing|open.log');
    const { history } = run.send('PAY');
    expect(history[0]).toMatchObject({
      from: 'open.payment.due|open.parcel.packing|open.log',
      to: 'open.payment.paid|open.parcel.packing|open.log',
    });
  });

  test('splits into the paths of its leaves', () => {
    expect(leavesOf(new Run(workflow).session.value)).toEqual(['open.payment.due', 'open.parcel.packing', 'open.log']);
  });
});

describe('a history state', () => {
  const left = (resume: string): string => {
    const run = new Run(workflow);
    for (const event of ['SEND', 'PAY', 'FAR', 'HOLD']) run.send(event);
    run.send(resume);
    return run.path;
  };

  test('that is deep restores the innermost active states', () => {
    expect(left('RESUME')).toBe('open.payment.paid|open.parcel.sent.far|open.log');
  });

  test('that is shallow restores its siblings, and enters their initial states', () => {
    expect(left('BACK')).toBe('open.payment.due|open.parcel.packing|open.log');
  });

  test('enters its default if its parent was never left', () => {
    const machine = setup({ types }).createMachine({
      id: 'machine',
      initial: 'outside',
      states: {
        outside: { on: { ENTER: 'inside.last', PLAIN: 'inside.plain' } },
        inside: {
          initial: 'first',
          states: {
            first: { on: { NEXT: 'second' } },
            second: { on: { LEAVE: '#machine.outside' } },
            last: { type: 'history', target: 'second' },
            plain: { type: 'history' },
          },
        },
      },
    });
    const run = (...events: string[]) => {
      const started = new Run(workflowOf(machine, {}));
      for (const event of events) started.send(event);
      return started.path;
    };
    expect(run('ENTER')).toBe('inside.second');
    expect(run('PLAIN')).toBe('inside.first');
    expect(run('PLAIN', 'NEXT', 'LEAVE', 'PLAIN')).toBe('inside.second');
  });

  test('is stored with the session, but not before its parent was left', () => {
    const run = new Run(workflow);
    expect(run.session.historyValue).toBeNull();
    for (const event of ['SEND', 'HOLD']) run.send(event);
    expect(run.session.historyValue).toEqual({
      'order.open.deep': ['order.open.log', 'order.open.parcel.sent.near', 'order.open.payment.due'],
      'order.open.shallow': ['order.open.log', 'order.open.parcel', 'order.open.payment'],
    });
  });
});
