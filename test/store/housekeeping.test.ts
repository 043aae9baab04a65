import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Session, Timer } from '../../src/engine/session.ts';
import type { Commit } from '../../src/engine/session-store.ts';
import { databases, type TestStore } from '../support/databases.ts';
import { creating, idsDue, session, stepping, task } from './sessions.ts';

const timer: Timer = { id: 'a', event: 'a', delay: 'codeLifetime', dueAt: 400 };

describe.each(databases)('housekeeping on $name', ({ open }) => {
  let store: TestStore;
  beforeEach(async () => {
    store = await open();
  });
  afterEach(() => store.close());

  async function created(part: Partial<Session> = {}, commit: Partial<Commit> = {}): Promise<Session> {
    const made = session(part);
    await store.sessions.commit([creating(made, commit)]);
    return made;
  }

  test('a purge deletes sessions that ended before a time, with their history, and nothing else', async () => {
    const old = await created({ status: 'done', endedAt: 99 });
    const recent = await created({ status: 'done', endedAt: 100 });
    const active = await created();
    expect(await store.sessions.purge({ endedBefore: 100, limit: 10 })).toBe(1);
    expect(await store.sessions.load(old.id)).toBeNull();
    expect(await store.sessions.history(old.id)).toEqual([]);
    expect(await store.sessions.history(recent.id)).toHaveLength(1);
    expect(await store.sessions.revision(active.id)).toBe(1);
  });

  test('a purge keeps an ended session with pending tasks until they are done', async () => {
    const over = { status: 'done', endedAt: 1, tasks: [task] } as const;
    const due = await created(over, { dueAt: 1 });
    const underWay = await created(over, { lease: { ms: 60_000 } });
    const stranded = await created({ ...over, status: 'stranded' });
    expect(await store.sessions.purge({ endedBefore: 100, limit: 2 })).toBe(0);
    await store.sessions.setStranded(stranded.workflow, stranded.version, false);
    for (const { id } of [due, underWay, stranded]) {
      const before = (await store.sessions.load(id))?.session ?? expect.fail('It is gone');
      expect(await store.sessions.commit([stepping(before, { tasks: [] })])).toEqual([true]);
    }
    expect(await store.sessions.purge({ endedBefore: 100, limit: 10 })).toBe(3);
  });

  test('a purge stops at its limit, oldest first', async () => {
    const ids: string[] = [];
    for (const endedAt of [3, 1, 2]) ids.push((await created({ status: 'done', endedAt })).id);
    expect(await store.sessions.purge({ endedBefore: 100, limit: 2 })).toBe(2);
    expect(await store.sessions.revision(ids[0] ?? '')).toBe(1);
    expect(await store.sessions.purge({ endedBefore: 100, limit: 2 })).toBe(1);
    expect(await store.sessions.purge({ endedBefore: 100, limit: 2 })).toBe(0);
  });

  test('expired results are deleted, oldest first and up to a limit, and their sessions stay as they are', async () => {
    const ended = (expiresAt: number) => created({ status: 'done', endedAt: 1, result: { sealed: 'c2VhbGVk', expiresAt } });
    const [first, second, valid] = [await ended(10), await ended(20), await ended(21)];
    const stored = async ({ id }: Session) => (await store.sessions.load(id))?.session;
    expect(await store.sessions.forgetResults({ now: 20, limit: 1 })).toBe(1);
    expect(await stored(second)).toEqual(second);
    expect(await store.sessions.forgetResults({ now: 20, limit: 2 })).toBe(1);
    expect(await store.sessions.forgetResults({ now: 20, limit: 2 })).toBe(0);
    expect(await Promise.all([first, second, valid].map(stored))).toEqual([{ ...first, result: null }, { ...second, result: null }, valid]);
  });

  test('the versions in use are those of sessions that will be woken, of waiting ones, and of stranded ones', async () => {
    await created({ workflow: 'b', version: 1 }, { dueAt: 1 });
    await created({ workflow: 'a', version: 2 }, { lease: { ms: 60_000 } });
    await created({ workflow: 'a', version: 2, status: 'stranded' });
    await created({ workflow: 'c', version: 1, status: 'done', endedAt: 1 }, { dueAt: 1 });
    await created({ workflow: 'a', version: 1, status: 'done', endedAt: 1 });
    await created({ workflow: 'd', version: 1 });
    expect(await store.sessions.versionsInUse()).toEqual([
      { workflow: 'a', version: 2, sessions: 2 },
      { workflow: 'b', version: 1, sessions: 1 },
      { workflow: 'c', version: 1, sessions: 1 },
      { workflow: 'd', version: 1, sessions: 1 },
    ]);
  });

  test('sessions are counted by workflow, version, status and state, including ended ones', async () => {
    await created({ workflow: 'a' });
    await created({ workflow: 'a' });
    await created({ workflow: 'a', value: 'verified', status: 'done', endedAt: 1 });
    await created({ workflow: 'b', version: 2 });
    expect(await store.sessions.countByState()).toEqual([
      { workflow: 'a', version: 1, status: 'active', state: 'codeActive.cooldown', sessions: 2 },
      { workflow: 'a', version: 1, status: 'done', state: 'verified', sessions: 1 },
      { workflow: 'b', version: 2, status: 'active', state: 'codeActive.cooldown', sessions: 1 },
    ]);
  });

  test('stranding sets aside all active sessions of one version', async () => {
    const batch = Array.from({ length: 501 }, () => creating(session({ version: 2 }), { dueAt: 1, lease: { ms: 0 } }));
    await store.sessions.commit(batch);
    const [other, done] = [await created({ version: 1 }, { dueAt: 20 }), await created({ version: 2, status: 'done', endedAt: 1 })];
    expect(await store.sessions.setStranded('email-verification', 2, true)).toBe(501);
    expect(await store.sessions.setStranded('email-verification', 2, true)).toBe(0);
    expect((await store.sessions.load(batch[0]?.session.id ?? ''))?.session.status).toBe('stranded');
    expect((await store.sessions.load(other.id))?.session.status).toBe('active');
    expect((await store.sessions.load(done.id))?.session.status).toBe('done');
    expect(await idsDue(store, 10, 1_000)).toEqual([]);
  });

  test('stranding wins over a step that began before it', async () => {
    const before = await created({}, { dueAt: 1 });
    await store.sessions.setStranded('email-verification', 1, true);
    expect(await store.sessions.commit([stepping(before)])).toEqual([false]);
    expect(await store.sessions.revision(before.id)).toBe(2);
  });

  test('a session that is taken back is due at its earliest timer or retry', async () => {
    const retrying = await created({ timers: [timer], tasks: [{ ...task, retryAt: 300 }] }, { dueAt: 300 });
    await store.sessions.setStranded('email-verification', 1, true);
    expect(await store.sessions.setStranded('email-verification', 1, false)).toBe(1);
    expect(await store.sessions.nextDue()).toEqual({ dueAt: 300, leaseInMs: null });
    expect((await store.sessions.load(retrying.id))?.session).toEqual({ ...retrying, revision: 3 });
  });

  test('a session that is taken back during an attempt counts as orphaned', async () => {
    const interrupted = await created({ timers: [timer], tasks: [task] }, { lease: { ms: 60_000 } });
    await store.sessions.setStranded('email-verification', 1, true);
    await store.sessions.setStranded('email-verification', 1, false);
    expect(await store.sessions.nextDue()).toEqual({ dueAt: 400, leaseInMs: 0 });
    expect((await store.sessions.load(interrupted.id))?.leaseLapsed).toBe(true);
  });

  test('a session that is taken back while it waits for its child has no orphaned attempt', async () => {
    const waiting = await created({ timers: [timer], tasks: [{ ...task, child: '0193e8a0-0000-7000-8000-000000000009' }] }, { dueAt: 400 });
    await store.sessions.setStranded('email-verification', 1, true);
    await store.sessions.setStranded('email-verification', 1, false);
    expect(await store.sessions.nextDue()).toEqual({ dueAt: 400, leaseInMs: null });
    expect((await store.sessions.load(waiting.id))?.session).toEqual({ ...waiting, revision: 3 });
  });

  test('the database answers a ping', async () => {
    await expect(store.sessions.ping()).resolves.toBeUndefined();
  });
});
