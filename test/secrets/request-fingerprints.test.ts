/** The fingerprints of a request with an Idempotency-Key reveal neither the key nor the body. */
import { describe, expect, test } from 'vitest';
import { RequestFingerprints } from '../../src/secrets/request-fingerprints.ts';
import { keyringOf } from './keys.ts';

const fingerprints = new RequestFingerprints(keyringOf('a'));
const rotated = new RequestFingerprints(keyringOf('new', 'a'));
const [scope, key] = ['POST /v1/email-verifications', 'K'.repeat(22)];
const body = { email: 'jane@example.com', device: { type: 'Phone', name: 'Mine' } };

describe('the fingerprints of a keyed request', () => {
  test('are the same for the same request, in another process too', () => {
    const record = fingerprints.of(scope, key, body);
    for (const text of [...record.keys, ...record.fingerprints]) expect(text).toMatch(/^[\w-]{22}$/);
    expect(new RequestFingerprints(keyringOf('a')).of(scope, key, structuredClone(body))).toEqual(record);
  });

  test('do not depend on the order of the body’s fields, at any depth', () => {
    const reordered = { device: { name: 'Mine', type: 'Phone' }, email: 'jane@example.com' };
    expect(fingerprints.of(scope, key, reordered)).toEqual(fingerprints.of(scope, key, body));
  });

  test('of the key differ with the key and the scope, not with the body', () => {
    const keysOf = (...request: Parameters<RequestFingerprints['of']>) => fingerprints.of(...request).keys[0];
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
    const changed = bodies.map((other) => fingerprints.of(scope, key, other).fingerprints[0]);
    expect(new Set(changed).size).toBe(bodies.length);
    expect(fingerprints.of('other', key, body).fingerprints).not.toEqual(fingerprints.of(scope, key, body).fingerprints);
  });

  test('contain neither the key nor the body', () => {
    const text = JSON.stringify(fingerprints.of(scope, key, body));
    for (const secret of [key, 'jane', 'Phone']) expect(text).not.toContain(secret);
  });

  test('are recognised after a secret key was replaced', () => {
    const [before, after] = [fingerprints.of(scope, key, body), rotated.of(scope, key, body)];
    expect([after.keys[1], after.fingerprints[1]]).toEqual([before.keys[0], before.fingerprints[0]]);
    expect([after.keys[0], after.fingerprints[0]]).not.toEqual([before.keys[0], before.fingerprints[0]]);
  });
});
