/** Destinations that close after many wrong codes in a row, as under `strict`. Counts outlive a change of keys. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  adminKey,
  day,
  enter,
  freely,
  freshAddress,
  guessAll,
  minute,
  network,
  type Served,
  serve,
  sessionOf,
  verdict,
  verify,
} from '../support/guesser.ts';
import { Client, databaseKinds, otherThan, startIn, testDatabase } from '../support/service.ts';

const open = (client: Client, to: string, key = adminKey) => client.call('POST', '/admin/destinations/open', { token: key, body: { to } });

test('with `strict`, a hundred wrong codes in a row close an address, until an admin opens it', async () => {
  const served = await serve('PGlite', 'strict');
  try {
    const client = served.process(0);
    const to = freshAddress();
    let evaluated = 0;
    for (let days = 0; days < 15; days += 1) {
      for (let n = 1; n <= 4; n += 1) {
        evaluated += await guessAll(served, to, [network(n)]);
        // Messages have a separate limit.
        await served.later(10 * minute);
      }
      await served.later(day);
    }
    expect(evaluated).toBe(100);
    await served.later(300 * day);
    const refused = await verify(client, to, network(9));
    expect([verdict(refused), refused.body.limit]).toEqual(['429 rate-limited', 'guesses-closed']);
    expect((await open(client, to)).status).toBe(204);
    const session = sessionOf(client, await verify(client, to, network(9)));
    expect(verdict(await enter(session, await client.codeFor(to), network(9)))).toBe('verified');
  } finally {
    await served.remove();
  }
});

describe.each(databaseKinds)('destinations that close after twelve, on %s', (kind) => {
  let served: Served;
  let client: Client;
  beforeAll(async () => {
    served = await serve(kind, { ...freely, failuresPerDestination: 12 });
    client = served.process(0);
  });
  afterAll(() => served.remove());

  test('an earlier code is not compared; an admin opens the address, and the wrong codes of the month still count', async () => {
    const to = freshAddress();
    const before = sessionOf(client, await verify(client, to, network(8)));
    const code = await client.codeFor(to);
    expect(await guessAll(served, to, [network(1)])).toBe(12);
    const refused = await enter(before, code, network(8));
    expect([verdict(refused), refused.body.limit]).toEqual(['429 too-many-attempts', 'guesses-closed']);
    expect((await open(client, to, 'not-a-key-of-the-support-desk')).status).toBe(401);
    expect((await open(client, 'nowhere')).status).toBe(400);
    expect((await open(client, to.toUpperCase())).status).toBe(204);
    expect(verdict(await enter(before, code, network(8)))).toBe('verified');
    expect((await verify(client, to, network(8))).body.data.attemptsLeft).toBe(1);
  });

  test('a correct code ends the row of wrong ones', async () => {
    const to = freshAddress();
    for (let round = 0; round < 3; round += 1) {
      const guesses = round === 0 ? 9 : 3;
      for (let made = 0; made < guesses; ) {
        const session = sessionOf(client, await verify(client, to, network(1)));
        const wrong = otherThan(await client.codeFor(to));
        while (made < guesses && (await enter(session, wrong)).status === 422) made += 1;
        await served.later(day);
      }
      const session = sessionOf(client, await verify(client, to, network(2)));
      expect(verdict(await enter(session, await client.codeFor(to), network(2)))).toBe('verified');
    }
  });
});

test('a new first key keeps the counts, and so does the return of the former one', async () => {
  const { environment, remove } = await testDatabase('PGlite');
  const key = (name: string) => `${name}:${Buffer.alloc(32, name).toString('base64')}`;
  const to = freshAddress();
  const under = async (names: readonly string[], use: (client: Client) => Promise<void>) => {
    const service = await startIn({ ...environment, SECRET_KEYS: names.map(key).join() });
    await use(new Client(service.url)).finally(() => service.stop());
  };
  const guess = async (client: Client, left: number) => {
    const session = await client.verify(to);
    expect(session.created.data.attemptsLeft).toBe(left);
    const wrong = otherThan(await client.codeFor(to));
    for (let n = 0; n < left; n += 1) expect((await session.submit(wrong)).body.code).toBe('wrong-code');
  };
  try {
    await under(['a'], (client) => guess(client, 5));
    await under(['a', 'b'], async (client) => expect((await client.verify(to)).created.data.attemptsLeft).toBe(5));
    await under(['b', 'a'], (client) => guess(client, 5));
    await under(['a', 'b'], (client) => guess(client, 1));
    await under(['c', 'b', 'a'], (client) => guess(client, 1));
    await under(['b', 'c', 'a'], async (client) => {
      await guess(client, 1);
      expect((await client.post('/v1/email-verifications', { email: to })).body.limit).toBe('guesses-network');
    });
  } finally {
    await remove();
  }
});
