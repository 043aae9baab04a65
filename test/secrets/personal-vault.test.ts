/** Sealed personal details: only their own session opens them, and only unchanged. */
import { describe, expect, test } from 'vitest';
import { Keyring } from '../../src/secrets/keyring.ts';
import { PersonalVault } from '../../src/secrets/personal-vault.ts';
import { keyringOf, otherSessionId, sessionId } from './keys.ts';

const personal = { email: 'jané@example.com', deviceName: 'Jane’s "phone" 📱', empty: '' };
const vault = new PersonalVault(keyringOf('a'));

describe('a sealed part', () => {
  test('opens to its original content', () => {
    expect(vault.open(sessionId, vault.seal(sessionId, personal))).toEqual(personal);
    expect(vault.open(sessionId, vault.seal(sessionId, {}))).toEqual({});
  });

  test('keeps its content, even if the caller changes the object afterwards', () => {
    const given: Record<string, string> = { ...personal };
    const sealed = vault.seal(sessionId, given);
    given['email'] = 'john@example.com';
    const opened: Record<string, string> = vault.open(sessionId, sealed);
    expect(() => {
      opened['email'] = 'john@example.com';
    }).toThrow(TypeError);
    expect(vault.open(sessionId, sealed)).toEqual(personal);
  });

  test('names its key, and shows nothing of its content', () => {
    const sealed = vault.seal(sessionId, personal);
    expect(sealed).toMatch(/^a:[A-Za-z0-9+/]+=*$/);
    const bytes = Buffer.from(sealed.slice(2), 'base64');
    for (const detail of ['email', 'example.com', 'phone']) expect(bytes.includes(detail)).toBe(false);
  });

  test('looks different every time, so that equal contents are not recognised', () => {
    const sealed = Array.from({ length: 100 }, () => vault.seal(sessionId, personal));
    expect(new Set(sealed.map((text) => text.slice(0, 18))).size).toBe(100);
  });

  test('does not open in another session', () => {
    const sealed = vault.seal(sessionId, personal);
    expect(() => vault.open(otherSessionId, sealed)).toThrow();
    expect(() => vault.open('', sealed)).toThrow();
  });

  test('does not open after a change of any byte', () => {
    const bytes = Buffer.from(vault.seal(sessionId, personal).slice(2), 'base64');
    for (let index = 0; index < bytes.length; index += 1) {
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(() => vault.open(sessionId, `a:${changed.toString('base64')}`), `byte ${index}`).toThrow();
    }
  });

  test('does not open if it was shortened or lengthened', () => {
    const bytes = Buffer.from(vault.seal(sessionId, personal).slice(2), 'base64');
    for (let length = 0; length < bytes.length; length += 1)
      expect(() => vault.open(sessionId, `a:${bytes.subarray(0, length).toString('base64')}`), `${length} bytes`).toThrow();
    expect(() => vault.open(sessionId, `a:${Buffer.concat([bytes, Buffer.of(0)]).toString('base64')}`)).toThrow();
  });

  test.each(['', ':', 'a:', 'nonsense', 'a'])('is not made up: %j', (sealed) => {
    expect(() => vault.open(sessionId, sealed)).toThrow();
  });
});

describe('when keys are replaced', () => {
  const rotated = new PersonalVault(keyringOf('new', 'a'));

  test('parts sealed with the old key still open, and new parts are sealed with the new key', () => {
    expect(rotated.open(sessionId, vault.seal(sessionId, personal))).toEqual(personal);
    const sealed = rotated.seal(sessionId, personal);
    expect(sealed).toMatch(/^new:/);
    expect(rotated.open(sessionId, sealed)).toEqual(personal);
  });

  test('parts sealed with a removed key do not open, and the error names the key', () => {
    const sealed = rotated.seal(sessionId, personal);
    expect(() => vault.open(sessionId, sealed)).toThrow("'new'");
  });

  test('a part does not open under the name of another key, or with another key of that name', () => {
    const sealed = rotated.seal(sessionId, personal);
    expect(() => rotated.open(sessionId, sealed.replace('new:', 'a:'))).toThrow();
    const impostor = new PersonalVault(new Keyring([{ id: 'new', secret: Buffer.alloc(32, 9) }]));
    expect(() => impostor.open(sessionId, sealed)).toThrow();
  });
});
