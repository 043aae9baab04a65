/** The ids of sessions: of a start with an Idempotency-Key, of a child, and of any other start. */
import { describe, expect, test } from 'vitest';
import { KeyedSessionIds } from '../../src/secrets/session-ids.ts';
import { keyringOf } from './keys.ts';

const sessionIds = new KeyedSessionIds(keyringOf('a'));
const rotated = new KeyedSessionIds(keyringOf('new', 'a'));
const [scope, key] = ['POST /v1/email-verifications', 'K'.repeat(22)];

describe('a session that is started with a key', () => {
  test('has the same id wherever and however often it is started', () => {
    const [id, ...more] = sessionIds.derived(scope, key, 0);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect([more, new KeyedSessionIds(keyringOf('a')).derived(scope, key, 0)]).toEqual([[], [id]]);
  });

  test('has another id with another key, for another workflow, in another epoch, and under another secret key', () => {
    const ids = [
      ...sessionIds.derived(scope, key, 0),
      ...sessionIds.derived(scope, `${key}K`, 0),
      ...sessionIds.derived('phone-verification', key, 0),
      ...sessionIds.derived(`${scope}K`, key.slice(1), 0),
      ...sessionIds.derived(scope, key, 1),
      ...sessionIds.derived(scope, key, 10),
      ...new KeyedSessionIds(keyringOf('b')).derived(scope, key, 0),
    ];
    expect(new Set(ids).size).toBe(7);
  });

  test('is found after a secret key was replaced, and new sessions use the new key', () => {
    const [current, old] = rotated.derived(scope, key, 0);
    expect([old]).toEqual(sessionIds.derived(scope, key, 0));
    expect([current]).toEqual(new KeyedSessionIds(keyringOf('new')).derived(scope, key, 0));
    expect(rotated.keyId).toBe('new');
  });
});

test('a child session has one id for each task of its parent, even after a secret key was replaced', () => {
  const id = sessionIds.child('a', `${key}.1`);
  expect([rotated.child('a', `${key}.1`), new KeyedSessionIds(keyringOf('a')).child('a', `${key}.1`)]).toEqual([id, id]);
  const others = [sessionIds.child('a', `${key}.2`), sessionIds.child('a', `${key}.11`), rotated.child('new', `${key}.1`)];
  expect(new Set([id, ...others, ...sessionIds.derived('child', `${key}.1`, 0)]).size).toBe(5);
});

test('a session started without a key has a unique id of its start time', () => {
  const now = Date.UTC(2026, 0, 1);
  const [first, second] = [sessionIds.fresh(now), sessionIds.fresh(now)];
  expect(first).not.toBe(second);
  expect(first.replaceAll('-', '').slice(0, 12)).toBe(now.toString(16).padStart(12, '0'));
});
