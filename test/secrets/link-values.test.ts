/** Values that confirm grants: all different, and each confirms one grant of one session. */
import { expect, test } from 'vitest';
import { LinkValues } from '../../src/secrets/link-values.ts';
import { keyringOf } from './keys.ts';

const grant = { keyId: 'k1', sessionId: 'a', state: 'a.s', query: 'code=c&state=a.s' };

test('a value matches its own hash, and no hash of another grant, session, state, key or value', () => {
  const values = new LinkValues(keyringOf('k1', 'k2'));
  const value = values.fresh();
  const hash = values.hash(grant, value);
  expect(value).toMatch(/^[\w-]{43}$/);
  expect(hash).not.toContain(value);
  expect(values.matches(grant, value, hash)).toBe(true);
  for (const other of [{ keyId: 'k2' }, { sessionId: 'b' }, { state: 'a.t' }, { query: 'code=d&state=a.s' }])
    expect(values.matches({ ...grant, ...other }, value, hash)).toBe(false);
  for (const other of [values.fresh(), '', `${value}x`, hash]) expect(values.matches(grant, other, hash)).toBe(false);
  expect(values.matches(grant, value, '')).toBe(false);
});
