/** A process's memory of sessions. The memory may be stale, but answers without a commit must not be. */
import { describe, expect, test } from 'vitest';
import { SessionNotFound } from '../../src/engine/errors.ts';
import { KnownSessions } from '../../src/engine/known-sessions.ts';
import type { Session } from '../../src/engine/session.ts';
import { session } from '../store/sessions.ts';

const first = session({ id: 'a', revision: 1 });
const [second, third] = [
  { ...first, revision: 2 },
  { ...first, revision: 3 },
];

/** @param stored the store's session, whose leases have all run out */
function knowing(stored: Session | null, ...remembered: readonly Session[]) {
  const asked: string[] = [];
  const known = new KnownSessions({
    load: async () => {
      asked.push('load');
      return stored && { session: stored, leaseLapsed: true };
    },
    revision: async () => {
      asked.push('revision');
      return stored?.revision ?? null;
    },
  });
  for (const each of remembered) known.remember(each);
  return { known, asked };
}

describe('a session that is remembered', () => {
  test('is confirmed while it is what the store holds, and forgotten when it is not', async () => {
    const same = knowing(second, second);
    expect([await same.known.confirmed('a'), same.asked]).toEqual([second, ['revision']]);
    for (const stored of [third, null]) {
      const { known } = knowing(stored, second);
      expect([await known.confirmed('a'), known.remembered('a')]).toEqual([null, null]);
    }
  });

  test('is the latest that is known, without a question, and says that it may be stale', async () => {
    const { known, asked } = knowing(third, second);
    expect([await known.latest('a'), asked]).toEqual([{ session: second, leaseLapsed: false, remembered: true }, []]);
  });

  test('is taken instead of an earlier one that was read a moment ago: the store is asked again', async () => {
    const { known, asked } = knowing(third, second);
    expect(await known.asRead({ session: first, leaseLapsed: true })).toEqual({ session: third, leaseLapsed: true, remembered: false });
    expect(asked).toEqual(['load']);
  });
});

describe('a session that is not remembered', () => {
  test('is confirmed by nobody, and asked for', async () => {
    const { known, asked } = knowing(first);
    expect([await known.confirmed('a'), asked]).toEqual([null, []]);
    expect(await known.latest('a')).toEqual({ session: first, leaseLapsed: true, remembered: false });
    expect(known.remembered('a')).toBe(first);
  });

  test('is as it was read, with what was read of its lease', async () => {
    const { known, asked } = knowing(third, first);
    expect(await known.asRead({ session: second, leaseLapsed: true })).toEqual({ session: second, leaseLapsed: true, remembered: true });
    expect([asked, known.remembered('a')]).toEqual([[], second]);
  });

  test('is as it was read, whoever else has read the same revision', async () => {
    const again = structuredClone(second);
    const { known, asked } = knowing(third, second);
    expect([(await known.asRead({ session: again, leaseLapsed: false })).session, asked]).toEqual([again, []]);
    expect(known.remembered('a')).toBe(again);
  });

  test('may be none', async () => {
    await expect(knowing(null).known.latest('a')).rejects.toThrow(SessionNotFound);
  });
});
