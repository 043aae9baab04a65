/** Counts of starts in a process: by client and network, over a period, in limited memory. */
import { describe, expect, test } from 'vitest';
import { RateLimited } from '../../src/engine/errors.ts';
import { serviceCaller } from '../../src/engine/ports.ts';
import { StartCounts } from '../../src/http/requests/start-limits.ts';

const limits = { startsPerClient: 2, startsPerNetwork: 3, startsWindowMs: 1_000 };
const from = (client: string | null, network: string | null = 'n') => ({ client, network });

/** @returns the limit that refuses, and its end; null if none does */
function start(counts: StartCounts, ...[caller, at]: Parameters<StartCounts['count']>) {
  try {
    counts.count(caller, at);
    return null;
  } catch (error) {
    if (!(error instanceof RateLimited)) throw error;
    return [error.limit, error.until];
  }
}

describe('starts', () => {
  test('of a client, and of the clients of a network, have a limit in a period that begins with the first', () => {
    const counts = new StartCounts(limits);
    expect([10, 20, 30].map((at) => start(counts, from('a'), at))).toEqual([null, null, ['client', 1_010]]);
    expect([40, 50].map((at) => start(counts, from('b'), at))).toEqual([null, ['network', 1_010]]);
    expect(start(counts, from('b', 'other'), 60)).toBeNull();
    expect([1_009, 1_010].map((at) => start(counts, from('a'), at))).toEqual([['client', 1_010], null]);
  });

  test('that are refused do not count', () => {
    const counts = new StartCounts(limits);
    for (let n = 0; n < 5; n += 1) start(counts, from('a'), 0);
    expect(start(counts, from('b'), 0)).toBeNull();
  });

  test('of a client without a network count for the client alone; those without a client do not count', () => {
    const counts = new StartCounts({ ...limits, startsPerClient: 10 });
    expect(Array.from({ length: 4 }, () => start(counts, from('a', null), 5))).toEqual([null, null, null, ['network', 1_005]]);
    for (let n = 0; n < 10; n += 1) expect(start(counts, serviceCaller, 5)).toBeNull();
  });

  test('expire after the period, the oldest even earlier if there are too many clients', () => {
    const counts = new StartCounts({ ...limits, startsPerNetwork: 100 }, 5);
    for (const client of ['a', 'a', 'b', 'c', 'd']) start(counts, from(client), 0);
    expect([start(counts, from('a'), 1), start(counts, from('e'), 1), start(counts, from('a'), 2)]).toEqual([
      ['client', 1_000],
      null,
      null,
    ]);
  });
});
