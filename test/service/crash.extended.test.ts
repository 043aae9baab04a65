/** A real `kill -9` at any point: everything acknowledged survives the restart, and no count is lower. */
import { afterEach, describe, expect, test } from 'vitest';
import { type ChildService, startChild } from '../support/process.ts';
import { Client, databaseKinds, otherThan, type TestDatabase, type TestSession, testDatabase } from '../support/service.ts';

const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));

/** A small generator, so that a failed run can be repeated with its seed (mulberry32). */
function random(from: number): () => number {
  let state = from;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Sends the session an event, chosen by a number from 0 to 1. @returns the address of its codes afterwards */
async function happen(dice: number, session: TestSession, address: string, nextAddress: string): Promise<string> {
  const { client } = session;
  if (dice < 0.4) await session.submit(otherThan(await client.codeFor(address)));
  else if (dice < 0.6) await session.send('resend-code');
  else if (dice < 0.8) await client.clock({ advance: dice < 0.7 ? 'PT90S' : 'PT17M' });
  else return (await session.send('change-email', { email: nextAddress })).status === 200 ? nextAddress : address;
  return address;
}

describe.each(databaseKinds)('after kill -9 on %s', (kind) => {
  let database: TestDatabase;
  let child: ChildService;
  const start = async () => {
    child = await startChild(database.environment);
    return new Client(child.url);
  };
  afterEach(async () => {
    await child.kill();
    await database.remove();
  });

  test(`every acknowledged guess, resend, change and deadline is stored (SEED=${seed})`, async () => {
    const next = random(seed);
    database = await testDatabase(kind);
    let client = await start();
    await client.freeze();
    let session = await client.verify('first@example.com');
    let known = session.created;
    let address = 'first@example.com';
    for (let crash = 0; crash < 4; crash += 1) {
      for (let event = Math.floor(next() * 4); event >= 0; event -= 1) {
        address = await happen(next(), session, address, `next${crash}-${event}@example.com`);
        known = await session.read();
      }
      await child.kill();
      client = await start();
      session = session.through(client);
      const { sessionToken: _, ...expected } = known;
      expect(await session.read()).toEqual(expected);
    }
  });

  test('parallel wrong guesses before and after it are at most five', async () => {
    database = await testDatabase(kind);
    const client = await start();
    const session = await client.verify('guessed@example.com');
    const wrong = otherThan(await client.codeFor('guessed@example.com'));
    let acknowledged = 0;
    const guess = async (of: TestSession) => {
      const answer = await of.submit(wrong).catch(() => null);
      if (answer?.body.code === 'wrong-code') acknowledged += 1;
      // In the middle of the others: some were written and not answered, some not even read.
      if (acknowledged === 2) void child.kill();
    };
    await Promise.all(Array.from({ length: 20 }, () => guess(session)));
    await child.kill();
    const again = await start();
    const after = session.through(again);
    const { attemptsLeft } = (await after.read()).data;
    expect(attemptsLeft).toBeLessThanOrEqual(5 - acknowledged);
    const answers = await Promise.all(Array.from({ length: 20 }, () => after.submit(wrong)));
    expect(answers.filter(({ body }) => body.code === 'wrong-code')).toHaveLength(attemptsLeft);
    expect((await after.history()).filter(({ refusal }) => refusal === 'wrong-code')).toHaveLength(5);
  });
});
