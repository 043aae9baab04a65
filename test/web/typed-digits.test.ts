/** Codes and telephone numbers as people and devices send them. */
import { describe, expect, test } from 'vitest';
import { typedCode, typedPhoneNumber } from '../../src/common/typed-digits.ts';
import { asciiDigitsIn } from '../../src/web/play/digits.js';

/** Every decimal digit of Unicode, in order. */
const digits = Array.from({ length: 0x110000 }, (_, point) => point)
  .filter((point) => point < 0xd800 || point > 0xdfff)
  .map((point) => String.fromCodePoint(point))
  .filter((character) => /\p{Nd}/u.test(character));

describe('a code', () => {
  test.each([
    ['a space', '042 137'],
    ['a hyphen', '042-137'],
    ['an en dash', '042\u2013137'],
    ['a minus sign', '042\u2212137'],
    ['a space between all digits', '0 4 2 1 3 7'],
    ['a line break at the end', '042137\n'],
    ['a line break of Windows inside', '042\r\n137'],
    ['a tab', '\t042137'],
    ['a line separator', '042\u2028137'],
    ['a no-break space', '042\u00A0137'],
    ['an ideographic space', '042\u3000137'],
    ['a zero-width space', '042\u200B137'],
    ['a soft hyphen', '042\u00AD137'],
    ['a word joiner', '042\u2060137'],
    ['a byte order mark', '\uFEFF042137'],
    ['marks of direction', '\u202A042137\u202C'],
    ['variation selectors', '0\uFE0F4\uFE0F2137'],
    ['a dot', '042.137'],
    ['a middle dot of Japan', '042・137'],
    ['Arabic digits', '٠٤٢١٣٧'],
    ['Persian digits', '۰۴۲۱۳۷'],
    ['Devanagari digits', '०४२१३७'],
    ['full-width digits', '０４２ １３７'],
    ['mathematical digits', '𝟎𝟒𝟐𝟙𝟛𝟟'],
    ['digits of two scripts', '042١٣٧'],
  ])('with %s is read as its digits', (_, text) => {
    expect(typedCode(text)).toBe('042137');
  });

  test.each(['', ' ', '12345x', '+123456', '①②③④⑤⑥', '123\u0007456', 'Code: 123456'])('%j stays as it is', (text) => {
    expect(typedCode(text)).toBe(text);
  });
});

test('a telephone number keeps its plus sign and its separators', () => {
  expect(typedPhoneNumber('\u202A＋４４\u3000（０）２０ ７９４６－０９５８\u202C\n')).toBe('+44 (0)20 7946-0958');
  expect(typedPhoneNumber('0151／２３４・５６７．８９')).toBe('0151/234.567.89');
});

test('every digit of Unicode has the value that its place in its script gives it, on the server and on the page', () => {
  expect(digits.length).toBeGreaterThan(600);
  expect(digits.length % 10).toBe(0);
  const expected = digits.map((_, index) => String(index % 10)).join('');
  expect(typedCode(digits.join(''))).toBe(expected);
  expect(asciiDigitsIn(digits.join('')).join('')).toBe(expected);
});
