/** A module that lends books, whose names tests misspell. */
import { Type } from '@sinclair/typebox';
import { expect } from 'vitest';
import { type AnyStateMachine, assign, setup } from 'xstate';
import { defineWorkflow } from '../../machines/define-workflow.ts';
import { noFields, noPayload } from '../../machines/fields.ts';
import { closed, type MachineEvent, type Refusal, task, type Workflow } from '../../machines/workflow.ts';
import { builtInModules } from '../../src/modules/built-in.ts';
import { defineModule, type ModuleDefinition } from '../../src/modules/module.ts';
import { fieldsResolver } from '../../src/resolvers/fields.ts';
import { designOf } from '../../src/service/design.ts';

/** The names of a loan; each test misspells one. */
export interface Names {
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
  // Its names differ from those in XState's types on purpose: that is tested.
  return parts.createMachine(config as never) as unknown as AnyStateMachine;
}

export const event = { description: 'An event.', body: noFields, resolver: null, sender: 'holder', payloads: noPayload } as const;

export function loan(names: Names = {}, changes: Partial<Workflow> = {}) {
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

export const library: ModuleDefinition<undefined, undefined> = {
  name: 'library',
  workflows: [loan()],
  resolvers: { loan: fieldsResolver({ details: ['title'] }) },
  tasks: { reserve: { run: async () => ({ outcome: 'done' }) } },
  refusals: { lent: { status: 409, title: 'The book is lent', explanation: 'Somebody has it.', remedy: 'Wait.' } },
  notices: { 'book-lent': { texts: { en: { subject: () => 'A book', event: () => 'It is yours.', advice: [] } } } },
  details: { title: 'shown' },
  claims: { title: ({ title }) => ({ title }) },
};

/** @returns the lines that refuse a service with the changed library; empty if it is accepted */
export function refusal(changes: Partial<ModuleDefinition<undefined, undefined>>, others = builtInModules()): string {
  try {
    designOf({ modules: [...others, defineModule({ ...library, ...changes })], config: {} });
    return '';
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    expect(['ModuleError', 'WorkflowRefused', 'ConfigError']).toContain((error as Error).name);
    return (error as Error).message;
  }
}
