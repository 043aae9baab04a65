/** A start with an Idempotency-Key makes one session of one workflow, for a day. The database is in memory. */
import { expect, test } from 'vitest';
import { IdempotencyMismatch } from '../../src/engine/errors.ts';
import { Workflows } from '../../src/engine/machines/workflows.ts';
import { serviceCaller } from '../../src/engine/ports.ts';
import { MemoryDatabase } from '../support/memory-store.ts';
import { ManualClock, TestProcess, testDefinitions } from '../support/test-process.ts';
import { seed } from '../support/workflows.ts';

const workflows = new Workflows(testDefinitions, seed);
const hour = 3_600_000;
const key = 'a key that is given to two collections';

function fresh(firstEvent: { readonly type: string } | null = null) {
  const [database, clock] = [new MemoryDatabase(), new ManualClock()];
  const start = ({ word }: Readonly<Record<string, unknown>>) => ({ event: firstEvent, personal: { word: String(word) } });
  const process = new TestProcess(database.process(), clock, { workflows, resolvers: { household: { start }, errand: { start } } });
  const begin = (name: string, fingerprint = 'body') => {
    const workflow = workflows.latest().find((each) => each.name === name) ?? expect.fail(`No ${name}`);
    return process.engine.start(workflow, { word: 'bread' }, { key, keys: [key], fingerprints: [fingerprint] }, serviceCaller);
  };
  return { database, clock, process, begin };
}

test('a key starts a separate session in each workflow', async () => {
  const { database, begin } = fresh();
  const household = (await begin('household')).session;
  const errand = (await begin('errand', 'another body')).session;
  expect([household.workflow, errand.workflow]).toEqual(['household', 'errand']);
  expect((await begin('household')).session.id).toBe(household.id);
  expect((await begin('errand', 'another body')).session.id).toBe(errand.id);
  await expect(begin('errand')).rejects.toThrow(IdempotencyMismatch);
  expect(database.rows.has(household.id) && database.rows.has(errand.id)).toBe(true);
});

test.each([0, 11, 23])('a key names its session for 24 hours and no longer, if it was used after %i hours', async (hours) => {
  const { clock, begin } = fresh();
  clock.ms += hours * hour;
  const { id } = (await begin('errand')).session;
  clock.ms += 24 * hour - 1;
  expect((await begin('errand')).session.id).toBe(id);
  clock.ms += 1;
  const next = (await begin('errand')).session.id;
  expect(next).not.toBe(id);
  expect((await begin('errand')).session.id).toBe(next);
});

test('a start whose first event was refused is answered with the same refusal again', async () => {
  const { process, begin } = fresh({ type: 'SKIP' });
  const first = await begin('household');
  expect(first.rejection).toEqual({ kind: 'not-accepted' });
  await process.send('household', first.session.id, 'AGAIN');
  const again = await begin('household');
  expect([again.rejection, again.context, again.session.context]).toEqual([{ kind: 'not-accepted' }, { errands: 1 }, { errands: 2 }]);
});
