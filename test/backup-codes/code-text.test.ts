/** The text of backup codes: easy to type, hard to mistake, all values alike. */
import { expect, test } from 'vitest';
import { codeText, typedBackupCode } from '../../src/backup-codes/code-text.ts';

const bytes = Buffer.from('f0123456789abc', 'hex');

test('a code has two groups of five characters without look-alikes', () => {
  const codes = Array.from({ length: 500 }, (_, index) => codeText(Buffer.from(index.toString(16).padStart(14, '5'), 'hex')));
  for (const code of codes) expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/);
});

test('each of its 50 bits changes the code', () => {
  const codes = Array.from({ length: 50 }, (_, bit) => {
    const flipped = Buffer.from(bytes);
    const place = 6 - Math.floor(bit / 8);
    flipped[place] = (flipped[place] ?? 0) ^ (1 << (bit % 8));
    return codeText(flipped);
  });
  expect(new Set([...codes, codeText(bytes)]).size).toBe(51);
});

test('a code is read with or without dash, spaces, lower case, and letters for the digits that they look like', () => {
  const read = '10ABC23DEF';
  for (const text of [
    '10ABC-23DEF',
    '10abc23def',
    ' 10 abc – 23 def\n',
    'IOABC-23DEF',
    'loabc−23def',
    '１０ＡＢＣ２３ＤＥＦ',
    '10ABC\u00AD23DEF',
  ])
    expect(typedBackupCode(text)).toBe(read);
});

test('any other text is no code', () => {
  for (const text of ['', '10ABC-23DE', '10ABC-23DEFG', '10ABC-23DEU', '10ABC-23DE!', '🔑', '1'.repeat(200)])
    expect(typedBackupCode(text)).toBeNull();
});
