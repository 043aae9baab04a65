/** Results that are stored with their session: signed by the commit that ends the session, and by no other. */
import { expect, test } from 'vitest';
import type { Results } from '../../src/engine/ports.ts';
import { MemoryDatabase } from '../support/memory-store.ts';
import { ManualClock, TestProcess } from '../support/test-process.ts';

const lifetimeMs = 15 * 60_000;
const unsigned: Results = { seal: async () => null };

/** Processes over one database that sign, and an errand that waits for its holder. No two signatures are equal. */
async function waitingErrand() {
  const [database, clock] = [new MemoryDatabase(), new ManualClock()];
  const signed: string[] = [];
  const results: Results = {
    seal: async (workflow, { endedAt }) => {
      signed.push(`${workflow.name} ${signed.length}`);
      return { sealed: signed.at(-1) ?? '', expiresAt: (endedAt ?? 0) + lifetimeMs };
    },
  };
  const processOf = (writesLeft: number, of = results) => new TestProcess(database.process(writesLeft), clock, { results: of });
  const process = processOf(Number.POSITIVE_INFINITY);
  const parent = await process.begin();
  await process.catchUp();
  const id = (await process.childOf(parent.id)) ?? expect.fail('There is no errand');
  await process.catchUp();
  return { database, clock, signed, process, processOf, id, stored: () => database.rows.get(id)?.session.result };
}

const result = (sealed: string, { ms }: ManualClock) => ({ sealed, expiresAt: ms + lifetimeMs });

test('a process that dies after the commit and before the answer leaves the result to all others', async () => {
  const { process, processOf, clock, signed, id, stored } = await waitingErrand();
  const mortal = processOf(1);
  void mortal.send('errand', id, 'PERFORM');
  await expect.poll(mortal.isDead).toBe(true);
  const others = await Promise.all([process, processOf(9)].map(async ({ engine }) => (await engine.read(id)).session.result));
  expect([stored(), ...others]).toEqual(Array.from({ length: 3 }, () => result('errand 0', clock)));
  expect(signed).toEqual(['errand 0']);
});

test('the answer has the result that was committed, and so have answers of the same turn', async () => {
  const { process, processOf, clock, id, stored } = await waitingErrand();
  const other = processOf(Number.POSITIVE_INFINITY);
  // Both processes end the session, and one of them loses the race.
  const senders = [process, process, other, other];
  const replies = await Promise.all(senders.map((sender) => sender.send('errand', id, 'PERFORM')));
  expect(replies.filter(({ rejection }) => rejection === null)).toHaveLength(1);
  for (const { session } of replies) expect(session.result).toEqual(stored());
  expect(stored()?.expiresAt).toBe(result('', clock).expiresAt);
});

test('a later commit signs no result of a session that ended without one, and keeps one until it expires', async () => {
  for (const [first, later] of [
    [unsigned, null],
    [undefined, 'errand 0'],
  ] as const) {
    const { processOf, clock, id, stored } = await waitingErrand();
    await processOf(9, first).send('errand', id, 'PERFORM');
    const kept = later === null ? null : result(later, clock);
    const process = processOf(Number.POSITIVE_INFINITY);
    const commit = async () => {
      await process.engine.addDetachedTask(id, { src: 'deliver', input: {} });
      await process.engine.tasks.idle();
    };
    await commit();
    expect(stored()).toEqual(kept);
    clock.ms += lifetimeMs - 1;
    await commit();
    expect(stored()).toEqual(kept);
    clock.ms += 1;
    await commit();
    expect(stored()).toBeNull();
  }
});
