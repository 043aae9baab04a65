/** A suspended session is not woken, and a start takes it back. A commit that the database refuses does not affect others. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Committer } from '../../src/engine/sessions/committer.ts';
import type { Store } from '../../src/store/store.ts';
import { databases } from '../support/databases.ts';
import { creating, idsDue, session } from './sessions.ts';

describe.each(databases)('a suspended session on $name', ({ open }) => {
  let store: Store;
  beforeEach(async () => {
    store = await open();
  });
  afterEach(() => store.close());

  test('is not woken until a start takes it back with its due timers and tasks', async () => {
    const timer = { id: 't', event: 't', delay: 't', dueAt: 5 };
    const aside = session({ status: 'suspended', timers: [timer], historyValue: { 'm.h': ['m.b', 'm.a'] } });
    await store.sessions.commit([creating(aside, { dueAt: 5 })]);
    expect(await idsDue(store, 10, 10)).toEqual([]);
    expect(await store.sessions.versionsInUse()).toMatchObject([{ version: aside.version, sessions: 1 }]);
    expect(await store.sessions.setStranded(aside.workflow, aside.version, false)).toBe(1);
    expect(await idsDue(store, 10, 10)).toEqual([aside.id]);
    expect((await store.sessions.load(aside.id))?.session).toMatchObject({ status: 'active', historyValue: aside.historyValue });
  });

  test('that no statement can store fails alone, and the others of its batch are written', async () => {
    const committer = new Committer(store.sessions);
    const [good, bad, other] = [session(), session({ context: { held: 'a\0b' } }), session()];
    const ends = await Promise.allSettled([good, bad, other].map((each) => committer.commit(creating(each))));
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((await store.sessions.load(other.id))?.session.id).toBe(other.id);
  });
});
