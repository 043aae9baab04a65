/** Guesses at the codes of one account add up over the owner's logins, to at most 5,000 a year, as at a destination. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { goodPassword as password } from '../../src/testing/participants/password.ts';
import {
  asking,
  day,
  enter,
  freely,
  freshPerson,
  guessesAYear,
  minute,
  network,
  type Person,
  type Served,
  serve,
  sessionOf,
  verdict,
} from '../support/guesser.ts';
import { type Client, databaseKinds, otherThan } from '../support/service.ts';

const wrong = '422 wrong-code';

describe.each(databaseKinds)('at one account, on %s', (kind) => {
  let served: Served;
  let client: Client;
  beforeAll(async () => {
    served = await serve(kind, freely);
    client = served.process(0);
  });
  afterAll(() => served.remove());

  async function begin({ email }: Person, channel: string, from: string, n = 0) {
    const answer = await served.process(n).post('/v1/login-verifications', { email, password, channel }, { headers: asking(from) });
    expect(verdict(answer)).toMatch(/^codeActive/);
    return sessionOf(served.process(n), answer);
  }

  /**
   * A thief of password and mailbox enters nine wrong codes and logs in by email, repeatedly, until no guess is compared any more.
   * @returns the time of each compared guess
   */
  async function attack(victim: Person, networks: readonly string[]): Promise<number[]> {
    const looked: number[] = [];
    for (let before = -1; looked.length > before; ) {
      before = looked.length;
      for (const [turn, guesses] of [5, 4].entries()) {
        const session = await begin(victim, 'sms', networks[turn % networks.length] ?? '', turn);
        const code = otherThan(await client.codeFor(victim.phone));
        for (let n = 0; n < guesses; n += 1) {
          const from = networks[(looked.length + n) % networks.length];
          if (verdict(await enter(session.through(served.process(n)), code, from)) === wrong) looked.push(served.now());
        }
      }
      const login = await begin(victim, 'email', network(200));
      await enter(login, await client.codeFor(victim.email), network(200));
      await served.later(15 * minute);
    }
    return looked;
  }

  test('right codes between them allow at most a hundred in a month, and then ten a day', { timeout: 240_000 }, async () => {
    const victim = await freshPerson(client);
    const networks = [1, 2, 3, 4, 5].map(network);
    const looked: number[] = [];
    for (let n = 0; n < 4; n += 1) {
      looked.push(...(await attack(victim, networks)));
      await served.later(day);
    }
    const throttled = looked.slice(100);
    expect(throttled.length).toBeGreaterThan(20);
    for (const [n, at] of throttled.slice(10).entries()) expect(at - (throttled[n] ?? 0)).toBeGreaterThanOrEqual(day);
    expect(13 * 100 + 366 * 10).toBeLessThan(guessesAYear);
  });

  test('one network gets three of the ten; the owner logs in from another one', { timeout: 240_000 }, async () => {
    const victim = await freshPerson(client);
    expect(await attack(victim, [network(1)])).toHaveLength(103);
    const refused = await enter(await begin(victim, 'sms', network(1)), '000000', network(1));
    expect([refused.body.code, refused.body.limit]).toEqual(['too-many-attempts', 'account-guesses-network']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const owner = await begin(victim, 'sms', network(2));
    expect(verdict(await enter(owner, await client.codeFor(victim.phone), network(2)))).toBe('authenticated');
  });

  test('codes after a right password count apart from those that verify the same address', async () => {
    const victim = await freshPerson(client);
    for (let n = 0; n < 2; n += 1) {
      const answer = await client.post('/v1/email-verifications', { email: victim.email }, { headers: asking(network(1)) });
      for (let guess = 0; guess < 5; guess += 1) await enter(sessionOf(client, answer), '000000');
    }
    const login = await begin(victim, 'email', network(1));
    expect(login.created.data.attemptsLeft).toBe(5);
    expect(verdict(await enter(login, otherThan(await client.codeFor(victim.email))))).toBe(wrong);
    expect(verdict(await enter(login, await client.codeFor(victim.email)))).toBe('authenticated');
  });

  test('a guess that the account refuses for a quarter of an hour costs nothing', async () => {
    const victim = await freshPerson(client);
    for (let n = 0; n < 2; n += 1) {
      const session = await begin(victim, 'sms', network(1));
      for (let guess = 0; guess < 5; guess += 1) expect(verdict(await enter(session, '000000'))).toBe(wrong);
    }
    const blocked = await begin(victim, 'sms', network(1));
    for (let guess = 0; guess < 120; guess += 1) {
      const answer = await enter(blocked, '000000');
      expect([verdict(answer), answer.body.limit]).toEqual(['429 too-many-attempts after 900 s', 'account-blocked']);
    }
    await served.later(15 * minute);
    expect(verdict(await enter(blocked, await client.codeFor(victim.phone)))).toBe('authenticated');
  });
});
