/** A session that waits for another one: the child starts once, reports once, and never runs without its parent. */
import { describe, expect, test } from 'vitest';
import { InvalidBody, RateLimited, StoreUnavailable } from '../../src/engine/errors.ts';
import { nextDueAt } from '../../src/engine/session.ts';
import { takeTurn } from '../../src/engine/sessions/turn.ts';
import { claimTasks } from '../../src/engine/tasks/claim.ts';
import { attemptEnded, standardRetries } from '../support/attempt-ends.ts';
import { MemoryDatabase } from '../support/memory-store.ts';
import { ManualClock, personalOf, statesOf, TestProcess, vault } from '../support/test-process.ts';

function fresh() {
  const database = new MemoryDatabase();
  const clock = new ManualClock();
  return { database, clock, process: new TestProcess(database.process(), clock) };
}

function gated() {
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, gate };
}

describe('the secrets of an ended session', () => {
  test.each(['CANCEL', 'SKIP', 'time'])('goes with its end, however that comes (%s), and not before', async (way) => {
    const { database, clock, process } = fresh();
    const parent = await process.begin();
    await process.catchUp();
    await process.send('errand', (await process.childOf(parent.id)) ?? '', 'PERFORM');
    await process.catchUp();
    expect(personalOf((await process.engine.read(parent.id)).session)).toMatchObject({ secret: 'kept' });
    if (way === 'time') clock.ms += 60_000;
    else await process.send('household', parent.id, way);
    await process.engine.read(parent.id);
    const { session } = database.rows.get(parent.id) ?? expect.fail('It is gone');
    expect([session.status, Object.keys(personalOf(session)).sort()]).toEqual(['done', ['answer', 'deviceType', 'word']]);
  });
});

describe('a child session', () => {
  test('is started by its parent, which then waits for it without a lease and without retries', async () => {
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

  test('receives the details of its parent that its start accepts, and the input of the invocation', async () => {
    const { process } = fresh();
    await process.begin();
    await process.catchUp();
    expect(process.bodies.at(-1)).toEqual({ word: 'bread', number: 1, device: { type: 'Phone' } });
  });

  test('returns its outcome and the shared details, and the next child starts', async () => {
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

  test('that its own holder cancels ends for its parent too, and returns nothing', async () => {
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
      'times out',
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

  test('is another one after its parent starts over', async () => {
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
          // The first call is the check before the parent's own commit.
          if (starts > 1) throw new InvalidBody('/word', 'Not a word');
          return { event: null, personal: {} };
        },
      },
    };
    const process = new TestProcess(database.process(), new ManualClock(), { resolvers: refusing });
    const parent = await process.begin();
    await process.catchUp();
    expect(await process.stateOf(parent.id)).toBe('failed');
    // A late start would find the child's id taken.
    expect(statesOf(database, 'errand')).toEqual(['cancelled']);
  });

  test('that may not be started refuses the request that leads to it, and no session is created', async () => {
    const database = new MemoryDatabase();
    const deliver = {
      admit: () => Promise.reject(new RateLimited(1)),
      run: async () => ({ outcome: 'done' as const }),
    };
    const process = new TestProcess(database.process(), new ManualClock(), { handlers: { deliver } });
    await expect(process.begin()).rejects.toBeInstanceOf(RateLimited);
    expect(database.sessions).toEqual([]);
  });

  test('whose start is still under way in another process when its parent is cancelled finds its id taken', async () => {
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

  test('is started after any number of failures', async () => {
    const database = new MemoryDatabase();
    const clock = new ManualClock();
    let starts = 0;
    const struggling = {
      household: { start: () => ({ event: null, personal: {} }) },
      errand: {
        start: () => {
          starts += 1;
          if (starts > 1 && starts <= 10) throw new StoreUnavailable('away');
          return { event: null, personal: {} };
        },
      },
    };
    const process = new TestProcess(database.process(), clock, { resolvers: struggling });
    const parent = await process.begin();
    for (let hour = 0; hour < 10; hour += 1) {
      await process.catchUp();
      clock.ms += 3_600_000;
    }
    expect([starts, await process.stateOf(parent.id), statesOf(database, 'errand')]).toEqual([11, 'first', ['waiting']]);
  });

  test('that runs is not restarted when another task of its parent lost its process, nor by a late answer of its own start', async () => {
    const { process } = fresh();
    const { id } = await process.begin();
    await process.catchUp();
    const { session, workflow } = await process.engine.read(id);
    const at = session.updatedAt;
    expect(claimTasks(workflow, session, at, { orphaned: () => true, retryPolicy: standardRetries, room: 1 }).begun).toEqual([]);
    const late = [attemptEnded({ outcome: 'handed-back' }), attemptEnded({ outcome: 'awaits', child: 'another' })];
    const turn = await takeTurn(workflow, session, late, at, { resolvers: {}, handlers: {}, vault });
    expect(turn.session).toBe(session);
  });

  test('that has ended is acknowledged when its parent has moved on and has another child', async () => {
    const { database, process } = fresh();
    const parent = await process.begin();
    await process.catchUp();
    const reply = await process.send('errand', (await process.childOf(parent.id)) ?? '', 'PERFORM');
    await process.engine.settle(reply, 10_000);
    expect(statesOf(database, 'household')).toEqual(['second']);
    expect(statesOf(database, 'errand')).toEqual(['performed', 'waiting']);
  });

  test('is awaited as long as its own tasks run', async () => {
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
