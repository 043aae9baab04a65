/** A session that waits for another one: it is started once, heard of once and never left running, whatever dies in between. */
import { describe, expect, test } from 'vitest';
import { InvalidBody, RateLimited } from '../../src/engine/errors.ts';
import { nextDueAt } from '../../src/engine/session.ts';
import { ManualClock, personalOf, statesOf, TestProcess } from '../support/family.ts';
import { MemoryDatabase } from '../support/memory-store.ts';

function fresh() {
  const database = new MemoryDatabase();
  const clock = new ManualClock();
  const memory = database.process();
  return { database, clock, memory, process: new TestProcess(memory, clock) };
}

function gated() {
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, gate };
}

describe('a child session', () => {
  test('is started by its parent, which then waits for it without a lease and with nothing to try again', async () => {
    const { database, process } = fresh();
    const parent = await process.begin();
    await process.catchUp();
    const child = await process.childOf(parent.id);
    expect(database.sessions.map(({ id }) => id).sort()).toEqual([parent.id, child].sort());
    const row = database.rows.get(parent.id);
    expect([row?.lease, row?.dueAt]).toEqual([null, null]);
    expect(row?.session.tasks).toMatchObject([{ src: 'errand', child, retryAt: null }]);
    expect(database.rows.get(child ?? '')?.session).toMatchObject({
      parent: { workflow: 'household', id: parent.id, generation: 1 },
      keyId: parent.keyId,
    });
    expect(await process.stateOf(child ?? '')).toBe('waiting');
  });

  test('is told what its start has room for: what its parent knows, and the input of the invocation', async () => {
    const { process } = fresh();
    await process.begin();
    await process.catchUp();
    expect(process.bodies.at(-1)).toEqual({ word: 'bread', number: 1, device: { type: 'Phone' } });
  });

  test('gives its end and what is wanted of what it knows, and the next one starts', async () => {
    const { database, process } = fresh();
    const parent = await process.begin();
    await process.catchUp();
    const first = await process.childOf(parent.id);
    await process.send('errand', first ?? '', 'PERFORM');
    await process.catchUp();
    const { session } = await process.engine.read(parent.id);
    expect(session.value).toBe('second');
    expect(personalOf(session)).toEqual({ word: 'bread', deviceType: 'Phone', secret: 'kept', answer: 'bread!' });
    const second = await process.childOf(parent.id);
    expect(second).not.toBe(first);
    expect(database.rows.get(first ?? '')?.session.tasks).toEqual([]);
    await process.send('errand', second ?? '', 'PERFORM');
    await process.catchUp();
    const history = (await process.engine.history(parent.id)).map(({ event, from, to }) => [event, from, to]);
    expect(history).toEqual([
      ['start', null, 'first'],
      ['firstErrand.done', 'first', 'second'],
      ['secondErrand.done', 'second', 'complete'],
    ]);
  });

  test('that its own holder cancels ends for its parent too, and gives nothing', async () => {
    const { process } = fresh();
    const parent = await process.begin();
    await process.catchUp();
    await process.send('errand', (await process.childOf(parent.id)) ?? '', 'CANCEL');
    await process.catchUp();
    const { session } = await process.engine.read(parent.id);
    expect([session.value, personalOf(session)['answer']]).toEqual(['failed', undefined]);
  });

  test.each([
    ['is cancelled', async (process: TestProcess, _clock: ManualClock, id: string) => void (await process.send('household', id, 'CANCEL'))],
    [
      'does without it',
      async (process: TestProcess, _clock: ManualClock, id: string) => void (await process.send('household', id, 'SKIP')),
    ],
    [
      'runs out of patience',
      async (_process: TestProcess, clock: ManualClock) => {
        clock.ms += 60_000;
      },
    ],
  ])('is cancelled when its parent %s', async (_, leave) => {
    const { database, clock, process } = fresh();
    const parent = await process.begin();
    await process.catchUp();
    await process.send('errand', (await process.childOf(parent.id)) ?? '', 'PERFORM');
    await process.catchUp();
    const second = await process.childOf(parent.id);
    await leave(process, clock, parent.id);
    await process.catchUp();
    expect(await process.stateOf(second ?? '')).toBe('cancelled');
    expect(database.sessions.flatMap(({ tasks }) => tasks)).toEqual([]);
    expect(database.sessions.every((session) => session.status === 'done' && nextDueAt(session) === null)).toBe(true);
  });

  test('is another one when its parent begins anew', async () => {
    const { database, process } = fresh();
    const parent = await process.begin();
    await process.catchUp();
    const first = await process.childOf(parent.id);
    await process.send('household', parent.id, 'AGAIN');
    await process.catchUp();
    const next = await process.childOf(parent.id);
    expect([await process.stateOf(first ?? ''), await process.stateOf(next ?? '')]).toEqual(['cancelled', 'waiting']);
    expect(database.sessions).toHaveLength(3);
  });

  test('that could not be started leaves its parent nothing to wait for', async () => {
    const database = new MemoryDatabase();
    let starts = 0;
    const refusing = {
      household: { start: () => ({ event: null, personal: {} }) },
      errand: {
        start: () => {
          starts += 1;
          // The first is the trial before the parent's own commit.
          if (starts > 1) throw new InvalidBody('/word', 'Not a word');
          return { event: null, personal: {} };
        },
      },
    };
    const process = new TestProcess(database.process(), new ManualClock(), { resolvers: refusing });
    const parent = await process.begin();
    await process.catchUp();
    expect(await process.stateOf(parent.id)).toBe('failed');
    // Somebody may have started it at the last moment: its id is taken.
    expect(statesOf(database, 'errand')).toEqual(['cancelled']);
  });

  test('that may not be started refuses the request that leads to it, and nothing is there', async () => {
    const database = new MemoryDatabase();
    const deliver = {
      admit: () => Promise.reject(new RateLimited(1)),
      run: async () => ({ outcome: 'done' as const }),
    };
    const process = new TestProcess(database.process(), new ManualClock(), { handlers: { deliver } });
    await expect(process.begin()).rejects.toBeInstanceOf(RateLimited);
    expect(database.sessions).toEqual([]);
  });

  test('whose start is still under way elsewhere when its parent is cancelled finds its place taken', async () => {
    const { database, clock, process } = fresh();
    const { open, gate } = gated();
    let starts = 0;
    const slow = new TestProcess(database.process(), clock, {
      resolvers: {
        household: { start: () => ({ event: null, personal: { word: 'bread' } }) },
        errand: {
          start: async () => {
            starts += 1;
            if (starts > 1) await gate;
            return { event: null, personal: {} };
          },
        },
      },
    });
    const parent = await slow.begin();
    await process.send('household', parent.id, 'CANCEL');
    await process.catchUp();
    expect(statesOf(database, 'errand')).toEqual(['cancelled']);
    open();
    await slow.catchUp();
    expect([starts, statesOf(database, 'errand'), database.sessions.flatMap(({ tasks }) => tasks)]).toEqual([2, ['cancelled'], []]);
  });

  test('is waited for as long as its own tasks run', async () => {
    const database = new MemoryDatabase();
    const { open, gate } = gated();
    const deliver = { run: () => gate.then(() => ({ outcome: 'done' as const })) };
    const process = new TestProcess(database.process(), new ManualClock(), { handlers: { deliver } });
    const parent = await process.begin();
    let isSettled = false;
    const settled = process.engine.settle({ session: parent }, 10_000).then((reply) => {
      isSettled = true;
      return reply;
    });
    while (!statesOf(database, 'errand').includes('delivering')) await new Promise((resolve) => setImmediate(resolve));
    expect(isSettled).toBe(false);
    open();
    expect((await settled).session.tasks[0]?.child).toEqual(expect.any(String));
    expect(statesOf(database, 'errand')).toEqual(['waiting']);
  });
});

/** What a person does, to whichever process is there, and what the parent's history says when it was taken. */
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
  /** @returns whether the process died on the way */
  async function told(writes: number, settles: boolean): Promise<boolean> {
    const { database, clock, process: heir } = fresh();
    const memory = database.process(writes);
    const mortal = new TestProcess(memory, clock);
    const died = new Promise<null>((resolve) => {
      const look = () => (memory.isDead ? resolve(null) : setImmediate(look));
      look();
    });
    const unlessDead = <T>(work: () => Promise<T>) => (memory.isDead ? null : Promise.race([work(), died]));
    const begun = await unlessDead(() => mortal.begin());
    const parent = begun?.id ?? database.sessions[0]?.id ?? '';
    for (const { taken, to } of story) {
      // Of those that speak to the parent, some speak before all has settled.
      if (settles || taken.endsWith('.done')) await unlessDead(() => mortal.catchUp());
      await unlessDead(() => to(mortal, parent));
      if (!memory.isDead) continue;
      await heir.catchUp();
      const isTaken = (await heir.engine.history(parent)).some(({ event }) => event === taken);
      if (!isTaken) await to(heir, parent);
      await heir.catchUp();
    }
    await unlessDead(() => mortal.catchUp());
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
    'it ends so wherever a process dies, whether or not the person waits until all has settled (%s)',
    async (settles) => {
      let writes = 1;
      while (await told(writes, settles)) writes += 1;
      expect(writes).toBeGreaterThan(5);
    },
  );

  test('it ends so with two processes that take turns', async () => {
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
