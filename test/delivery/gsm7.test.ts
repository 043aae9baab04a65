import { describe, expect, test } from 'vitest';
import { gsm7Length, inGsm7, ucs2Parts } from '../../src/delivery/gsm7.ts';

test.each([
  ['', 0],
  ['Code 042917', 11],
  ['àèéìòùñüöäßÅå', 13],
  ['@£$¥ØøÆæÇ¡¿§', 12],
  ['a\nb', 3],
  ['[x]', 5],
  ['10 €', 5],
  ['^{}\\~|', 12],
])('%j takes %i septets', (text, septets) => {
  expect(gsm7Length(text)).toBe(septets);
});

test.each(['ç', 'ê', 'á', 'í', 'ó', 'ú', '’', '“', '–', '…', 'Я', '漢', '📱', '\t', '`'])('%j needs another alphabet', (text) => {
  expect(gsm7Length(text)).toBeNull();
});

test('the alphabet has 128 characters, one of which is the escape', () => {
  const single = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).filter((text) => gsm7Length(text) === 1);
  expect(single).toHaveLength(127);
});

describe('a text converted to the alphabet', () => {
  test.each([
    ['Acme', 'Acme'],
    ['Café Zoë', 'Café Zoe'],
    ['Citroën [FR]', 'Citroen [FR]'],
    ['Joe’s “Bank” – 2…', 'Joe\'s "Bank" - 2...'],
    ['Čapek', 'Capek'],
    ['Straße', 'Straße'],
    ['Cafe\u0301', 'Café'],
  ])('%s becomes %s', (text, expected) => {
    expect(inGsm7(text)).toBe(expected);
  });

  test.each(['東京 Bank', 'Пример', 'Łódź', '📱', 'مثال'])('loses no letter: %s is kept as it is', (text) => {
    expect(inGsm7(text)).toBeNull();
  });
});

test.each([
  ['я'.repeat(70), 1],
  ['я'.repeat(71), 2],
  ['я'.repeat(134), 2],
  ['я'.repeat(135), 3],
  ['😀'.repeat(35), 1],
  ['😀'.repeat(36), 2],
  // A part of 67 characters ends before a pair of two: 33 pairs a part.
  ['😀'.repeat(66), 2],
  ['😀'.repeat(67), 3],
  [`${'я'.repeat(66)}😀${'я'.repeat(66)}`, 3],
])('a text in another alphabet takes 70 characters, or 67 in each of its parts: %#', (text, parts) => {
  expect(ucs2Parts(text)).toBe(parts);
});
