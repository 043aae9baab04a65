/** The meaning of an Idempotency-Key: one session and one fingerprint. Neither reveals the key or the body. */
import { describe, expect, test } from 'vitest';
import { SessionIdentities } from '../../src/secrets/identities.ts';
import { keyringOf } from './keys.ts';

const identities = new SessionIdentities(keyringOf('a'));
const rotated = new SessionIdentities(keyringOf('new', 'a'));
const [scope, key] = ['POST /v1/email-verifications', 'K'.repeat(22)];
const body = { email: 'jane@example.com', device: { type: 'Phone', name: 'Mine' } };

describe('a session that is started with a key', () => {
  test('has the same id wherever and however often it is started', () => {
    const [id, ...more] = identities.derived(scope, key, 0);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect([more, new SessionIdentities(keyringOf('a')).derived(scope, key, 0)]).toEqual([[], [id]]);
  });

  test('has another id with another key, for another workflow, in another epoch, and under another secret key', () => {
    const ids = [
      ...identities.derived(scope, key, 0),
      ...identities.derived(scope, `${key}K`, 0),
      ...identities.derived('phone-verification', key, 0),
      ...identities.derived(`${scope}K`, key.slice(1), 0),
      ...identities.derived(scope, key, 1),
      ...identities.derived(scope, key, 10),
      ...new SessionIdentities(keyringOf('b')).derived(scope, key, 0),
    ];
    expect(new Set(ids).size).toBe(7);
  });

  test('is found after a secret key was replaced, and new sessions use the new key', () => {
    const [current, old] = rotated.derived(scope, key, 0);
    expect([old]).toEqual(identities.derived(scope, key, 0));
    expect([current]).toEqual(new SessionIdentities(keyringOf('new')).derived(scope, key, 0));
    expect(rotated.keyId).toBe('new');
  });
});

test('a child session has one id for each task of its parent, even after a secret key was replaced', () => {
  const id = identities.child('a', `${key}.1`);
  expect([rotated.child('a', `${key}.1`), new SessionIdentities(keyringOf('a')).child('a', `${key}.1`)]).toEqual([id, id]);
  const others = [identities.child('a', `${key}.2`), identities.child('a', `${key}.11`), rotated.child('new', `${key}.1`)];
  expect(new Set([id, ...others, ...identities.derived('child', `${key}.1`, 0)]).size).toBe(5);
});

test('a session started without a key has a unique id of its start time', () => {
  const now = Date.UTC(2026, 0, 1);
  const [first, second] = [identities.fresh(now), identities.fresh(now)];
  expect(first).not.toBe(second);
  expect(first.replaceAll('-', '').slice(0, 12)).toBe(now.toString(16).padStart(12, '0'));
});

describe('the fingerprints of a keyed request', () => {
  test('are the same for the same request, in another process too', () => {
    const { keys, fingerprints } = identities.idempotency(scope, key, body);
    for (const text of [...keys, ...fingerprints]) expect(text).toMatch(/^[\w-]{22}$/);
    expect(new SessionIdentities(keyringOf('a')).idempotency(scope, key, structuredClone(body))).toEqual({ keys, fingerprints });
  });

  test('do not depend on the order of the body’s fields, at any depth', () => {
    const reordered = { device: { name: 'Mine', type: 'Phone' }, email: 'jane@example.com' };
    expect(identities.idempotency(scope, key, reordered)).toEqual(identities.idempotency(scope, key, body));
  });

  test('of the key differ with the key and the scope, not with the body', () => {
    const keysOf = (...request: Parameters<SessionIdentities['idempotency']>) => identities.idempotency(...request).keys[0];
    expect(keysOf(scope, key, {})).toBe(keysOf(scope, key, body));
    const others = [
      keysOf(scope, key, body),
      keysOf(scope, 'other', body),
      keysOf('other', key, body),
      keysOf(`${scope}K`, key.slice(1), body),
    ];
    expect(new Set(others).size).toBe(4);
  });

  test('of the body differ with every change of the body, and with the scope', () => {
    const bodies = [
      body,
      {},
      { ...body, email: 'jane@example.org' },
      { ...body, device: { ...body.device, name: 'Yours' } },
      { email: body.email },
      { ...body, locale: 'en' },
      { list: [1, 2] },
      { list: [2, 1] },
      { list: ['1', '2'] },
      { list: { 0: 1, 1: 2 } },
      { list: null },
    ];
    const fingerprints = bodies.map((changed) => identities.idempotency(scope, key, changed).fingerprints[0]);
    expect(new Set(fingerprints).size).toBe(bodies.length);
    expect(identities.idempotency('other', key, body).fingerprints).not.toEqual(identities.idempotency(scope, key, body).fingerprints);
  });

  test('contain neither the key nor the body', () => {
    const text = JSON.stringify(identities.idempotency(scope, key, body));
    for (const secret of [key, 'jane', 'Phone']) expect(text).not.toContain(secret);
  });

  test('are recognised after a secret key was replaced', () => {
    const [before, after] = [identities.idempotency(scope, key, body), rotated.idempotency(scope, key, body)];
    expect([after.keys[1], after.fingerprints[1]]).toEqual([before.keys[0], before.fingerprints[0]]);
    expect([after.keys[0], after.fingerprints[0]]).not.toEqual([before.keys[0], before.fingerprints[0]]);
  });
});
