/**
 * A workflow of another module is checked against the types of its machine. The compiler checks this file: each `@ts-expect-error` is an
 * error itself if the line below it compiles.
 */
import { Type } from '@sinclair/typebox';
import { describe, expect, test } from 'vitest';
import { assign, setup } from 'xstate';
import { defineWorkflow } from '../../machines/define-workflow.ts';
import { noFields, noPayload } from '../../machines/fields.ts';
import type { StateOf } from '../../machines/machine-types.ts';
import { type MachineRefusal, refusals } from '../../machines/refusals.ts';
import {
  closed,
  type PublicEvent,
  type Refusal,
  type TaskDone,
  type TaskFailed,
  task,
  type WorkflowDefinition,
} from '../../machines/workflow.ts';

type LoanContext = { days: number; reader: string | null };

type Reservation = { outcome: 'reserved' | 'lent'; shelf: number };

type LoanEvent =
  | { type: 'EXTEND'; days: number; urgent?: true }
  | { type: 'RETURN' }
  | { type: 'REMIND' }
  | TaskDone<'reserve', Reservation>
  | TaskFailed<'reserve'>;

const loanTypes = {} as { context: LoanContext; events: LoanEvent; input: { days: number } };

const loanSetup = setup({
  types: loanTypes,
  actors: { reserveBook: task<{ title: string }, Reservation>(), 'email-verification': task<Record<string, never>>() },
  actions: {
    refuse: (_, _refusal: Refusal<'lent', 'loan'>) => {},
    extend: assign({ days: ({ context, event }) => (event.type === 'EXTEND' ? context.days + event.days : context.days) }),
  },
  guards: {
    isReserved: ({ event }) => event.type === 'xstate.done.actor.reserve' && event.outcome === 'reserved' && event.output.shelf > 0,
    isFailed: ({ event }) => event.type === 'xstate.error.actor.reserve' && event.reason === 'closed',
  },
  delays: { loan: ({ context }) => context.days * 86_400_000 },
});

const machine = loanSetup.createMachine({
  id: 'book-loan',
  context: ({ input }) => ({ days: input.days, reader: null }),
  initial: 'reserving',
  states: {
    reserving: {
      invoke: {
        id: 'reserve',
        src: 'reserveBook',
        input: { title: 'Emma' },
        onDone: [{ guard: 'isReserved', target: 'lent' }, { target: 'returned' }],
        onError: 'returned',
      },
    },
    lent: {
      after: { loan: 'overdue' },
      on: {
        EXTEND: { actions: 'extend' },
        REMIND: { actions: { type: 'refuse', params: { code: 'lent', until: 'loan' } } },
        RETURN: 'returned',
      },
    },
    overdue: { on: { RETURN: 'returned' } },
    returned: { type: 'final' },
  },
});

const plain = { description: 'An event.', body: noFields, resolver: null, sender: 'holder', payloads: noPayload } as const;
const extend = {
  description: 'Extends the loan.',
  body: Type.Object({ days: Type.Integer() }, closed),
  resolver: 'days',
  sender: 'holder',
} as const;
const anyExtension = { ...extend, payloads: [{ days: 7 }, { days: 14, urgent: true }] } as const;

const loan = {
  collection: 'book-loans',
  version: 2,
  description: 'Lends a book.',
  machine,
  start: { body: noFields, resolver: 'loan', events: [null, { type: 'REMIND' }], inputs: [{ days: 7 }] },
  events: { EXTEND: anyExtension, RETURN: plain },
  view: { schema: Type.Object({}), of: () => ({}) },
  deadlines: { loan: 'dueAt' },
} as const;

test('a workflow needs no annotation, and fits into a list', () => {
  const definition = defineWorkflow('book-loan', (figures: { loanDays: number }) => ({
    collection: 'book-loans',
    version: 2,
    description: 'Lends a book.',
    machine,
    migrations: { 1: ({ context, ...stored }) => ({ ...stored, context: { ...context, days: context.days + 1 } }) },
    start: { body: noFields, resolver: 'loan', events: [null, { type: 'EXTEND', days: 7 }], inputs: [{ days: figures.loanDays }] },
    events: {
      EXTEND: { ...anyExtension, possible: ({ days, urgent }, { days: lent }) => days + lent < 30 || urgent === true },
      RETURN: plain,
    },
    children: { 'email-verification': { shares: {} }, 'phone-verification': { as: 'reserveBook', shares: {} } },
    outcomes: { reserveBook: ['reserved', 'lent'] },
    view: { schema: Type.Object({}), of: ({ context }) => ({ weeks: context.days / 7, reader: context.reader?.trim() }) },
    deadlines: { loan: 'dueAt' },
    success: { outcome: 'returned', claims: [], login: ({ reader }) => ({ methods: [], codeBy: reader }) },
  }));
  const list: readonly WorkflowDefinition[] = [definition];
  const workflow = list[0]?.of({ loanDays: 7 });
  expect(workflow?.view.of({ context: { days: 14, reader: ' Jane ' }, masked: {}, viewer: 'holder' })).toEqual({
    weeks: 2,
    reader: 'Jane',
  });
  expect(workflow?.events['EXTEND']?.possible?.({ days: 20 }, { days: 14 })).toBe(false);
});

test('the top-level states are known by name', () => {
  const states: readonly StateOf<typeof machine>[] = ['reserving', 'lent', 'overdue', 'returned'];
  expect(Object.keys(machine.states)).toEqual(states);
});

describe('the compiler refuses', () => {
  const defines = (definition: WorkflowDefinition) => expect(definition.name).toBe('x');

  test('a public event that the machine does not declare', () => {
    // @ts-expect-error: RENEW
    defines(defineWorkflow('x', () => ({ ...loan, events: { ...loan.events, RENEW: plain } })));
    // @ts-expect-error: the end of a task is no public event
    defines(defineWorkflow('x', () => ({ ...loan, events: { 'xstate.error.actor.reserve': plain } })));
  });

  test('a payload that the event does not declare', () => {
    // @ts-expect-error: the days are missing
    defines(defineWorkflow('x', () => ({ ...loan, events: { EXTEND: { ...extend, payloads: [{}] } } })));
    // @ts-expect-error: a text as days
    defines(defineWorkflow('x', () => ({ ...loan, events: { EXTEND: { ...extend, payloads: [{ days: 'seven' }] } } })));
    // @ts-expect-error: a member of another name
    defines(defineWorkflow('x', () => ({ ...loan, events: { EXTEND: { ...anyExtension, possible: ({ weeks }) => weeks > 1 } } })));
    // @ts-expect-error: of no declared event
    const renewal: PublicEvent<{ days: number }> = { ...extend, payloads: [{ weeks: 1 }] };
    expect(renewal.payloads).toEqual([{ weeks: 1 }]);
  });

  test('a first event, or an input, that the machine does not accept', () => {
    // @ts-expect-error: RENEW
    defines(defineWorkflow('x', () => ({ ...loan, start: { ...loan.start, events: [{ type: 'RENEW' }] } })));
    // @ts-expect-error: the days are missing
    defines(defineWorkflow('x', () => ({ ...loan, start: { ...loan.start, events: [{ type: 'EXTEND' }] } })));
    // @ts-expect-error: an input of another shape
    defines(defineWorkflow('x', () => ({ ...loan, start: { ...loan.start, inputs: [{ weeks: 1 }] } })));
  });

  test('a missing member of the context', () => {
    // @ts-expect-error: in the view
    defines(defineWorkflow('x', () => ({ ...loan, view: { ...loan.view, of: ({ context }) => ({ weeks: context.weeks }) } })));
    // @ts-expect-error: in what an event rests on
    defines(defineWorkflow('x', () => ({ ...loan, events: { RETURN: { ...plain, possible: (_, { weeks }) => weeks > 1 } } })));
    // @ts-expect-error: in a migration
    defines(defineWorkflow('x', () => ({ ...loan, migrations: { 1: (stored) => ({ ...stored, context: { weeks: 1 } }) } })));
    // @ts-expect-error: in a login
    defines(defineWorkflow('x', () => ({ ...loan, success: { outcome: 'lent', claims: [], login: ({ user }) => user } })));
  });

  test('a deadline that is no delay of the machine', () => {
    // @ts-expect-error: lone
    defines(defineWorkflow('x', () => ({ ...loan, deadlines: { lone: 'dueAt' } })));
  });

  test('a success that is no state of the machine', () => {
    // @ts-expect-error: return
    defines(defineWorkflow('x', () => ({ ...loan, success: { outcome: 'return', claims: [] } })));
  });

  test('an outcome that the task does not have, or a task that the machine does not have', () => {
    // @ts-expect-error: sold
    defines(defineWorkflow('x', () => ({ ...loan, outcomes: { reserveBook: ['sold'] } })));
    // @ts-expect-error: reserve is the id of the invocation
    defines(defineWorkflow('x', () => ({ ...loan, outcomes: { reserve: ['lent'] } })));
  });

  test('a child that the machine does not invoke', () => {
    // @ts-expect-error: not a task of the machine
    defines(defineWorkflow('x', () => ({ ...loan, children: { 'phone-verification': { shares: {} } } })));
    // @ts-expect-error: nor under this name
    defines(defineWorkflow('x', () => ({ ...loan, children: { 'phone-verification': { as: 'verification', shares: {} } } })));
  });

  test('in a machine: an unknown event, member, outcome, refusal or delay', () => {
    const types = loanTypes;
    // @ts-expect-error: no such event
    setup({ types, guards: { isRenewed: ({ event }) => event.type === 'RENEW' } });
    // @ts-expect-error: no such member of the event
    setup({ types, guards: { isLong: ({ event }) => event.type === 'EXTEND' && event.weeks > 1 } });
    // @ts-expect-error: no such member of the context
    setup({ types, guards: { isLong: ({ context }) => context.weeks > 1 } });
    // @ts-expect-error: no such outcome
    setup({ types, guards: { isSold: ({ event }) => event.type === 'xstate.done.actor.reserve' && event.outcome === 'sold' } });
    // @ts-expect-error: the days are a number
    setup({ types, actions: { extend: assign({ days: 'seven' }) } });
    // @ts-expect-error: no such member of the context
    setup({ types, delays: { loan: ({ context }) => context.weeks } });
    // @ts-expect-error: no such refusal
    loanSetup.createStateConfig({ on: { REMIND: { actions: { type: 'refuse', params: { code: 'lend' } } } } });
    // @ts-expect-error: no such delay
    loanSetup.createStateConfig({ on: { REMIND: { actions: { type: 'refuse', params: { code: 'lent', until: 'lone' } } } } });
    // @ts-expect-error: no such event
    expect(loanSetup.createStateConfig({ on: { RENEW: 'lent' } }).on).toEqual({ RENEW: 'lent' });
  });

  test('a refusal that is not in the table of the machines', () => {
    const known: MachineRefusal = refusals.sendLimit.params;
    // @ts-expect-error: the delay belongs to another refusal
    const other: MachineRefusal = { code: 'wrong-code', until: 'resendCooldown' };
    expect(other).not.toEqual(known);
  });
});
