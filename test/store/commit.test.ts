import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Session, statePath } from '../../src/engine/session.ts';
import { databases, type TestStore } from '../support/databases.ts';
import { creating, entry, session, stepping } from './sessions.ts';

describe.each(databases)('a commit on $name', ({ open }) => {
  let store: TestStore;
  beforeAll(async () => {
    store = await open();
  });
  afterAll(() => store.close());

  async function created(part: Partial<Session> = {}): Promise<Session> {
    const made = session(part);
    expect(await store.sessions.commit([creating(made)])).toEqual([true]);
    return made;
  }

  test('returns a session as it was written', async () => {
    const full = session({
      value: { codeActive: { entry: 'cooldown', delivery: 'sent' } },
      context: { guesses: 3, text: 'a "quoted" \\ {brace}, NULL \n ü 🔑', nothing: null, yes: true },
      timers: [{ id: 'xstate.after.codeLifetime', event: 'xstate.after.codeLifetime', delay: 'codeLifetime', dueAt: 1_900_000_000_000 }],
      tasks: [
        {
          id: 'deliverCode',
          src: 'deliverCode',
          input: { code: 1, to: ['a', null] },
          createdAt: 0,
          detached: false,
          generation: 2,
          attempts: 1,
          retryAt: null,
        },
      ],
      generations: 2,
      idempotencyRecords: [
        { key: 'k', fingerprint: 'f', rejection: { kind: 'refused', code: 'wrong-code', until: null }, context: { guesses: 2 }, at: 5 },
      ],
      startFingerprint: 'start',
      result: { sealed: 'k1:c2VhbGVk', expiresAt: 1_800_000_000_000 },
      signingKeyId: 'k1',
    });
    await store.sessions.commit([creating(full)]);
    expect(await store.sessions.load(full.id)).toEqual({ session: full, leaseLapsed: false });
    expect(statePath(full.value)).toBe('codeActive.entry.cooldown|codeActive.delivery.sent');
  });

  test('returns nulls, and times as numbers, of an ended session', async () => {
    const ended = session({ status: 'done', sealed: null, result: null, endedAt: 1_700_000_000_002 });
    await store.sessions.commit([creating(ended)]);
    expect((await store.sessions.load(ended.id))?.session).toEqual(ended);
  });

  test('of the revision that was read is written', async () => {
    const before = await created();
    const step = stepping(before, { value: 'verified', context: { guesses: 1 } });
    expect(await store.sessions.commit([step])).toEqual([true]);
    expect((await store.sessions.load(before.id))?.session).toEqual(step.session);
    expect(await store.sessions.revision(before.id)).toBe(2);
  });

  test('of an older revision changes nothing, its history included', async () => {
    const before = await created();
    const first = stepping(before, { value: 'first' });
    await store.sessions.commit([first]);
    expect(await store.sessions.commit([stepping(before, { value: 'second' })])).toEqual([false]);
    expect((await store.sessions.load(before.id))?.session).toEqual(first.session);
    expect(await store.sessions.history(before.id)).toHaveLength(2);
  });

  test('of a new session whose id is taken changes nothing', async () => {
    const made = await created();
    expect(await store.sessions.commit([creating({ ...made, value: 'impostor' })])).toEqual([false]);
    expect((await store.sessions.load(made.id))?.session).toEqual(made);
    expect(await store.sessions.history(made.id)).toHaveLength(1);
  });

  test('of a session that does not exist is not written', async () => {
    const missing = session();
    expect(await store.sessions.commit([stepping(missing)])).toEqual([false]);
    expect(await store.sessions.load(missing.id)).toBeNull();
    expect(await store.sessions.history(missing.id)).toEqual([]);
  });

  test('in conflict does not affect the others of its batch', async () => {
    const [stale, current] = [await created(), await created()];
    await store.sessions.commit([stepping(stale)]);
    const fresh = session();
    const batch = [stepping(stale), stepping(current), creating(fresh), creating(stale)].slice(0, 3);
    expect(await store.sessions.commit(batch)).toEqual([false, true, true]);
    expect(await store.sessions.revision(current.id)).toBe(2);
    expect(await store.sessions.revision(fresh.id)).toBe(1);
  });

  test('of an empty batch sends no statement', async () => {
    expect(await store.sessions.commit([])).toEqual([]);
  });

  test('with the same session twice is an error', async () => {
    const made = await created();
    await expect(store.sessions.commit([stepping(made), stepping(made)])).rejects.toThrow('appears twice');
    expect(await store.sessions.revision(made.id)).toBe(1);
  });

  test('succeeds for exactly one of several that step from the same revision', async () => {
    const before = await created();
    const rivals = Array.from({ length: 8 }, (_, rival) => stepping(before, { value: `rival${rival}` }));
    const written = (await Promise.all(rivals.map((rival) => store.sessions.commit([rival])))).flat();
    expect(written.filter(Boolean)).toHaveLength(1);
    expect((await store.sessions.load(before.id))?.session).toEqual(rivals[written.indexOf(true)]?.session);
    expect(await store.sessions.history(before.id)).toHaveLength(2);
  });

  test('that creates succeeds for exactly one of several with the same id', async () => {
    const id = randomUUID();
    const rivals = Array.from({ length: 8 }, (_, rival) => creating(session({ id, value: `rival${rival}` })));
    const written = (await Promise.all(rivals.map((rival) => store.sessions.commit([rival])))).flat();
    expect(written.filter(Boolean)).toHaveLength(1);
    expect((await store.sessions.load(id))?.session).toEqual(rivals[written.indexOf(true)]?.session);
  });

  test('keeps its history in the order of the steps', async () => {
    const before = await created();
    const step = stepping(before, {}, { history: [entry('second'), entry('third')] });
    await store.sessions.commit([step]);
    await store.sessions.commit([stepping(step.session, {}, { history: [entry('fourth')] })]);
    const events = (await store.sessions.history(before.id)).map(({ event }) => event);
    expect(events).toEqual(['start', 'second', 'third', 'fourth']);
    expect((await store.sessions.history(before.id))[0]).toEqual(entry('start'));
  });

  test('of overlapping batches in opposite orders never deadlocks', async () => {
    let live = await Promise.all(Array.from({ length: 40 }, () => created()));
    for (let round = 0; round < 15; round += 1) {
      const fresh = Array.from({ length: 10 }, () => session());
      const batch = [...live.map((each) => stepping(each)), ...fresh.map((each) => creating(each))];
      const outcomes = await Promise.all([batch, batch.toReversed(), batch].map((each) => store.sessions.commit(each)));
      // The step of each session was written once, by one of the batches.
      expect(outcomes.flat().filter(Boolean)).toHaveLength(batch.length);
      live = batch.slice(0, 40).map((commit) => commit.session);
    }
  });

  test('of the same new sessions in opposite orders never deadlocks', async () => {
    for (let round = 0; round < 10; round += 1) {
      const batch = Array.from({ length: 500 }, () => creating(session()));
      const outcomes = await Promise.all([batch, batch.toReversed(), batch].map((each) => store.sessions.commit(each)));
      expect(outcomes.flat().filter(Boolean)).toHaveLength(batch.length);
    }
  });

  test.each(['not-an-id', '', "'; drop table sessions"])('is not found under an id that is none: %j', async (id) => {
    expect(await store.sessions.load(id)).toBeNull();
    expect(await store.sessions.revision(id)).toBeNull();
    expect(await store.sessions.history(id)).toEqual([]);
  });
});
