/** Guesses at one destination for more than a month, from several networks and through both processes. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshNumber } from '../../src/testing/participants/numbers.ts';
import { day, freely, freshAddress, guessAll, guessesAYear, network, type Served, serve, verify } from '../support/guesser.ts';
import { type Client, databaseKinds } from '../support/service.ts';

const networks = Array.from({ length: 4 }, (_, n) => network(n + 1));

describe.each(databaseKinds)('at one destination, on %s', (kind) => {
  let served: Served;
  let client: Client;
  beforeAll(async () => {
    served = await serve(kind, freely);
    client = served.process(0);
  });
  afterAll(() => served.remove());

  test.each([
    ['an address', freshAddress],
    ['a number', () => freshNumber('mobile')],
  ])('four networks get ten guesses at %s, and then ten a day, for more than a month', { timeout: 300_000 }, async (_, fresh) => {
    const to = fresh();
    const days: number[] = [];
    for (let n = 0; n < 31; n += 1) {
      days.push(await guessAll(served, to, networks, n % 2 === 0 || to.includes('@') ? {} : { channel: 'voice' }));
      await served.later(day);
    }
    expect(days).toEqual([20, ...Array.from({ length: 30 }, () => 10)]);
    const month = days.slice(0, 30).reduce((sum, guesses) => sum + guesses, 0);
    expect((month * 365) / 30).toBeLessThan(guessesAYear);
    // A month without guesses clears the count, and a code has all its attempts again.
    await served.later(30 * day);
    expect((await verify(client, to)).body.data.attemptsLeft).toBe(5);
  });
});
