/** One-time codes: derived only from their purpose. */
import { describe, expect, test } from 'vitest';
import { Keyring, type Purpose } from '../../src/secrets/keyring.ts';
import { type CodeIdentity, OneTimeCodes } from '../../src/secrets/one-time-codes.ts';
import { keyringOf, otherSessionId, sessionId } from './keys.ts';

const identity: CodeIdentity = { keyId: 'a', sessionId, workflow: 'email-verification', destination: 'jane@example.com', number: 1 };
const codes = new OneTimeCodes(keyringOf('a', 'b'));

/** Codes of as many sessions, all for the same address. */
const codesOfSessions = (count: number) =>
  Array.from({ length: count }, (_, index) => codes.derive({ ...identity, sessionId: `session ${index}` }));

/** Derives from so few codes that those of one session would collide if they were not kept apart. */
class NarrowKeyring extends Keyring {
  override mac(keyId: string, purpose: Purpose, parts: readonly string[]): Buffer {
    const narrow = Buffer.alloc(32);
    narrow[5] = (super.mac(keyId, purpose, parts)[0] ?? 0) % 8;
    return narrow;
  }
}

describe('a one-time code', () => {
  test('has six digits, including leading zeros', () => {
    const derived = codesOfSessions(2000);
    for (const code of derived) expect(code).toMatch(/^[0-9]{6}$/);
    expect(derived.some((code) => code.startsWith('0'))).toBe(true);
    expect(derived.some((code) => code.startsWith('00'))).toBe(true);
  });

  test('is the same whenever and wherever it is derived, with or without other keys', () => {
    const otherProcess = new OneTimeCodes(keyringOf('new', 'a'));
    for (const number of [1, 2, 5]) {
      const code = codes.derive({ ...identity, number });
      expect([codes.derive({ ...identity, number }), otherProcess.derive({ ...identity, number })]).toEqual([code, code]);
    }
  });

  const others: readonly (readonly [string, Partial<CodeIdentity>])[] = [
    ['session', { sessionId: otherSessionId }],
    ['workflow', { workflow: 'phone-verification' }],
    ['destination', { destination: 'jane@example.org' }],
    ['number', { number: 2 }],
    ['key', { keyId: 'b' }],
  ];
  test.each(others)('differs for another %s', (_, other) => {
    for (const number of [1, 3]) {
      const mine = { ...identity, number };
      const changed = { ...mine, ...other };
      expect(codes.derive(changed)).not.toBe(codes.derive(mine));
      expect(codes.matches(changed, codes.derive(mine))).toBe(false);
    }
  });

  test('does not change hands when the parts of its purpose are joined differently', () => {
    const split = { ...identity, workflow: 'email', sessionId: `-verification${sessionId}` };
    const moved = { ...identity, sessionId: `${sessionId}j`, destination: 'ane@example.com' };
    const code = codes.derive({ ...identity, workflow: 'email-verification' });
    expect([codes.derive(split), codes.derive(moved)]).not.toContain(code);
  });

  const narrow = new OneTimeCodes(new NarrowKeyring([{ id: 'a', secret: Buffer.alloc(32, 1) }]));
  test('is never the one before it, however likely that is made', () => {
    for (let session = 0; session < 50; session += 1) {
      const derived = [1, 2, 3, 4, 5].map((number) => narrow.derive({ ...identity, sessionId: `session ${session}`, number }));
      for (const [index, code] of derived.slice(1).entries()) expect(code).not.toBe(derived[index]);
    }
  });

  test('is none of the earlier ones either, so that an abandoned code never returns', () => {
    for (let session = 0; session < 50; session += 1) {
      const derived = [1, 2, 3, 4, 5].map((number) => narrow.derive({ ...identity, sessionId: `session ${session}`, number }));
      expect(new Set(derived).size).toBe(5);
    }
  });

  test('of a removed key cannot be derived', () => {
    expect(() => codes.derive({ ...identity, keyId: 'gone' })).toThrow("'gone'");
  });

  test('is uniformly distributed', () => {
    const derived = codesOfSessions(10_000);
    for (let place = 0; place < 6; place += 1) {
      const counts = new Map<string, number>();
      for (const code of derived) counts.set(code.charAt(place), (counts.get(code.charAt(place)) ?? 0) + 1);
      // Each digit is expected 1,000 times with a standard deviation of 30: the bound is five of them.
      for (const digit of '0123456789') expect(Math.abs((counts.get(digit) ?? 0) - 1000)).toBeLessThan(150);
    }
    // 10,000 of a million, drawn at random, contain about 50 equal pairs.
    expect(new Set(derived).size).toBeGreaterThan(9900);
  });
});

describe('a guess', () => {
  test('matches the code', () => {
    for (const number of [1, 2, 3, 4, 5]) expect(codes.matches({ ...identity, number }, codes.derive({ ...identity, number }))).toBe(true);
  });

  test('that differs in any one digit does not match', () => {
    const code = codes.derive(identity);
    for (let place = 0; place < 6; place += 1) {
      const digit = String((Number(code[place]) + 1) % 10);
      expect(codes.matches(identity, code.slice(0, place) + digit + code.slice(place + 1))).toBe(false);
    }
  });

  const code = codes.derive(identity);
  const malformed = [
    '',
    ' ',
    '0',
    code.slice(1),
    `${code}0`,
    `0${code}`,
    ` ${code}`,
    `${code}\n`,
    'abcdef',
    '-00001',
    '１２３４５６',
    'é€😀',
    '\0\0\0\0\0\0',
  ];
  test.each(malformed)('that is malformed does not match, and does no harm: %j', (guess) => {
    expect(codes.matches(identity, guess)).toBe(false);
  });

  test('with as many bytes but fewer characters does not match', () => {
    expect(codes.matches(identity, 'é€x')).toBe(false);
  });

  test('does not match in a session without a code', () => {
    const none = { ...identity, number: 0 };
    for (const number of [0, 1]) expect(codes.matches(none, codes.derive({ ...identity, number }))).toBe(false);
  });
});
