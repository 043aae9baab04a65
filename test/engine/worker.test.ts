/** The worker, which moves sessions without a request: when it polls, how long it sleeps, and which records it deletes. */
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { EngineDeps } from '../../src/engine/engine.ts';
import type { TaskResult } from '../../src/engine/ports.ts';
import type { ExpiryQuery, PurgeQuery, SessionStore } from '../../src/engine/session-store.ts';
import { Worker, type WorkerDeps } from '../../src/engine/timers/worker.ts';
import { MemoryDatabase } from '../support/memory-store.ts';
import { ManualClock, TestProcess } from '../support/test-process.ts';

class RunningClock extends ManualClock {
  override running(): boolean {
    return true;
  }
}

/** A worker whose store finds nothing due by default. */
function working(store: Partial<SessionStore>, purges: WorkerDeps['purges'] = {}, deps: Partial<EngineDeps> = {}, made?: TestProcess) {
  const clock = new RunningClock();
  const { store: memory } = new MemoryDatabase().process();
  const process = made ?? new TestProcess(new MemoryDatabase().process(), clock, deps);
  const { engine } = process;
  const warned: string[] = [];
  const log = {
    info: () => {},
    warn: ({ records }: { records?: string }, message: string) =>
      void warned.push(records === undefined ? message : `${message}: ${records}`),
    error: () => {},
  };
  const all = { ...memory, due: async () => [], ...store };
  const worker = new Worker({ engine, store: all, clock, log, observer: { woken: () => {} }, retentionMs: 5_000, purges });
  return { worker, clock, warned, process };
}

describe('a session that ended longer ago than the retention', () => {
  const purging = (...deleted: readonly number[]) => {
    const queries: PurgeQuery[] = [];
    const purge = async (query: PurgeQuery) => {
      queries.push(query);
      return deleted[queries.length - 1] ?? 0;
    };
    return { queries, purge };
  };

  test('is deleted with up to a thousand others at a time, until fewer are found', async () => {
    const { queries, purge } = purging(1_000, 1_000, 999, 1_000);
    const forgotten: number[] = [];
    const { worker, clock } = working({ purge }, { budgets: async (now) => void forgotten.push(now) });
    await worker.purge();
    expect(queries).toEqual(Array.from({ length: 3 }, () => ({ endedBefore: clock.ms - 5_000, limit: 1_000 })));
    expect(forgotten).toEqual([clock.ms]);
  });

  test('is deleted even if other expired records cannot be', async () => {
    const { queries, purge } = purging(0);
    let links = 0;
    const { worker, warned } = working(
      { purge },
      {
        budgets: () => Promise.reject(new Error('away')),
        links: async () => {
          links += 1;
        },
      },
    );
    await worker.purge();
    expect([queries.length, links, warned]).toEqual([1, 1, ['expired records could not be purged: budgets']]);
  });

  test('is deleted after expired results, which are deleted in the same way', async () => {
    const calls: (ExpiryQuery | PurgeQuery)[] = [];
    const forgetResults = async (query: ExpiryQuery) => (calls.push(query) === 1 ? 1_000 : 999);
    const purge = async (query: PurgeQuery) => {
      calls.push(query);
      return 0;
    };
    const { worker, clock } = working({ purge, forgetResults });
    await worker.purge();
    const expired = { now: clock.ms, limit: 1_000 };
    expect(calls).toEqual([expired, expired, { endedBefore: clock.ms - 5_000, limit: 1_000 }]);
  });

  test('is left to the next time if the store is unavailable', async () => {
    const { worker, warned } = working({ purge: () => Promise.reject(new Error('away')) });
    await worker.purge();
    expect(warned).toEqual(['expired records could not be purged: finished sessions']);
  });

  test('is deleted by one purge at a time, and a stop waits for it', async () => {
    const purges: (() => void)[] = [];
    const { worker } = working({}, { budgets: () => new Promise((resolve) => void purges.push(resolve)) });
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    const [first, second] = [worker.purge(), worker.purge()];
    await turn();
    expect(purges.length).toBe(1);
    purges[0]?.();
    await first;
    await turn();
    expect(purges.length).toBe(2);
    let stopped = false;
    const stop = worker.stop().then(() => {
      stopped = true;
    });
    await turn();
    expect(stopped).toBe(false);
    purges[1]?.();
    await Promise.all([second, stop]);
  });

  test('is searched for at the start and every ten minutes, and not after the stop', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { queries, purge } = purging();
    let forgotten = 0;
    const { worker } = working(
      { purge },
      {
        budgets: async () => {
          forgotten += 1;
        },
      },
    );
    worker.start();
    await vi.advanceTimersByTimeAsync(1);
    expect([queries.length, forgotten]).toEqual([1, 1]);
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    expect([queries.length, forgotten]).toEqual([2, 2]);
    const stopped = worker.stop();
    await vi.advanceTimersByTimeAsync(20 * 60_000);
    await stopped;
    expect([queries.length, forgotten]).toEqual([2, 2]);
  });
});

describe('a worker without due sessions', () => {
  test.each<[string, { dueAt: number | null; leaseInMs: number | null }, number]>([
    ['nothing is coming', { dueAt: null, leaseInMs: null }, 5_000],
    ['something comes soon', { dueAt: 700, leaseInMs: null }, 700],
    ['something comes late', { dueAt: 60_000, leaseInMs: null }, 5_000],
    ['a lease runs out soon', { dueAt: 60_000, leaseInMs: 300 }, 300],
    ['a lease runs out late', { dueAt: 700, leaseInMs: 4_000 }, 700],
    ['something came meanwhile', { dueAt: -10, leaseInMs: null }, 0],
  ])('polls again when it must, and not before, if %s', async (_, { dueAt, leaseInMs }, sleepMs) => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    let looks = 0;
    const due = async () => {
      looks += 1;
      return [];
    };
    const nextDue = async () => ({ dueAt: dueAt === null ? null : clock.ms + dueAt, leaseInMs });
    const { worker, clock } = working({ due, nextDue });
    worker.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(looks).toBe(1);
    // Node rounds timers down.
    await vi.advanceTimersByTimeAsync(sleepMs);
    expect(looks).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(looks).toBe(2);
    const stopped = worker.stop();
    await vi.advanceTimersByTimeAsync(1);
    await stopped;
    const before = looks;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(looks).toBe(before);
  });

  test.each([
    ['looks at once', 'sooner', 700, 2],
    ['goes on sleeping', 'later', 60_000, 1],
  ])('%s when a commit of its process makes a session due %s than its next poll', async (_, _when, retryAfterMs, expected) => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const settled = async () => {
      for (let round = 0; round < 50; round += 1) await new Promise((resolve) => setImmediate(resolve));
    };
    let looks = 0;
    const due = async () => {
      looks += 1;
      return [];
    };
    const deliver = { run: async () => ({ outcome: 'retry', reason: 'busy', retryAfterMs }) as const };
    const { worker, process } = working({ due }, undefined, { handlers: { deliver } });
    worker.start();
    await settled();
    expect(looks).toBe(1);
    await process.begin();
    await settled();
    expect(looks).toBe(expected);
    const stopped = worker.stop();
    await vi.advanceTimersByTimeAsync(1);
    await stopped;
  });

  test('waits a second if the store is unavailable, and continues', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    let looks = 0;
    const due = async () => {
      looks += 1;
      if (looks === 1) throw new Error('away');
      return [];
    };
    const { worker, warned } = working({ due });
    worker.start();
    await vi.advanceTimersByTimeAsync(1_000);
    expect([looks, warned]).toEqual([1, ['due sessions could not be woken']]);
    await vi.advanceTimersByTimeAsync(1);
    expect(looks).toBe(2);
    const stopped = worker.stop();
    await vi.advanceTimersByTimeAsync(1);
    await stopped;
  });
});

test('a worker whose process still makes an attempt with an ended lease looks once a second', async () => {
  const database = new MemoryDatabase();
  const memory = database.process();
  let end: (result: TaskResult) => void = () => {};
  const deliver = {
    run: () =>
      new Promise<TaskResult>((resolve) => {
        end = resolve;
      }),
  };
  const process = new TestProcess(memory, new RunningClock(), { handlers: { deliver } });
  await process.begin();
  const errand = await vi.waitFor(() => {
    const [, child] = database.sessions;
    if (child?.tasks[0]?.retryAt !== null || process.engine.tasks.underWay > 1) throw new Error('The errand is not being delivered yet');
    return child;
  });
  database.lapse(errand.id);
  let looks = 0;
  const { worker } = working(
    {
      ...memory.store,
      due: (query) => {
        looks += 1;
        return memory.store.due(query);
      },
    },
    undefined,
    {},
    process,
  );
  worker.start();
  // Each look takes one round of the event loop in the store, so that a loop without pauses would look hundreds of times.
  for (let round = 0; round < 1_000; round += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(looks).toBeLessThan(5);
  end({ outcome: 'done' });
  await worker.stop();
  await process.engine.tasks.idle();
});
