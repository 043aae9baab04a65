/** Codes as in the appendix of RFC 6238, secrets and addresses as apps read them. */
import { describe, expect, test } from 'vitest';
import { appAddress, isCodeOf, secretText, stepAt, stepsOf } from '../../src/authenticator-apps/time-codes.ts';
import { AuthenticatorApp } from '../support/authenticator-app.ts';

/** The secret of the RFC, in base32. */
const secret = secretText(Buffer.from('12345678901234567890'));
const eightDigits = { secret, digits: 8, periodMs: 30_000 };
const app = { secret, digits: 6, periodMs: 30_000 };
const labels = { issuer: 'Söhne: a & b', label: 'jane+x@example.com' };

describe('RFC 6238, appendix B', () => {
  test.each([
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [1_111_111_111, '14050471'],
    [1_234_567_890, '89005924'],
    [2_000_000_000, '69279037'],
    [20_000_000_000, '65353130'],
  ])('at second %d the code is %s', (seconds, code) => {
    const at = seconds * 1000;
    expect(isCodeOf(eightDigits, stepAt(eightDigits, at), code)).toBe(true);
    expect(stepsOf(eightDigits, code, { at, drift: 0 })).toEqual([Math.floor(seconds / 30)]);
    expect(new AuthenticatorApp(appAddress(eightDigits, labels)).codeAt(at)).toBe(code);
  });
});

test('an app reads the issuer, the account and the shape of the codes from the address', () => {
  const { issuer, account, digits, periodMs } = new AuthenticatorApp(appAddress({ secret, digits: 7, periodMs: 60_000 }, labels));
  expect({ issuer, account, digits, periodMs }).toEqual({ issuer: labels.issuer, account: labels.label, digits: 7, periodMs: 60_000 });
});

test('a code is found in the steps around the time, and in no others', () => {
  const at = 1_800_000_000_000;
  const phone = new AuthenticatorApp(appAddress(app, labels));
  const found = (steps: number, drift: number) => stepsOf(app, phone.codeAt(at + steps * app.periodMs), { at, drift });
  const now = stepAt(app, at);
  for (const steps of [-1, 0, 1]) expect(found(steps, 1)).toEqual([now + steps]);
  for (const steps of [-2, 2]) expect(found(steps, 1)).toEqual([]);
  for (const steps of [-1, 1]) expect(found(steps, 0)).toEqual([]);
});

test('a step begins and ends exactly', () => {
  const at = 1_800_000_000_000;
  const phone = new AuthenticatorApp(appAddress(app, labels));
  expect(stepsOf(app, phone.codeAt(at), { at: at + app.periodMs - 1, drift: 0 })).toHaveLength(1);
  expect(stepsOf(app, phone.codeAt(at), { at: at + app.periodMs, drift: 0 })).toHaveLength(0);
});

test('near the epoch there are no steps before it', () => {
  const first = new AuthenticatorApp(appAddress(app, labels)).codeAt(0);
  expect(stepsOf(app, first, { at: 0, drift: 2 })).toEqual([0]);
});

test('digits of any script and separators are the code, other texts are not', () => {
  const at = 59_000;
  const code = new AuthenticatorApp(appAddress(app, labels)).codeAt(at);
  const typed = (text: string) => stepsOf(app, text, { at, drift: 0 }).length;
  const arabic = [...code].map((digit) => String.fromCodePoint(0x660 + Number(digit))).join('');
  for (const text of [code, ` ${code.slice(0, 3)} ${code.slice(3)}\n`, arabic]) expect(typed(text)).toBe(1);
  for (const text of ['', code.slice(1), `${code}0`, `0${code}`, 'abcdef']) expect(typed(text)).toBe(0);
});
