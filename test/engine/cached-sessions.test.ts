/** The session cache of a process. It may be stale, but answers without a commit must not be. */
import { describe, expect, test } from 'vitest';
import { SessionNotFound } from '../../src/engine/errors.ts';
import type { Session } from '../../src/engine/session.ts';
import { CachedSessions } from '../../src/engine/sessions/cached-sessions.ts';
import { session } from '../store/sessions.ts';

const first = session({ id: 'a', revision: 1 });
const [second, third] = [
  { ...first, revision: 2 },
  { ...first, revision: 3 },
];

/** @param stored the session in the store, whose leases have all run out */
function caching(stored: Session | null, ...cached: readonly Session[]) {
  const asked: string[] = [];
  const sessions = new CachedSessions({
    load: async () => {
      asked.push('load');
      return stored && { session: stored, leaseLapsed: true };
    },
    revision: async () => {
      asked.push('revision');
      return stored?.revision ?? null;
    },
  });
  for (const each of cached) sessions.put(each);
  return { sessions, asked };
}

describe('a cached session', () => {
  test('is revalidated while the store holds its revision, and evicted when it does not', async () => {
    const same = caching(second, second);
    expect([await same.sessions.revalidated('a'), same.asked]).toEqual([second, ['revision']]);
    for (const stored of [third, null]) {
      const { sessions } = caching(stored, second);
      expect([await sessions.revalidated('a'), sessions.cached('a')]).toEqual([null, null]);
    }
  });

  test('is returned without a question to the store, and marked as possibly stale', async () => {
    const { sessions, asked } = caching(third, second);
    expect([await sessions.latest('a'), asked]).toEqual([{ session: second, leaseLapsed: false, cached: true }, []]);
  });

  test('is preferred to an older revision that was just read: the store is asked again', async () => {
    const { sessions, asked } = caching(third, second);
    expect(await sessions.asRead({ session: first, leaseLapsed: true })).toEqual({ session: third, leaseLapsed: true, cached: false });
    expect(asked).toEqual(['load']);
  });
});

describe('a session outside the cache', () => {
  test('is not revalidated, but loaded', async () => {
    const { sessions, asked } = caching(first);
    expect([await sessions.revalidated('a'), asked]).toEqual([null, []]);
    expect(await sessions.latest('a')).toEqual({ session: first, leaseLapsed: true, cached: false });
    expect(sessions.cached('a')).toBe(first);
  });

  test('is returned as read, with the state of its lease', async () => {
    const { sessions, asked } = caching(third, first);
    expect(await sessions.asRead({ session: second, leaseLapsed: true })).toEqual({ session: second, leaseLapsed: true, cached: true });
    expect([asked, sessions.cached('a')]).toEqual([[], second]);
  });

  test('is returned as read, even if another caller read the same revision', async () => {
    const again = structuredClone(second);
    const { sessions, asked } = caching(third, second);
    expect([(await sessions.asRead({ session: again, leaseLapsed: false })).session, asked]).toEqual([again, []]);
    expect(sessions.cached('a')).toBe(again);
  });

  test('may be missing', async () => {
    await expect(caching(null).sessions.latest('a')).rejects.toThrow(SessionNotFound);
  });
});

describe('the cache', () => {
  test('keeps the later revision if a read returns late', () => {
    const { sessions } = caching(null, third, second);
    expect(sessions.cached('a')).toBe(third);
  });

  test('takes an evicted session again, even at an earlier revision', () => {
    const { sessions } = caching(null, third);
    sessions.evict('a');
    expect(sessions.cached('a')).toBeNull();
    sessions.put(second);
    expect(sessions.cached('a')).toBe(second);
  });

  test('is bounded: the sessions stored longest ago go first', () => {
    const { sessions } = caching(null);
    for (let index = 0; index < 5001; index += 1) {
      sessions.put({ ...first, id: String(index) });
      sessions.put({ ...first, id: '0' });
    }
    expect([sessions.cached('0')?.id, sessions.cached('1'), sessions.cached('5000')?.id]).toEqual(['0', null, '5000']);
  });
});
