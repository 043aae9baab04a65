/** Parents and children across crashes: a process is killed after each of its writes, and another one continues. */
import { describe, expect, test } from 'vitest';
import { MemoryDatabase } from '../support/memory-store.ts';
import { ManualClock, statesOf, TestProcess } from '../support/test-process.ts';

function fresh() {
  const database = new MemoryDatabase();
  const clock = new ManualClock();
  return { database, clock, process: new TestProcess(database.process(), clock) };
}

/** The actions of a person, sent to a living process, and the parent's history after each. */
interface Act {
  readonly taken: string;
  readonly to: (process: TestProcess, parent: string) => Promise<unknown>;
}

const perform = (task: string): Act => ({
  taken: `${task}.done`,
  to: async (process, parent) => process.send('errand', (await process.childOf(parent)) ?? '', 'PERFORM'),
});
const say = (type: string): Act => ({ taken: type, to: (process, parent) => process.send('household', parent, type) });

const [first, second] = [perform('firstErrand'), perform('secondErrand')];

const stories: readonly { name: string; story: readonly Act[]; ends: string; errands: readonly string[] }[] = [
  { name: 'both errands are done', story: [first, second], ends: 'complete', errands: ['performed', 'performed'] },
  { name: 'the parent is cancelled', story: [say('CANCEL')], ends: 'cancelled', errands: ['cancelled'] },
  { name: 'the second is done without', story: [first, say('SKIP')], ends: 'complete', errands: ['performed', 'cancelled'] },
  { name: 'it begins anew', story: [say('AGAIN'), first, second], ends: 'complete', errands: ['cancelled', 'performed', 'performed'] },
];

describe.each(stories)('when $name', ({ story, ends, errands }) => {
  /** @returns true if the process died on the way */
  async function told(writes: number, settles: boolean): Promise<boolean> {
    const { database, clock, process: heir } = fresh();
    const memory = database.process(writes);
    const mortal = new TestProcess(memory, clock);
    let isTold = false;
    const died = new Promise<null>((resolve) => {
      const look = () => (memory.isDead || isTold ? resolve(null) : setImmediate(look));
      look();
    });
    const unlessDead = <T>(work: () => Promise<T>) => (memory.isDead ? null : Promise.race([work(), died]));
    const begun = await unlessDead(() => mortal.begin());
    const parent = begun?.id ?? database.sessions[0]?.id ?? '';
    for (const { taken, to } of story) {
      // Some events of the parent are sent before all tasks are done.
      if (settles || taken.endsWith('.done')) await unlessDead(() => mortal.catchUp());
      await unlessDead(() => to(mortal, parent));
      if (!memory.isDead) continue;
      await heir.catchUp();
      const isTaken = (await heir.engine.history(parent)).some(({ event }) => event === taken);
      if (!isTaken) await to(heir, parent);
      await heir.catchUp();
    }
    await unlessDead(() => mortal.catchUp());
    isTold = true;
    const hasDied = memory.isDead;
    await heir.catchUp();
    expect([await heir.stateOf(parent), statesOf(database, 'errand').sort()]).toEqual([ends, [...errands].sort()]);
    expect(database.sessions.flatMap(({ tasks }) => tasks)).toEqual([]);
    expect([...database.rows.values()].map(({ lease, dueAt }) => [lease, dueAt])).toEqual(database.sessions.map(() => [null, null]));
    const ended = (await heir.engine.history(parent)).map(({ event }) => event).filter((event) => event.endsWith('.done'));
    expect(ended).toEqual(story.map(({ taken }) => taken).filter((taken) => taken.endsWith('.done')));
    return hasDied;
  }

  test.each([true, false])(
    'the result is the same wherever a process dies, whether or not the person waits for pending tasks (%s)',
    async (settles) => {
      let writes = 1;
      while (await told(writes, settles)) writes += 1;
      expect(writes).toBeGreaterThan(5);
    },
  );

  test('the result is the same with two processes in turns', async () => {
    const { database, clock, process: left } = fresh();
    const right = new TestProcess(database.process(), clock);
    const parent = await left.begin();
    for (const [index, { to }] of story.entries()) {
      await Promise.all([left.catchUp(), right.catchUp()]);
      await to(index % 2 === 0 ? right : left, parent.id);
    }
    await Promise.all([left.catchUp(), right.catchUp()]);
    await Promise.all([left.catchUp(), right.catchUp()]);
    expect([await left.stateOf(parent.id), statesOf(database, 'errand').sort()]).toEqual([ends, [...errands].sort()]);
  });
});
