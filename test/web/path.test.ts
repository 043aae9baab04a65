/** A path through a session, recorded and replayed: no part of it belongs to one session only. */
import { describe, expect, test } from 'vitest';
import { decoded, encoded, type Path, pathTo } from '../../src/web/play/path.js';
import { hasDeviceAnswer, withPlaceholders, withValues, wrongCode } from '../../src/web/play/placeholders.js';

const cast = { email: 'ada.k2x9@example.com', password: 'a quiet evening in Porto', accountId: '0193' };

describe('a body', () => {
  test('records whether the code was right, not the code', () => {
    expect(withPlaceholders({ code: '042917', trustDevice: true }, { cast: {}, code: '042917' })).toEqual({
      code: '$code',
      trustDevice: true,
    });
    expect(withPlaceholders({ code: '042918' }, { cast: {}, code: '042917' })).toEqual({ code: '$wrong' });
    expect(withPlaceholders({ code: '042918' }, { cast: {}, code: null })).toEqual({ code: '042918' });
  });

  test('names the account’s values, at any depth', () => {
    const body = { email: cast.email, change: { kind: 'password', password: cast.password } };
    const recorded = withPlaceholders(body, { cast, code: null });
    expect(recorded).toEqual({ email: '$email', change: { kind: 'password', password: '$password' } });
    const other = { email: 'bo@example.com', password: 'another one', accountId: '0194' };
    expect(withValues(recorded, { cast: other, code: null, tag: 'q7' })).toEqual({
      email: 'bo@example.com',
      change: { kind: 'password', password: 'another one' },
    });
  });

  test('replays with the correct code and a wrong one of its new session', () => {
    const session = { cast: {}, code: '999999', tag: '' };
    expect(withValues({ code: '$code' }, session)).toEqual({ code: '999999' });
    expect(withValues({ code: '$wrong' }, session)).toEqual({ code: '000000' });
    expect(wrongCode('000009')).toBe('000010');
  });

  test('contains no typed password and no token, but placeholders for them', () => {
    const known = { cast, code: null, secrets: new Map([['password', 'new-password']]) };
    const typed = { change: { kind: 'password', password: 'my own one' } };
    const recorded = withPlaceholders(typed, known);
    expect(recorded).toEqual({ change: { kind: 'password', password: '$newPassword' } });
    expect(withPlaceholders(typed, { ...known, refusal: 'weak-password' })).toEqual({
      change: { kind: 'password', password: '$weakPassword' },
    });
    const [login, secrets] = [
      { deviceToken: 'abc', password: 'nearly' },
      new Map([
        ['password', 'current-password'],
        ['deviceToken', ''],
      ]),
    ];
    expect(withPlaceholders(login, { ...known, secrets })).toEqual({ deviceToken: '$otherSecret', password: '$otherSecret' });
    const played = withValues({ new: '$newPassword', weak: '$weakPassword', other: '$otherSecret' }, { cast, code: null, tag: '' });
    expect(new Set([...Object.values(played), cast.password]).size).toBe(4);
  });

  test('holds no answer of a device, and says that it had one', () => {
    const secrets = new Map([['credential', '']]);
    const recorded = withPlaceholders(
      { credential: { id: 'of-a-passkey', response: { signature: 'of-it' } } },
      { cast: {}, code: null, secrets },
    );
    expect(JSON.stringify(recorded)).not.toMatch(/of-/);
    expect([recorded, { failure: 'cancelled' }].map(hasDeviceAnswer)).toEqual([true, false]);
  });

  test('leaves an unknown placeholder empty', () => {
    expect(withValues({ email: '$constructor', phone: '$toString' }, { cast, code: null, tag: '' })).toEqual({ email: '', phone: '' });
  });

  test('keeps text that looks like a placeholder', () => {
    const body = { password: '$code', reason: '$$' };
    const known = { cast: {}, code: '042917', tag: '' };
    expect(withValues(withPlaceholders(body, known), known)).toEqual(body);
  });

  test('replays with new addresses, and with new numbers if they were made up', () => {
    const body = { email: 'jane@example.com', phone: '+33142345678', newPhone: '+33611111111' };
    const played = withValues(body, { cast: {}, code: null, tag: 'q7' });
    expect(played).toEqual({ email: 'jane+q7@example.com', phone: '+33142345678', newPhone: expect.stringMatching(/^\+3361\d{7}$/) });
    expect(played['newPhone']).not.toBe(body.newPhone);
  });
});

describe('a path', () => {
  const steps = [
    { at: 0, refusal: null, do: 'start' as const, body: { email: 'jane@example.com' } },
    { at: 4000, refusal: 'wrong-code', do: 'send' as const, depth: 0, type: 'submit-code', body: { code: '$wrong' } },
    { at: 91_000, refusal: null, do: 'send' as const, depth: 0, type: 'resend-code', body: {} },
  ];
  const path: Path = { workflow: 'email-verification', steps, until: 91_000, reached: null };

  test('leads to a moment through the events until then', () => {
    expect(pathTo(path, { at: 4000, steps: 2 })).toEqual({ ...path, steps: steps.slice(0, 2), until: 4000 });
    expect(pathTo(path, { at: 90_000, steps: 2 })).toEqual({ ...path, steps: steps.slice(0, 2), until: 90_000 });
  });

  test('is the same after a round trip through an address', () => {
    const text = encoded({ ...path, steps: [{ at: 0, refusal: null, do: 'start', body: { email: 'jörg+😀@example.com' } }] });
    expect(text).toMatch(/^[\w-]+$/);
    expect(decoded(text)?.steps).toEqual([{ at: 0, refusal: null, do: 'start', body: { email: 'jörg+😀@example.com' } }]);
    expect(decoded(encoded(path))).toEqual(path);
  });

  test.each(['', '%', 'e30', 'bnVsbA', 'eyJ3b3JrZmxvdyI6MX0'])('is not read out of what is none: "%s"', (text) => {
    expect(decoded(text)).toBeNull();
  });

  const send = steps[1];
  test.each([
    ['a step that is none', [null]],
    ['a request to somewhere else', [{ ...send, type: '../../../sandbox/clock' }]],
    ['an unknown deed', [{ ...send, do: 'destroy' }]],
    ['a body that is none', [{ ...send, body: 'code' }]],
    ['a session that cannot be', [{ ...send, depth: 7 }]],
    ['a time that is none', [{ ...send, at: '0' }]],
    ['ten years', [{ ...send, at: 3e11 }]],
    ['thousands of steps', Array.from({ length: 5000 }, () => send)],
  ])('is not read from %s', (_, wrong) => {
    const text = JSON.stringify({ ...path, steps: wrong });
    expect(decoded(btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''))).toBeNull();
  });

  test('is read without unknown members', () => {
    const [step] = decoded(encoded({ ...path, steps: [{ ...steps[0], __proto__: {}, extra: 1 } as never] }))?.steps ?? [];
    expect(Object.keys(step ?? {}).sort()).toEqual(['at', 'body', 'do', 'refusal']);
  });
});
