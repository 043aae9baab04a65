import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Waking } from '../../src/engine/engine.ts';
import type { DueQuery, Loaded } from '../../src/engine/session-store.ts';
import { DueSessions } from '../../src/engine/timers/due-sessions.ts';
import { session } from '../store/sessions.ts';

const silent = () => {};

const now = 5_000;

/** A queue of sessions, and the result of waking each. */
function waking(queue: Loaded[], wake: (id: string) => Promise<Waking>, random = () => 0.5, room = 1000) {
  const asked: Pick<DueQuery, 'skip' | 'limit'>[] = [];
  const late: (number | null)[] = [];
  const due = new DueSessions(
    {
      engine: { wake: ({ session: { id } }) => wake(id), tasks: { room } },
      store: {
        due: async ({ limit, skip, except }) => {
          asked.push({ limit, skip });
          return queue.filter(({ session: { id } }) => !except.includes(id)).slice(skip, skip + limit);
        },
      },
      clock: { now: () => now, refresh: async () => {}, running: () => true },
      log: { info: silent, warn: silent, error: silent },
      observer: { woken: (ms) => late.push(ms) },
    },
    random,
  );
  return { due, asked, late };
}

const waiting = (count: number): Loaded[] => Array.from({ length: count }, () => ({ session: session(), leaseLapsed: false }));

describe('due sessions', () => {
  test('are read on while others are being woken, and none of them twice', async () => {
    const queue = waiting(700);
    const woken: string[] = [];
    const ends: (() => void)[] = [];
    const { due } = waking(queue, (id) => {
      woken.push(id);
      return new Promise((resolve) => ends.push(() => resolve('changed')));
    });
    const first = await due.wakeSome();
    expect(await due.wakeSome()).toBe(first);
    expect(new Set(woken).size).toBe(2 * first);
    const room = due.room().then(() => due.underWay);
    for (const end of ends.slice(0, first)) end();
    expect(await room).toBe(first);
    for (const end of ends) end();
    await due.ended();
    expect(due.underWay).toBe(0);
  });

  test('that cannot be woken do not delay the others', async () => {
    const [bad, good] = waiting(2) as [Loaded, Loaded];
    const { due } = waking([bad, good], async (id) => {
      if (id === bad.session.id) throw new Error('never');
      return 'changed';
    });
    expect(await due.wakeSome()).toBe(2);
    await due.ended();
    expect(due.resting).toBe(1);
    expect(await due.wakeSome()).toBe(1);
    await due.ended();
  });

  test('are read from further back when another process was faster, and from the front again when there are none', async () => {
    const queue = waiting(2_000);
    let lost = true;
    const { due, asked } = waking(queue, async () => (lost ? 'lost' : 'changed'));
    await due.wakeSome();
    await due.ended();
    lost = false;
    await due.wakeSome();
    await due.ended();
    expect(asked[0]?.skip).toBe(0);
    expect(asked[1]?.skip).toBeGreaterThan(0);
    queue.length = 10;
    expect(await due.wakeSome()).toBe(10);
    expect(asked.at(-1)?.skip).toBe(0);
    await due.ended();
  });

  test('that have waited longest are read again, while there are always more further back', async () => {
    const queue = waiting(4_000);
    let lost = true;
    const { due, asked } = waking(
      queue,
      async () => (lost ? 'lost' : 'changed'),
      () => 0.99,
    );
    for (let batches = 0; batches < 12; batches += 1) {
      await due.wakeSome();
      await due.ended();
      lost = batches === 0;
    }
    expect(Math.max(...asked.map(({ skip }) => skip))).toBeGreaterThan(1_000);
    expect(asked.at(-1)?.skip).toBe(0);
  });

  test('report their delay, except those that another process woke', async () => {
    const timer = { id: 'a', delay: 'a', event: 'a', dueAt: 3_500 };
    const queue = [
      { session: session({ timers: [timer] }), leaseLapsed: false },
      { session: session({ timers: [timer] }), leaseLapsed: true },
      { session: session({ timers: [{ ...timer, dueAt: 1 }] }), leaseLapsed: false },
    ];
    const { due, late } = waking(queue, async (id) => (id === queue[2]?.session.id ? 'lost' : 'changed'));
    await due.wakeSome();
    await due.ended();
    expect(late).toEqual([1_500, null]);
  });

  test.each([
    [1000, 256],
    [3, 3],
    [0, 1],
  ])('are read as far as there is room for their tasks: with room for %i, %i of them', async (room, limit) => {
    const { due, asked } = waking(
      waiting(300),
      async () => 'changed',
      () => 0,
      room,
    );
    expect(await due.wakeSome()).toBe(limit);
    expect(asked).toEqual([{ skip: 0, limit }]);
    await due.ended();
  });

  test.each([
    [63, 0],
    [64, 1_792],
  ])('are read from further back when a quarter of a batch was stepped in vain, and no sooner: %i', async (lost, skip) => {
    const queue = waiting(4_000);
    let woken = 0;
    const { due, asked } = waking(
      queue,
      async () => {
        woken += 1;
        return woken > lost ? 'changed' : 'lost';
      },
      () => 1 - Number.EPSILON,
    );
    await due.wakeSome();
    await due.ended();
    await due.wakeSome();
    await due.ended();
    expect(asked[1]?.skip).toBe(skip);
  });

  test('that cannot be woken are tried again after a second', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { due } = waking(waiting(1), () => Promise.reject(new Error('away')));
    await due.wakeSome();
    await due.ended();
    vi.advanceTimersByTime(999);
    expect([due.resting, await due.wakeSome()]).toEqual([1, 0]);
    vi.advanceTimersByTime(1);
    expect([due.resting, await due.wakeSome()]).toEqual([0, 1]);
    await due.ended();
  });

  test.each([
    ['rest for a second', 1, 1],
    ['are read again at once if their tasks only lack room, after which the worker pauses', 0, 0],
  ])('that a wake leaves as they were %s, and do not count as woken', async (_, room, resting) => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { due, late } = waking(
      waiting(1),
      async () => 'unchanged',
      () => 0,
      room,
    );
    await due.wakeSome();
    await due.ended();
    expect([due.resting, await due.wakeSome(), late]).toEqual([resting, 1 - resting, []]);
    await due.ended();
    vi.advanceTimersByTime(1_000);
    expect([due.resting, await due.wakeSome()]).toEqual([0, 1]);
    await due.ended();
  });
});
