/** The setting `SECRET_KEYS`: the keys, their order, and the line that refuses each wrong one. */
import { describe, expect, test } from 'vitest';
import { read, refusal } from '../support/settings.ts';
import { base64Of, secretOf } from './secrets.ts';

describe('SECRET_KEYS', () => {
  test('several keys keep their order, the current one first', () => {
    const { secretKeys } = read({ SECRET_KEYS: ` new:${base64Of(1)} , old.2:${base64Of(2, 64)}` });
    expect(secretKeys).toEqual([
      { id: 'new', secret: secretOf(1) },
      { id: 'old.2', secret: secretOf(2, 64) },
    ]);
  });

  test('base64url, and base64 without padding, are accepted too', () => {
    const secret = secretOf(0xfb);
    expect(secret.toString('base64')).toMatch(/[+/].*=$/);
    for (const text of [secret.toString('base64'), secret.toString('base64').replaceAll('=', ''), secret.toString('base64url')])
      expect(read({ SECRET_KEYS: `main:${text}` }).secretKeys).toEqual([{ id: 'main', secret }]);
  });

  test.each([
    ['31 bytes', base64Of(1, 31)],
    ['characters that base64 has not', `${base64Of(1, 64).slice(0, 20)}!${base64Of(1, 64).slice(21)}`],
    ['padding in the middle', `${base64Of(1, 32)}${base64Of(1, 32)}`],
    ['hexadecimal digits of another length', `${secretOf(1).toString('hex')}0`],
  ])('a key of %s is refused by its name', (_, key) => {
    expect(refusal({ SECRET_KEYS: `good:${base64Of(1)},bad:${key}` })).toMatch(/^SECRET_KEYS: the key 'bad' [^\n]+$/);
  });

  test('two keys of one name are refused', () => {
    expect(refusal({ SECRET_KEYS: `a:${base64Of(1)},b:${base64Of(2)},a:${base64Of(3)}` })).toMatch(/^SECRET_KEYS [^\n]*twice$/);
  });
});
