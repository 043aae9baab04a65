/** A path through a session, as it is remembered and done again: nothing in it belongs to one session alone. */
import { describe, expect, test } from 'vitest';
import { decoded, encoded, pathTo, withoutSigns, withSigns, wrongCode } from '../../src/web/play/path.js';

const cast = { email: 'ada.k2x9@example.com', password: 'a quiet evening in Porto', accountId: '0193' };

describe('a body', () => {
  test('says whether the code was right, not which it was', () => {
    expect(withSigns({ code: '042917', trustDevice: true }, { cast: {}, code: '042917' })).toEqual({ code: '$code', trustDevice: true });
    expect(withSigns({ code: '042918' }, { cast: {}, code: '042917' })).toEqual({ code: '$wrong' });
    expect(withSigns({ code: '042918' }, { cast: {}, code: null })).toEqual({ code: '042918' });
  });

  test('names what the account has, however deep', () => {
    const body = { email: cast.email, change: { kind: 'password', password: cast.password } };
    const signed = withSigns(body, { cast, code: null });
    expect(signed).toEqual({ email: '$email', change: { kind: 'password', password: '$password' } });
    const other = { email: 'bo@example.com', password: 'another one', accountId: '0194' };
    expect(withoutSigns(signed, { cast: other, code: null, tag: 'q7' })).toEqual({
      email: 'bo@example.com',
      change: { kind: 'password', password: 'another one' },
    });
  });

  test('has the right code and a wrong one of the session that it is for', () => {
    const session = { cast: {}, code: '999999', tag: '' };
    expect(withoutSigns({ code: '$code' }, session)).toEqual({ code: '999999' });
    expect(withoutSigns({ code: '$wrong' }, session)).toEqual({ code: '000000' });
    expect(wrongCode('000009')).toBe('000010');
  });

  test('keeps what looks like a sign and is none', () => {
    const body = { password: '$code', reason: '$$' };
    const known = { cast: {}, code: '042917', tag: '' };
    expect(withoutSigns(withSigns(body, known), known)).toEqual(body);
  });

  test('gets addresses of its own in a session that is played again', () => {
    expect(withoutSigns({ email: 'jane@example.com', phone: '+33612345678' }, { cast: {}, code: null, tag: 'q7' })).toEqual({
      email: 'jane+q7@example.com',
      phone: '+33612345678',
    });
  });
});

describe('a path', () => {
  const steps = [
    { at: 0, do: 'start' as const, body: { email: 'jane@example.com' } },
    { at: 4000, do: 'send' as const, depth: 0, type: 'submit-code', body: { code: '$wrong' } },
    { at: 91_000, do: 'send' as const, depth: 0, type: 'resend-code', body: {} },
  ];
  const path = { workflow: 'email-verification', steps, until: 91_000 };

  test('leads to a step and what was done before it, or to a moment between two', () => {
    expect(pathTo(path, { at: 4000, step: 1 })).toEqual({ ...path, steps: steps.slice(0, 2), until: 4000 });
    expect(pathTo(path, { at: 90_000, step: null })).toEqual({ ...path, steps: steps.slice(0, 2), until: 90_000 });
  });

  test('goes into an address and comes out of it as it was', () => {
    const text = encoded({ ...path, steps: [{ at: 0, do: 'start', body: { email: 'jörg+😀@example.com' } }] });
    expect(text).toMatch(/^[\w-]+$/);
    expect(decoded(text)?.steps).toEqual([{ at: 0, do: 'start', body: { email: 'jörg+😀@example.com' } }]);
  });

  test.each(['', '%', 'e30', 'bnVsbA', 'eyJ3b3JrZmxvdyI6MX0'])('is not read out of what is none: "%s"', (text) => {
    expect(decoded(text)).toBeNull();
  });
});
