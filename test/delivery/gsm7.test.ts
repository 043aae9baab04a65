import { describe, expect, test } from 'vitest';
import { gsm7Length, inGsm7 } from '../../src/delivery/gsm7.ts';

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
    ['Citroën [FR]', 'Citroen FR'],
    ['Čapek', 'Capek'],
    ['Straße', 'Straße'],
    ['東京 Bank', 'Bank'],
    ['東京', ''],
    ['📱', ''],
    ['Cafe\u0301', 'Café'],
  ])('%s becomes %s', (text, expected) => {
    expect(inGsm7(text)).toBe(expected);
  });
});
