/** The keyring: one key for new values, and one derived key for each use. */
import { hkdfSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Keyring, type Purpose } from '../../src/secrets/keyring.ts';
import { keyringOf } from './keys.ts';

const purposes: readonly Purpose[] = ['code', 'session-token', 'seal', 'result', 'fingerprint', 'start'];

describe('a keyring', () => {
  test('uses its first key for new values, and knows all keys', () => {
    const keyring = keyringOf('new', 'old', 'older');
    expect([keyring.currentId, keyring.ids]).toEqual(['new', ['new', 'old', 'older']]);
    for (const id of keyring.ids) expect(keyring.derive(id, 'code')).toEqual(keyringOf(id).derive(id, 'code'));
  });

  test('needs a key', () => {
    expect(() => new Keyring([])).toThrow();
  });

  test('derives a different key for every use and every key, never the secret itself', () => {
    const keyring = keyringOf('a', 'b');
    const derived = keyring.ids.flatMap((id) => purposes.map((purpose) => keyring.derive(id, purpose).toString('hex')));
    expect(new Set(derived).size).toBe(2 * purposes.length);
    for (const key of derived) expect(key).toHaveLength(64);
    expect(derived).not.toContain(Buffer.alloc(32, 'a').toString('hex'));
  });

  test('derives keys as stored sessions need them: by HKDF-SHA-256 with the name of the use', () => {
    const expected = Buffer.from(hkdfSync('sha256', Buffer.alloc(32, 'a'), '', 'verification/seal', 32));
    const keyring = keyringOf('a');
    expect([keyring.derive('a', 'seal'), keyring.derive('a', 'seal')]).toEqual([expected, expected]);
  });

  test.each(['gone', '', '__proto__'])('names the key that it does not have: %j', (id) => {
    expect(() => keyringOf('a').derive(id, 'code')).toThrow(`'${id}'`);
  });
});

describe('a MAC', () => {
  const keyring = keyringOf('a', 'b');
  const mac = (...parts: readonly string[]) => keyring.mac('a', 'code', parts).toString('hex');

  test('is the same for the same parts, and 32 bytes', () => {
    expect(mac('x', 'y')).toBe(mac('x', 'y'));
    expect(keyring.mac('a', 'code', ['x'])).toHaveLength(32);
  });

  test('differs for lists that read the same when they are joined', () => {
    const lists = [
      ['ab', 'c'],
      ['a', 'bc'],
      ['abc'],
      ['abc', ''],
      ['', 'abc'],
      ['a', 'b', 'c'],
      ['1:a', 'bc'],
      ['2:ab1:c'],
      ['é'],
      ['Ã©'],
      [],
    ];
    expect(new Set(lists.map((parts) => mac(...parts))).size).toBe(lists.length);
  });

  test('differs with another key and for another use', () => {
    const macs = keyring.ids.flatMap((id) => purposes.map((purpose) => keyring.mac(id, purpose, ['x']).toString('hex')));
    expect(new Set(macs).size).toBe(macs.length);
  });
});
