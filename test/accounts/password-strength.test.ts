import { describe, expect, test } from 'vitest';
import { passwordWeakness } from '../../src/accounts/password-strength.ts';

const tooEasy = 'The password is too easy to guess';

describe('a password', () => {
  test.each([
    ['a quiet evening in Porto'],
    ['xkcd9182hz'],
    ['mNb!7q2xKe'],
    ['🎹 vier Uhr früh 🎹'],
    [`${'correct horse battery '.repeat(6)}`.slice(0, 128)],
  ])('may be %j: no rules of composition', async (password) => {
    expect(await passwordWeakness(password, ['robin@example.com'])).toBeNull();
  });

  test.each([
    ['password', tooEasy],
    ['P@ssw0rd1', tooEasy],
    ['qwertyuiop', tooEasy],
    ['aaaaaaaaaaaaaaaa', tooEasy],
    ['robin.doe1', tooEasy],
    ['Robin.Doe@Example.com', tooEasy],
    ['short 1', 'A password has at least 8 characters'],
    ['🎹'.repeat(7), 'A password has at least 8 characters'],
    ['x1y2z3 '.repeat(19), 'A password has at most 128 characters'],
  ])('%j is refused: %s', async (password, reason) => {
    expect(await passwordWeakness(password, ['robin.doe@example.com'])).toBe(reason);
  });
});
