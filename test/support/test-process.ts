/** Two small workflows of which one invokes the other, and processes that run them over one database in memory. */
import { Type } from '@sinclair/typebox';
import { assign, setup } from 'xstate';
import { defineWorkflow } from '../../machines/define-workflow.ts';
import { noFields, noPayload } from '../../machines/fields.ts';
import { type Context, closed, type MachineEvent, type PublicEvent, task } from '../../machines/workflow.ts';
import { childOf } from '../../src/engine/children/related-sessions.ts';
import type { Clock } from '../../src/engine/clock.ts';
import { Engine, type EngineDeps } from '../../src/engine/engine.ts';
import { Workflows } from '../../src/engine/machines/workflows.ts';
import { serviceCaller } from '../../src/engine/ports.ts';
import { type Session, statePath } from '../../src/engine/session.ts';
import { Worker } from '../../src/engine/timers/worker.ts';
import { PersonalVault } from '../../src/secrets/personal-vault.ts';
import { KeyedSessionIds } from '../../src/secrets/session-ids.ts';
import { keyringOf } from '../secrets/keys.ts';
import type { MemoryDatabase, MemoryProcess } from './memory-store.ts';
import { seed } from './workflows.ts';

/** An event without a body, from the holder of the session. */
export const plainEvent = (description: string): PublicEvent => ({
  description,
  body: noFields,
  resolver: null,
  sender: 'holder',
  payloads: noPayload,
});

const empty = Type.Object({});
const screen = { screen: 'test' };

/** Runs a task, waits for `PERFORM` meanwhile or afterwards, and stores a word. */
const errand = defineWorkflow('errand', () => ({
  collection: 'errands',
  version: 1,
  description: 'An errand of a test.',
  machine: setup({ types: {} as { events: MachineEvent }, actors: { deliver: task<Record<string, never>>() } }).createMachine({
    id: 'errand',
    initial: 'delivering',
    on: { CANCEL: '.cancelled' },
    states: {
      delivering: {
        meta: screen,
        invoke: { id: 'deliver', src: 'deliver', input: {}, onDone: 'waiting', onError: 'waiting' },
        on: { PERFORM: 'performed' },
      },
      waiting: { meta: screen, on: { PERFORM: 'performed' } },
      performed: { type: 'final' },
      cancelled: { type: 'final' },
    },
  }),
  start: {
    body: Type.Object(
      {
        word: Type.String(),
        number: Type.Optional(Type.Integer()),
        device: Type.Optional(Type.Object({ type: Type.Optional(Type.String()), name: Type.Optional(Type.String()) })),
      },
      closed,
    ),
    resolver: 'errand',
    events: [null],
  },
  events: { PERFORM: plainEvent('Does it.'), CANCEL: plainEvent('Gives up.') },
  view: { schema: empty, of: () => ({}) },
  deadlines: {},
  success: { outcome: 'performed', claims: [] },
}));

interface HouseholdContext extends Context {
  readonly errands: number;
}

/** Waits for two errands, one after the other; the second can be skipped. */
const household = defineWorkflow('household', () => {
  const isPerformed = ({ event }: { event: MachineEvent }) => event['outcome'] === 'performed';
  const machine = setup({
    types: {} as { context: HouseholdContext; events: MachineEvent },
    actors: { errand: task<{ number: number }>() },
    actions: { count: assign({ errands: ({ context }) => context.errands + 1 }) },
    guards: { isPerformed },
    delays: { errandTimeout: 60_000 },
  }).createMachine({
    id: 'household',
    context: { errands: 0 },
    initial: 'first',
    on: { CANCEL: '.cancelled' },
    states: {
      first: {
        meta: screen,
        entry: 'count',
        invoke: {
          id: 'firstErrand',
          src: 'errand',
          input: ({ context }) => ({ number: context.errands }),
          onDone: [{ guard: 'isPerformed', target: 'second' }, { target: 'failed' }],
          onError: 'failed',
        },
        on: { AGAIN: { target: 'first', reenter: true } },
      },
      second: {
        meta: screen,
        entry: 'count',
        after: { errandTimeout: 'failed' },
        invoke: {
          id: 'secondErrand',
          src: 'errand',
          input: ({ context }) => ({ number: context.errands }),
          onDone: [{ guard: 'isPerformed', target: 'complete' }, { target: 'failed' }],
          onError: 'failed',
        },
        on: { SKIP: 'complete' },
      },
      complete: { type: 'final' },
      failed: { type: 'final' },
      cancelled: { type: 'final' },
    },
  });
  return {
    collection: 'households',
    version: 1,
    description: 'A household of a test.',
    machine,
    start: { body: Type.Object({ word: Type.String() }, closed), resolver: 'household', events: [null] },
    events: { AGAIN: plainEvent('Begins anew.'), SKIP: plainEvent('Does without.'), CANCEL: plainEvent('Gives up.') },
    children: { errand: { shares: { answer: 'answer' } } },
    secrets: ['secret'],
    view: { schema: empty, of: () => ({}) },
    deadlines: {},
  };
});

export class ManualClock implements Clock {
  ms = Date.UTC(2026, 0, 1);
  now(): number {
    return this.ms;
  }
  async refresh(): Promise<void> {}
  running(): boolean {
    return false;
  }
}

export const vault = new PersonalVault(keyringOf('a'));
export const testDefinitions = [errand, household];
const workflows = new Workflows(testDefinitions, seed);

export function personalOf({ id, sealed }: Session): Readonly<Record<string, string>> {
  return sealed === null ? {} : vault.open(id, sealed);
}

function named(name: string) {
  const workflow = workflows.latest().find((candidate) => candidate.name === name);
  if (!workflow) throw new Error(`No workflow '${name}'`);
  return workflow;
}

/** A process of the service, reduced to sessions. */
export class TestProcess {
  readonly engine: Engine;
  readonly #worker: Worker;
  readonly isDead: () => boolean;
  /** The bodies of the starts of children. */
  readonly bodies: Readonly<Record<string, unknown>>[] = [];

  constructor(process: MemoryProcess, clock: Clock, deps: Partial<EngineDeps> = {}) {
    const silent = () => {};
    const log = { info: silent, warn: silent, error: silent };
    const observer = { committed: silent, attempted: silent, conflicted: silent, woken: silent };
    this.isDead = () => process.isDead;
    this.engine = new Engine({
      workflows,
      store: process.store,
      clock,
      resolvers: {
        household: { start: ({ word }) => ({ event: null, personal: { word: String(word), deviceType: 'Phone', secret: 'kept' } }) },
        errand: {
          start: (body) => {
            this.bodies.push(body);
            return { event: null, personal: { answer: `${String(body['word'])}!`, word: 'changed' } };
          },
        },
      },
      handlers: { deliver: { run: async () => ({ outcome: 'done' }) } },
      vault,
      results: { seal: async () => null },
      sessionIds: new KeyedSessionIds(keyringOf('a')),
      log,
      observer,
      ...deps,
    });
    this.#worker = new Worker({ engine: this.engine, store: process.store, clock, log, observer, retentionMs: 1, purges: {} });
  }

  /** Wakes due and orphaned sessions until none is left. */
  catchUp(): Promise<void> {
    return this.#worker.catchUp();
  }

  async begin(): Promise<Session> {
    const { session } = await this.engine.start(named('household'), { word: 'bread' }, null, serviceCaller);
    return session;
  }

  send(workflow: string, id: string, type: string) {
    return this.engine.send(id, {
      workflow: named(workflow),
      sender: { as: 'holder' },
      type,
      body: {},
      idempotency: null,
      caller: serviceCaller,
    });
  }

  async stateOf(id: string): Promise<string> {
    return statePath((await this.engine.read(id)).session.value);
  }

  /** The child that a session waits for. */
  async childOf(id: string): Promise<string | null> {
    return childOf((await this.engine.read(id)).session)?.id ?? null;
  }
}

export function statesOf(database: MemoryDatabase, workflow: string): string[] {
  return database.sessions.filter((session) => session.workflow === workflow).map(({ value }) => statePath(value));
}
