/** A workflow that names what nobody brings, or that could never run as it says, stops the start of a service with one line. */
import { Type } from '@sinclair/typebox';
import { describe, expect, test } from 'vitest';
import { type AnyStateMachine, assign, setup } from 'xstate';
import { noFields, noPayload } from '../../machines/fields.ts';
import { closed, defineWorkflow, type MachineEvent, type Refusal, task, type Workflow } from '../../machines/workflow.ts';
import type { Resolver, TaskHandler } from '../../src/engine/ports.ts';
import { Workflows } from '../../src/engine/workflows.ts';
import { builtInModules } from '../../src/modules/built-in.ts';
import { defineModule, type ModuleDefinition } from '../../src/modules/module.ts';
import { checkParts } from '../../src/modules/workflow-check.ts';
import { fieldsResolver } from '../../src/resolvers/fields.ts';
import { designOf } from '../../src/service/design.ts';
import { seed } from '../support/workflows.ts';

/** Names that a loan of books uses; each test misspells one. */
interface Names {
  readonly resolver?: string | null;
  readonly eventResolver?: string | null;
  readonly invoked?: string;
  readonly action?: string;
  readonly refusal?: string;
  readonly until?: string;
  readonly notice?: string;
  readonly guard?: string;
  readonly delay?: string;
  readonly heard?: string;
}

function machineOf(names: Names): AnyStateMachine {
  const { invoked = 'reserve', action = 'sendMessage', refusal: code = 'lent', until = 'loan', notice = 'book-lent' } = names;
  const { guard = 'isFree', delay = 'loan', heard = 'RETURN' } = names;
  const config = {
    id: 'book-loan',
    context: { days: 1 },
    initial: 'reserving',
    on: { CANCEL: '.cancelled' },
    states: {
      reserving: { invoke: { id: invoked, src: invoked, onDone: 'lent', onError: 'cancelled' } },
      lent: {
        entry: { type: action, params: { notice } },
        after: { [delay]: 'overdue' },
        on: {
          [heard]: 'returned',
          EXTEND: [{ guard, actions: 'extend' }, { actions: { type: 'refuse', params: { code, until } } }],
        },
      },
      overdue: { on: { RETURN: 'returned' } },
      returned: { type: 'final' },
      cancelled: { type: 'final' },
    },
  };
  const parts = setup({
    types: {} as { context: { days: number }; events: MachineEvent },
    actors: { [invoked]: task<unknown>() },
    actions: { [action]: () => {}, refuse: (_, _refusal: Refusal) => {}, extend: assign({ days: 2 }) },
    guards: { isFree: ({ context }) => context.days < 2 },
    delays: { loan: 86_400_000 },
  });
  // Its names are not those that XState's types know: that is what is tested.
  return parts.createMachine(config as never) as unknown as AnyStateMachine;
}

const event = { description: 'An event.', body: noFields, resolver: null, sender: 'holder', payloads: noPayload } as const;

function loan(names: Names = {}, changes: Partial<Workflow> = {}) {
  const { resolver = 'loan', eventResolver = null } = names;
  return defineWorkflow('book-loan', () => ({
    collection: 'book-loans',
    version: 1,
    description: 'Lends a book.',
    machine: machineOf(names),
    start: { body: Type.Object({ title: Type.String({ maxLength: 100 }) }, closed), resolver, events: [null] },
    events: { RETURN: event, EXTEND: { ...event, resolver: eventResolver }, CANCEL: event },
    view: { schema: Type.Object({}), of: ({ masked }) => ({ title: masked['title'] ?? null }) },
    deadlines: { loan: 'dueAt' },
    success: { outcome: 'returned', claims: ['title'] },
    ...changes,
  }));
}

const library: ModuleDefinition<undefined, undefined> = {
  name: 'library',
  workflows: [loan()],
  resolvers: { loan: fieldsResolver({ details: ['title'] }) },
  tasks: { reserve: { run: async () => ({ outcome: 'done' }) } },
  refusals: { lent: { status: 409, title: 'The book is lent', explanation: 'Somebody has it.', remedy: 'Wait.' } },
  notices: { 'book-lent': { texts: { en: { subject: () => 'A book', event: () => 'It is yours.', advice: [] } } } },
  details: { title: 'shown' },
  claims: { title: ({ title }) => ({ title }) },
};

/** @returns the lines that refuse the service; empty where it is taken */
function refusal(changes: Partial<ModuleDefinition<undefined, undefined>>, others = builtInModules()): string {
  try {
    designOf({ modules: [...others, defineModule({ ...library, ...changes })], config: {} });
    return '';
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    expect(['ModuleError', 'WorkflowRefused', 'ConfigError']).toContain((error as Error).name);
    return (error as Error).message;
  }
}

test('a workflow of another module that names only what is there is taken', () => {
  expect(refusal({})).toBe('');
});

describe('a name that nobody brings is refused in one line', () => {
  test.each<[string, Names | Partial<Workflow>, string]>([
    ['a resolver of the start', { resolver: 'lone' }, "Workflow 'book-loan': no module brings the resolver 'lone', named by the start"],
    [
      'a resolver of an event',
      { eventResolver: 'lone' },
      "Workflow 'book-loan': no module brings the resolver 'lone', named by the event EXTEND",
    ],
    ['a task that is invoked', { invoked: 'reserv' }, "Workflow 'book-loan', state 'reserving': no module brings the task 'reserv'"],
    ['a task as an action', { action: 'sendMail' }, "Workflow 'book-loan', state 'lent': no module brings the task 'sendMail'"],
    ['a refusal', { refusal: 'lend' }, "Workflow 'book-loan', state 'lent': no module brings the refusal 'lend'"],
    ['a notice', { notice: 'book-lend' }, "Workflow 'book-loan', state 'lent': no module brings the notice 'book-lend'"],
    [
      'the end of a refusal',
      { until: 'lone' },
      "Workflow 'book-loan', state 'lent': the refusal 'lent' ends with the delay 'lone', which the machine has not",
    ],
    ['a guard', { guard: 'isFre' }, "Workflow 'book-loan', state 'lent': the machine has no guard 'isFre'"],
    ['a delay', { delay: 'lone' }, "Workflow 'book-loan', state 'lent': the machine has no delay 'lone'"],
    [
      'an event that nobody sends',
      { heard: 'RETURNED' },
      "Workflow 'book-loan': the machine hears the event 'RETURNED', which nobody sends: it is no event of the workflow",
    ],
  ])('%s', (_, names, line) => {
    expect(refusal({ workflows: [loan(names as Names)] })).toBe(line);
  });

  test.each<[string, Partial<Workflow>, string]>([
    ['a deadline', { deadlines: { lone: 'dueAt' } }, "the machine has no delay 'lone', named as a deadline"],
    ['a claim', { success: { outcome: 'returned', claims: ['titel'] } }, "no module brings the claim 'titel'"],
    ['a success', { success: { outcome: 'lent', claims: [] } }, "the success 'lent' is no final state"],
    ['a secret', { secrets: ['titel'] }, "no module brings the detail 'titel', named as a secret"],
    [
      'a detail of the view',
      { view: { schema: Type.Object({}), of: ({ masked }) => ({ title: masked['titel'] ?? null }) } },
      "no module brings the detail 'titel', which the view shows",
    ],
    [
      'a view that fails',
      { view: { schema: Type.Object({}), of: () => ({ title: (undefined as never)['x'] }) } },
      'the view of a new session fails',
    ],
    [
      'a child',
      { children: { 'email-verifikation': { shares: {} } } },
      "no module brings the workflow 'email-verifikation', named as a child",
    ],
    [
      'an event that is withheld from a child',
      { children: { 'email-verification': { shares: {}, withholds: ['CHANGE_MAIL'] } } },
      "the child 'email-verification' has no event 'CHANGE_MAIL', which is withheld from it",
    ],
    ['a child that only an agent starts', { children: { 'support-access': { shares: {} } } }, 'which only an agent may start'],
    [
      'an event that no state hears',
      { events: { RETURN: event, EXTEND: event, CANCEL: event, RENEW: event } },
      'no state of the machine hears the event RENEW',
    ],
    [
      'an event in small letters',
      { events: { RETURN: event, EXTEND: event, CANCEL: event, renew: event } },
      "the event 'renew' must be in capitals",
    ],
    [
      'an event with an address of the service',
      { events: { RETURN: event, EXTEND: event, CANCEL: event, HISTORY: event } },
      "the event 'HISTORY' would have an address of the service",
    ],
    [
      'a collection of another workflow',
      { collection: 'email-verifications' },
      "the collection 'email-verifications' is also that of email-verification",
    ],
    ['a collection that is an address of the service', { collection: 'me' }, "the collection 'me' is an address of the service"],
    [
      'an event of a holder whom no session has',
      { start: { by: 'agent', body: noFields, resolver: null, events: [null] } },
      'nobody holds a session that an agent starts',
    ],
    [
      'a second factor of a holder',
      { events: { RETURN: { ...event, secondFactor: true }, EXTEND: event, CANCEL: event } },
      'only an owner has a second factor',
    ],
  ])('%s', (_, changes, fault) => {
    const lines = refusal({ workflows: [loan({}, changes)] }).split('\n');
    expect(lines).toContainEqual(expect.stringMatching(/^Workflow 'book-loan'(, state '[^']+')?: /));
    expect(lines.join('\n')).toContain(fault);
  });
});

test('owners of accounts are recognised by a module, or events of theirs are refused', () => {
  const owned = loan({}, { events: { RETURN: { ...event, sender: 'owner' }, EXTEND: event, CANCEL: event } });
  expect(refusal({ workflows: [owned] })).toBe('');
  const [codes] = builtInModules();
  expect(refusal({ workflows: [owned] }, codes ? [codes] : [])).toBe(
    "Workflow 'book-loan': no module recognises owners of accounts, who send the event RETURN",
  );
});

describe('a name that two modules bring is refused', () => {
  test.each<[string, Partial<ModuleDefinition<undefined, undefined>>, string]>([
    [
      'a resolver',
      { resolvers: { code: fieldsResolver({}), loan: fieldsResolver({}) } },
      "The resolver 'code' is brought by the modules 'codes' and 'library'",
    ],
    [
      'a refusal of the service',
      { refusals: { 'not-found': { status: 404, title: '', explanation: '', remedy: '' } } },
      "The refusal 'not-found' is brought by the modules 'the service' and 'library'",
    ],
    ['a module', { name: 'codes' }, "The module 'codes' is named twice"],
  ])('%s', (_, changes, line) => {
    expect(refusal(changes)).toContain(line);
  });
});

describe('what the open modules can not do is refused', () => {
  const workflows = new Workflows([loan({ eventResolver: 'loan' })], seed);
  const start = { start: () => ({ event: null, personal: {} }) };
  const both = { ...start, event: () => ({ payload: {} }) };
  const run = async () => ({ outcome: 'done' }) as const;

  test.each<[string, Record<string, Resolver>, Record<string, TaskHandler>, string]>([
    ['nothing', { loan: both }, { reserve: { run, timeoutMs: 25_000, retryDelaysMs: [0, 1000] } }, ''],
    [
      'events',
      { loan: start },
      { reserve: { run } },
      "Workflow 'book-loan': the resolver 'loan' reads starts, and is named by the event EXTEND",
    ],
    [
      'starts',
      { loan: { event: both.event } },
      { reserve: { run } },
      "Workflow 'book-loan': the resolver 'loan' reads events, and is named by the start",
    ],
    [
      'a time-out beyond the lease',
      { loan: both },
      { reserve: { run, timeoutMs: 25_001 } },
      "The task 'reserve' has a time-out of 25001 ms; it must be above 0 and at most 25000",
    ],
    ['no time-out', { loan: both }, { reserve: { run, timeoutMs: Number.NaN } }, "The task 'reserve' has a time-out of NaN ms"],
    ['a negative pause', { loan: both }, { reserve: { run, retryDelaysMs: [1, -1] } }, "The task 'reserve' waits -1 ms between attempts"],
  ])('%s', (_, resolvers, tasks, line) => {
    const check = () => checkParts(workflows, { resolvers, tasks });
    if (line === '') expect(check).not.toThrow();
    else expect(check).toThrow(line);
  });
});
