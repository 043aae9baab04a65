/** Session tokens: derived whenever they are needed, and valid for one session. */
import { describe, expect, test } from 'vitest';
import { SessionTokens } from '../../src/secrets/session-tokens.ts';
import { keyringOf, otherSessionId, sessionId } from './keys.ts';

const tokens = new SessionTokens(keyringOf('a'));
const token = tokens.derive({ id: sessionId, keyId: 'a' });

describe('a session token', () => {
  test('is 256 bits that fit into a header, and is the same in another process', () => {
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(new SessionTokens(keyringOf('a')).derive({ id: sessionId, keyId: 'a' })).toBe(token);
    expect(tokens.matches(sessionId, token)).toBe(true);
  });

  test('is refused by every other session', () => {
    expect(tokens.derive({ id: otherSessionId, keyId: 'a' })).not.toBe(token);
    expect(tokens.matches(otherSessionId, token)).toBe(false);
  });

  const malformed = [
    '',
    'a',
    token.slice(1),
    token.slice(0, -1),
    `${token}=`,
    `${token}A`,
    ` ${token}`,
    token.toUpperCase(),
    'é'.repeat(43),
    '\0',
  ];
  test.each(malformed)('is refused when it is malformed: %j', (given) => {
    expect(tokens.matches(sessionId, given)).toBe(false);
  });

  test('is refused after a change of any character', () => {
    for (let place = 0; place < token.length; place += 1) {
      const changed = token.slice(0, place) + (token[place] === 'A' ? 'B' : 'A') + token.slice(place + 1);
      expect(tokens.matches(sessionId, changed), `character ${place}`).toBe(false);
    }
  });

  test('outlives the replacement of its key, and becomes invalid when its key is removed', () => {
    const rotated = new SessionTokens(keyringOf('new', 'a'));
    expect(rotated.matches(sessionId, token)).toBe(true);
    expect(rotated.derive({ id: sessionId, keyId: 'a' })).toBe(token);
    expect(rotated.derive({ id: sessionId, keyId: 'new' })).not.toBe(token);
    const later = new SessionTokens(keyringOf('new'));
    expect(later.matches(sessionId, token)).toBe(false);
    expect(() => later.derive({ id: sessionId, keyId: 'a' })).toThrow("'a'");
  });
});
