/**
 * The ownership of an attempt: which process has it, which may take it over, and how a process notices before the effect that it lost the
 * attempt.
 */
import { Type } from '@sinclair/typebox';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { assign, setup } from 'xstate';
import { defineWorkflow } from '../../machines/define-workflow.ts';
import { type Context, closed, type MachineEvent, task } from '../../machines/workflow.ts';
import type { EngineDeps } from '../../src/engine/engine.ts';
import { StoreUnavailable } from '../../src/engine/errors.ts';
import { Workflows } from '../../src/engine/machines/workflows.ts';
import { serviceCaller, type TaskResult } from '../../src/engine/ports.ts';
import type { Commit, SessionStore } from '../../src/engine/session-store.ts';
import { attemptTimeoutMs, freshClaimMs, leaseMs } from '../../src/engine/task-limits.ts';
import { MemoryDatabase } from '../support/memory-store.ts';
import { ManualClock, plainEvent, TestProcess } from '../support/test-process.ts';
import { seed } from '../support/workflows.ts';

/** A letter that is being sent, and takes notes in the meantime. */
const letter = defineWorkflow('letter', () => ({
  collection: 'letters',
  version: 1,
  description: 'A letter of a test.',
  machine: setup({
    types: {} as { context: Context & { readonly notes: number }; events: MachineEvent },
    actors: { deliver: task<Record<string, never>>() },
    actions: { note: assign({ notes: ({ context }) => Number(context['notes']) + 1 }) },
  }).createMachine({
    id: 'letter',
    context: { notes: 0 },
    initial: 'sending',
    on: { CANCEL: '.cancelled' },
    states: {
      sending: {
        meta: { screen: 'test' },
        invoke: { id: 'deliver', src: 'deliver', input: {}, onDone: 'sent', onError: 'failed' },
        on: { NOTE: { actions: 'note' } },
      },
      sent: { type: 'final' },
      failed: { type: 'final' },
      cancelled: { type: 'final' },
    },
  }),
  start: { body: Type.Object({}, closed), resolver: 'letter', events: [null] },
  events: { NOTE: plainEvent('Takes a note.'), CANCEL: plainEvent('Gives up.') },
  view: { schema: Type.Object({}, closed), of: () => ({}) },
  deadlines: {},
  success: { outcome: 'sent', claims: [] },
}));
const workflows = new Workflows([letter], seed);
const [workflow] = workflows.latest();
if (!workflow) throw new Error('No workflow');
const definition = workflow;

interface Attempt {
  readonly by: string;
  readonly key: string;
  readonly end: (result: TaskResult) => void;
}

/** All attempts of a test. */
let attempts: Attempt[];
let database: MemoryDatabase;
let clock: ManualClock;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
  attempts = [];
  database = new MemoryDatabase();
  clock = new ManualClock();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Waits until all pending work is done. */
const settled = async () => {
  for (let round = 0; round < 50; round += 1) await new Promise((resolve) => setImmediate(resolve));
};
const pass = async (ms: number) => {
  await settled();
  await vi.advanceTimersByTimeAsync(ms);
  await settled();
};

/** @param through wraps the store of the process */
function processNamed(by: string, through: (store: SessionStore) => SessionStore = (store) => store) {
  const memory = database.process();
  const store = through(memory.store);
  const deps: Partial<EngineDeps> = {
    workflows,
    resolvers: { letter: { start: () => ({ event: null, personal: {} }) } },
    handlers: { deliver: { run: ({ key }) => new Promise((end) => attempts.push({ by, key, end })) } },
  };
  const process = new TestProcess({ ...memory, store }, clock, deps);
  const { engine } = process;
  return {
    engine,
    memory,
    begin: async () => (await engine.start(definition, {}, null, serviceCaller)).session.id,
    send: (id: string, type: 'NOTE' | 'CANCEL') =>
      engine.send(id, { workflow: definition, sender: { as: 'holder' }, type, body: {}, idempotency: null, caller: serviceCaller }),
    /** Wakes the session, like a worker that finds it due. */
    wake: async (id: string) => {
      const loaded = await memory.store.load(id);
      if (loaded) await engine.wake(loaded);
      await settled();
    },
  };
}

const taskOf = (id: string) => database.rows.get(id)?.session.tasks[0];
const begunBy = () => attempts.map(({ by }) => by);

describe('a running attempt', () => {
  test('is not touched by turns of other processes', async () => {
    const [a, b] = [processNamed('a'), processNamed('b')];
    const id = await a.begin();
    await b.send(id, 'NOTE');
    await b.wake(id);
    await a.send(id, 'NOTE');
    await settled();
    expect(begunBy()).toEqual(['a']);
    expect(taskOf(id)?.attempts).toBe(1);
  });

  test('is taken over from a dead process, even if another process has written meanwhile, with the same key', async () => {
    for (const writes of [[], ['a'], ['b'], ['b', 'a', 'b']]) {
      attempts = [];
      const [a, b] = [processNamed('a'), processNamed('b')];
      const id = await a.begin();
      for (const by of writes) await (by === 'a' ? a : b).send(id, 'NOTE');
      a.memory.isDead = true;
      await b.wake(id);
      expect(begunBy()).toEqual(['a', 'b']);
      expect(attempts[1]?.key).toBe(attempts[0]?.key);
      expect(taskOf(id)?.attempts).toBe(2);
    }
  });

  test('whose lease ran out is repeated by another process, and not by the one that still makes it', async () => {
    const [a, b] = [processNamed('a'), processNamed('b')];
    const id = await a.begin();
    database.lapse(id);
    await a.wake(id);
    expect(begunBy()).toEqual(['a']);
    await b.wake(id);
    expect(begunBy()).toEqual(['a', 'b']);
    // The second attempt's lease has not ended.
    await processNamed('c').wake(id);
    expect(begunBy()).toEqual(['a', 'b']);
  });

  test('has a lease for as long as it may take, which other commits keep and the last attempt drops', async () => {
    const leases: Commit['lease'][] = [];
    const a = processNamed('a', (store) => ({
      ...store,
      commit: (commits) => {
        leases.push(...commits.map(({ lease }) => lease));
        return store.commit(commits);
      },
    }));
    const id = await a.begin();
    await a.send(id, 'NOTE');
    await settled();
    attempts[0]?.end({ outcome: 'retry', reason: 'busy', retryAfterMs: 1_000 });
    await settled();
    clock.ms += 1_000;
    await a.wake(id);
    attempts[1]?.end({ outcome: 'done' });
    await settled();
    expect(leases).toEqual([{ ms: leaseMs }, 'keep', 'none', { ms: leaseMs }, 'none']);
    expect(leaseMs).toBeGreaterThan(attemptTimeoutMs + freshClaimMs);
    expect(database.rows.get(id)?.lease).toBeNull();
  });

  test('is handed back when its process stops, and another begins it at once', async () => {
    const [a, b] = [processNamed('a'), processNamed('b')];
    const id = await a.begin();
    await settled();
    await a.engine.tasks.close(Promise.resolve());
    expect([database.rows.get(id)?.lease, taskOf(id)?.retryAt]).toEqual([null, clock.ms]);
    await b.wake(id);
    expect(begunBy()).toEqual(['a', 'b']);
  });
});

/** While set, the reply to a commit arrives later than the commit. */
function heldReplies() {
  const held = { ms: 0, loads: 0, isAway: false };
  const through = (store: SessionStore): SessionStore => ({
    ...store,
    commit: async (commits) => {
      const written = await store.commit(commits);
      if (held.ms > 0) await new Promise((resolve) => setTimeout(resolve, held.ms));
      return written;
    },
    load: async (id) => {
      held.loads += 1;
      if (held.isAway) throw new StoreUnavailable('away');
      return store.load(id);
    },
  });
  return { held, through };
}

describe('a claim whose commit was answered late', () => {
  test.each(['a first attempt', 'a further attempt', 'an attempt taken over from a process that died'])(
    'begins nothing after the session was ended through another process: %s',
    async (which) => {
      const { held, through } = heldReplies();
      const [first, a, b] = [processNamed('first'), processNamed('a', through), processNamed('b')];
      if (which === 'a first attempt') held.ms = 3_000;
      const starting = (which === 'a first attempt' ? a : first).begin();
      await settled();
      const [id = ''] = database.rows.keys();
      if (which !== 'a first attempt') {
        await starting;
        held.ms = 3_000;
        if (which === 'a further attempt') {
          attempts[0]?.end({ outcome: 'retry', reason: 'busy', retryAfterMs: 1_000 });
          await settled();
          clock.ms += 1_000;
        } else first.memory.isDead = true;
        void a.wake(id);
        await settled();
      }
      const before = attempts.length;
      expect((await b.send(id, 'CANCEL')).session.status).toBe('done');
      await pass(3_000);
      await starting;
      await pass(2_000);
      expect(attempts).toHaveLength(before);
      expect(database.rows.get(id)?.session.tasks).toEqual([]);
    },
  );

  // Within the lease that the process knows, the stored attempt and its stored lease decide.
  test.each([
    // The attempt of the other process has reached its own time limit by then, and waits for a retry.
    ['another process has taken the task over', leaseMs + 1_000, ['b'], expect.any(Number)],
    ['another process has taken the task over early', freshClaimMs + 1, ['b'], null],
    ['its lease has ended early', freshClaimMs + 1, [], null],
  ])('begins nothing after %s', async (_, ms, others, retryAt) => {
    const { held, through } = heldReplies();
    const [a, b] = [processNamed('a', through), processNamed('b')];
    held.ms = ms;
    const starting = a.begin();
    await settled();
    const [id = ''] = database.rows.keys();
    database.lapse(id);
    for (const _other of others) await b.wake(id);
    await pass(held.ms);
    await starting;
    expect(begunBy()).toEqual(others);
    held.ms = 0;
    await pass(2_000);
    expect(begunBy()).toHaveLength(1);
    expect(taskOf(id)).toMatchObject({ attempts: 2, retryAt });
  });

  test('begins its attempt if the session still waits for it, also after an outage', async () => {
    const { held, through } = heldReplies();
    const a = processNamed('a', through);
    held.ms = freshClaimMs + 1;
    const starting = a.begin();
    await settled();
    held.isAway = true;
    await pass(held.ms);
    await starting;
    await pass(2_000);
    expect(attempts).toEqual([]);
    held.isAway = false;
    await pass(2_000);
    expect(begunBy()).toEqual(['a']);
  });

  test('is not confirmed if the answer was not late', async () => {
    const { held, through } = heldReplies();
    const a = processNamed('a', through);
    held.ms = freshClaimMs / 2;
    const starting = a.begin();
    await pass(held.ms);
    await starting;
    expect([begunBy(), held.loads]).toEqual([['a'], 0]);
  });
});
