/** Expensive work takes turns by network and client. Clients, networks and the whole queue have limited places. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Overloaded } from '../../src/engine/errors.ts';
import { FairQueue, type QueuedCaller } from '../../src/engine/fair-queue.ts';

const from = (address: string): QueuedCaller => ({ address, network: address.replace(/\d+$/, '0/24'), clientKey: null });
const machine: QueuedCaller = { address: null, network: null, clientKey: null };
const tick = () => new Promise((resolve) => setImmediate(resolve));
const server: QueuedCaller = { address: null, network: null, clientKey: 'app' };

/** A queue whose work ends when the test says so, with the order in which the work began. */
function held(options: Partial<ConstructorParameters<typeof FairQueue>[0]> = {}) {
  const queue = new FairQueue({ concurrency: 1, pauseMsPerPiece: 0, ...options });
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const run = (caller: QueuedCaller, name: string) =>
    queue.run(caller, () => {
      begun.push(name);
      return new Promise<string>((resolve) => ends.push(() => resolve(name)));
    });
  let settled = 0;
  let all = 0;
  const counted = async (caller: QueuedCaller, name: string) => {
    all += 1;
    try {
      return await run(caller, name);
    } finally {
      settled += 1;
    }
  };
  /** Ends the running work until the queue is empty. */
  const endAll = async (): Promise<void> => {
    while (settled < all) {
      ends.shift()?.();
      await tick();
    }
  };
  return { run: counted, begun, ends, endAll };
}

afterEach(() => {
  vi.useRealTimers();
});

describe('expensive work', () => {
  test('waits behind that of its own client, not behind that of another', async () => {
    const { run, begun, endAll } = held();
    const many = Array.from({ length: 80 }, (_, index) => run(from('192.0.2.1'), `flood ${index}`));
    const others = [run(from('198.51.100.7'), 'other network'), run(from('192.0.2.9'), 'same network'), run(machine, 'this machine')];
    await endAll();
    await Promise.all([...many, ...others]);
    expect(begun.slice(0, 5)).toEqual(expect.arrayContaining(['flood 0', 'other network', 'same network', 'this machine']));
    expect(begun.filter((name) => name.startsWith('flood'))).toEqual(many.map((_, index) => `flood ${index}`));
  });

  test('of a network with many addresses gets one turn in two beside one other network', async () => {
    const { run, begun, endAll } = held();
    const crowd = Array.from({ length: 20 }, (_, index) => run(from(`192.0.2.${index}`), 'crowd'));
    const patient = Array.from({ length: 5 }, (_, index) => run(from(`198.51.100.${index}`), 'patient'));
    await endAll();
    await Promise.all([...crowd, ...patient]);
    expect(begun.slice(1, 11).filter((name) => name === 'patient')).toHaveLength(5);
  });

  test('of one client runs one at a time and with pauses when it piles up, so that there is room for others', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { run, begun, ends } = held({ concurrency: 3, pauseMsPerPiece: 20, longestPauseMs: 50 });
    const all = [1, 2, 3, 4].map((n) => run(from('192.0.2.1'), `piece ${n}`));
    await tick();
    expect(begun).toEqual(['piece 1']);
    ends[0]?.();
    await tick();
    vi.advanceTimersByTime(49);
    expect(begun).toEqual(['piece 1']);
    const other = run(from('198.51.100.7'), 'other');
    await tick();
    expect(begun).toEqual(['piece 1', 'other']);
    vi.advanceTimersByTime(1);
    await tick();
    expect(begun).toEqual(['piece 1', 'other', 'piece 2']);
    // The queue no longer grows, so the last pieces follow at once.
    for (let n = 1; n < 5; n += 1) {
      ends[n]?.();
      await tick();
      vi.advanceTimersByTime(n === 2 ? 40 : 0);
      await tick();
    }
    await Promise.all([...all, other]);
  });

  test('that ends quickly is paced as well, after a burst', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const queue = new FairQueue({ concurrency: 1, burst: 2, longestPauseMs: 100 });
    const done: string[] = [];
    const piece = (name: string) => queue.run(machine, async () => void done.push(name));
    // Each piece comes after the one before is done, so the queue never grows.
    for (const name of ['one', 'two']) await piece(name);
    const three = piece('three');
    const other = queue.run(from('192.0.2.1'), async () => void done.push('other'));
    await other;
    expect(done).toEqual(['one', 'two', 'other']);
    vi.advanceTimersByTime(100);
    await three;
    vi.advanceTimersByTime(1000);
    await piece('four');
    expect(done).toEqual(['one', 'two', 'other', 'three', 'four']);
  });

  test('of a server that names no client runs concurrently, like that of many people', async () => {
    const { run, begun, endAll } = held({ concurrency: 3 });
    const all = [1, 2, 3, 4].map((n) => run(server, `piece ${n}`));
    await tick();
    expect(begun).toEqual(['piece 1', 'piece 2', 'piece 3']);
    await endAll();
    await Promise.all(all);
  });

  test('that fails frees its place all the same', async () => {
    const queue = new FairQueue({ concurrency: 1 });
    await expect(queue.run(machine, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await queue.run(machine, async () => 'done')).toBe('done');
  });

  test('that would wait too long is shed, and its place is free again', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { run, begun, endAll } = held({ placesPerClient: 1, longestWaitMs: 1000 });
    const first = run(machine, 'first');
    const late = run(machine, 'late');
    vi.advanceTimersByTime(1000);
    await expect(late).rejects.toThrow(Overloaded);
    const next = run(machine, 'next');
    await endAll();
    await Promise.all([first, next]);
    expect(begun).toEqual(['first', 'next']);
  });
});

describe('places to wait', () => {
  const shed = async (all: readonly Promise<unknown>[], endAll: () => Promise<void>) => {
    const results = Promise.allSettled(all);
    await endAll();
    return (await results).flatMap((result, index) => (result.status === 'rejected' ? [index] : []));
  };

  test('are limited for a client, and another client still has room', async () => {
    const { run, endAll } = held({ placesPerClient: 2 });
    const all = [1, 2, 3, 4].map(() => run(from('192.0.2.1'), 'flood'));
    expect(await shed([...all, run(from('192.0.2.2'), 'other')], endAll)).toEqual([3]);
  });

  test('are limited for a network, and another network still has room', async () => {
    const { run, endAll } = held({ placesPerNetwork: 2 });
    const all = [1, 2, 3, 4].map((host) => run(from(`192.0.2.${host}`), 'flood'));
    expect(await shed([...all, run(from('198.51.100.7'), 'other')], endAll)).toEqual([3]);
  });

  test('are limited for all together', async () => {
    const { run, endAll } = held({ places: 2 });
    const all = ['192.0.2.1', '198.51.100.7', '203.0.113.5', '192.0.2.4'].map((address) => run(from(address), 'one'));
    expect(await shed(all, endAll)).toEqual([3]);
  });
});
