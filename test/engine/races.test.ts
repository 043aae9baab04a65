/** Commits that lose a race to another process. Requests are judged again; work without a request is left to the other process. */
import { expect, test } from 'vitest';
import type { Commit, SessionStore } from '../../src/engine/session-store.ts';
import { MemoryDatabase, type MemoryProcess } from '../support/memory-store.ts';
import { ManualClock, TestProcess } from '../support/test-process.ts';

/** Two processes over one database. The next commits of the first follow an action of the other. */
async function racing() {
  const [database, clock] = [new MemoryDatabase(), new ManualClock()];
  const other = new TestProcess(database.process(), clock);
  const memory = database.process();
  const before: (() => Promise<unknown>)[] = [];
  const store: SessionStore = {
    ...memory.store,
    commit: async (commits: readonly Commit[]) => {
      await before.shift()?.();
      return memory.store.commit(commits);
    },
  };
  const first: MemoryProcess = { isDead: false, writesLeft: Number.POSITIVE_INFINITY, store };
  const process = new TestProcess(first, clock);
  const { id } = await process.begin();
  await process.engine.tasks.idle();
  const timesBegun = () => database.rows.get(id)?.session.context['errands'];
  return { process, other, before, id, timesBegun, due: () => store.load(id) };
}

test('an event that shares its turn with a wake-up is taken after a lost race', async () => {
  const { process, other, before, id, timesBegun, due } = await racing();
  const loaded = await due();
  if (!loaded) throw new Error('There is no session');
  before.push(
    async () => {},
    async () => other.send('household', id, 'AGAIN'),
  );
  const [one, woken, two] = await Promise.all([
    process.send('household', id, 'AGAIN'),
    process.engine.wake(loaded),
    process.send('household', id, 'AGAIN'),
  ]);
  expect([one.rejection, woken, two.rejection]).toEqual([null, 'changed', null]);
  expect(timesBegun()).toBe(4);
});
