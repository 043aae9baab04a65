import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Session } from '../../src/engine/session.ts';
import type { Commit } from '../../src/engine/session-store.ts';
import { databases, type TestStore } from '../support/databases.ts';
import { creating, idsDue, session, stepping, task } from './sessions.ts';

const lapsed = { ms: 0 };
const running = { ms: 60_000 };

describe.each(databases)('the query of due sessions on $name', ({ open }) => {
  let store: TestStore;
  beforeEach(async () => {
    store = await open();
  });
  afterEach(() => store.close());

  async function created(commit: Partial<Commit>, part: Partial<Session> = {}): Promise<Session> {
    const made = session(part);
    await store.sessions.commit([creating(made, commit)]);
    return made;
  }

  test('returns the most overdue first, up to now and up to the limit', async () => {
    const late = await created({ dueAt: 200 });
    const later = await created({ dueAt: 300 });
    const latest = await created({ dueAt: 100 });
    await created({ dueAt: 301 });
    await created({ dueAt: null });
    expect(await idsDue(store, 300, 10)).toEqual([latest.id, late.id, later.id]);
    expect(await idsDue(store, 300, 2)).toEqual([latest.id, late.id]);
  });

  test('skips the listed sessions, and those at the front', async () => {
    const dues: string[] = [];
    for (const dueAt of [1, 2, 3, 4]) dues.push((await created({ dueAt })).id);
    const orphan = await created({ lease: lapsed });
    const due = async (skip: number, except: readonly string[]) =>
      (await store.sessions.due({ now: 10, limit: 2, skip, except })).map(({ session: { id } }) => id);
    expect(await due(1, [orphan.id])).toEqual([dues[1], dues[2]]);
    expect(await due(0, [orphan.id, dues[0] ?? '', dues[2] ?? ''])).toEqual([dues[1], dues[3]]);
    expect(await due(4, [])).toEqual([orphan.id]);
  });

  test('returns complete sessions', async () => {
    const waiting = await created({ dueAt: 1, lease: lapsed });
    const [loaded] = await store.sessions.due({ now: 10, limit: 10, skip: 0, except: [] });
    expect(loaded).toEqual(await store.sessions.load(waiting.id));
  });

  test('includes expired leases, and no others', async () => {
    const orphan = await created({ lease: lapsed });
    await created({ lease: running });
    await created({ lease: 'none' });
    expect(await idsDue(store, 0, 10)).toEqual([orphan.id]);
  });

  test('returns a session once that is due for both reasons', async () => {
    const both = await created({ dueAt: 1, lease: lapsed });
    expect(await idsDue(store, 10, 10)).toEqual([both.id]);
  });

  test('includes the pending tasks of an ended session', async () => {
    const before = await created({ dueAt: 1, lease: lapsed });
    const over = stepping(before, { status: 'done' }, { dueAt: 5, lease: lapsed });
    await store.sessions.commit([over]);
    expect(await idsDue(store, 10, 10)).toEqual([before.id]);
    expect(await store.sessions.nextDue()).toMatchObject({ dueAt: 5 });
    await store.sessions.commit([stepping(over.session, {}, { dueAt: null, lease: 'none' })]);
    expect(await idsDue(store, 10, 10)).toEqual([]);
  });

  test('skips a stranded session', async () => {
    const before = await created({ dueAt: 1, lease: lapsed });
    await store.sessions.commit([stepping(before, { status: 'stranded' }, { dueAt: 1, lease: lapsed })]);
    expect(await idsDue(store, 10, 10)).toEqual([]);
    expect(await store.sessions.nextDue()).toEqual({ dueAt: null, leaseInMs: null });
    expect((await store.sessions.load(before.id))?.leaseLapsed).toBe(false);
  });

  test('follows each commit', async () => {
    const before = await created({ dueAt: 1 });
    await store.sessions.commit([stepping(before, {}, { dueAt: 50 })]);
    expect(await idsDue(store, 49, 10)).toEqual([]);
    expect(await idsDue(store, 50, 10)).toEqual([before.id]);
  });

  test('shows an expired lease when the session is read', async () => {
    const [orphan, attended, idle] = [
      await created({ lease: lapsed }),
      await created({ lease: running }),
      await created({ lease: 'none' }),
    ];
    const read = await Promise.all([orphan, attended, idle].map(({ id }) => store.sessions.load(id)));
    expect(read.map((loaded) => loaded?.leaseLapsed)).toEqual([true, false, false]);
  });

  test('keeps, renews or drops a lease as the commit says', async () => {
    const [kept, renewed, dropped] = [await created({ lease: lapsed }), await created({ lease: lapsed }), await created({ lease: lapsed })];
    await store.sessions.commit([
      stepping(kept, {}, { lease: 'keep' }),
      stepping(renewed, {}, { lease: running }),
      stepping(dropped, {}, { lease: 'none' }),
    ]);
    expect(await idsDue(store, 0, 10)).toEqual([kept.id]);
  });

  test('keeps the time of a running lease', async () => {
    const before = await created({ lease: { ms: 1_000_000 } });
    await store.sessions.commit([stepping(before, {}, { lease: 'keep' })]);
    const { leaseInMs } = await store.sessions.nextDue();
    expect(leaseInMs).toBeGreaterThan(900_000);
    expect(leaseInMs).toBeLessThanOrEqual(1_000_000);
  });

  test('returns the times of the next timer and of the next lease', async () => {
    expect(await store.sessions.nextDue()).toEqual({ dueAt: null, leaseInMs: null });
    await created({ dueAt: 500 });
    await created({ dueAt: 400 });
    await created({ lease: { ms: 2_000_000 } });
    await created({ lease: { ms: 1_000_000 } });
    const { dueAt, leaseInMs } = await store.sessions.nextDue();
    expect(dueAt).toBe(400);
    expect(leaseInMs).toBeGreaterThan(900_000);
    expect(leaseInMs).toBeLessThanOrEqual(1_000_000);
  });

  test('returns an expired lease as due now', async () => {
    await created({ lease: lapsed });
    expect(await store.sessions.nextDue()).toEqual({ dueAt: null, leaseInMs: 0 });
  });

  test('returns the next session with an unfinished task, up to a time', async () => {
    await created({ dueAt: 100 });
    await created({ dueAt: 300 }, { tasks: [task] });
    await created({ dueAt: 200 }, { tasks: [task] });
    expect(await store.sessions.nextTaskDueAt(199)).toBeNull();
    expect(await store.sessions.nextTaskDueAt(200)).toBe(200);
    expect(await store.sessions.nextTaskDueAt(1_000)).toBe(200);
  });

  test('uses a clock that agrees with this machine', async () => {
    const before = Date.now();
    const told = await store.sessions.databaseTime();
    expect(Number.isInteger(told)).toBe(true);
    expect(Math.abs(told - before)).toBeLessThan(60_000);
  });
});
