/** The code of a destination: which guesses are counted and compared, and which codes are admitted. */
import { describe, expect, test } from 'vitest';
import { RateLimited } from '../../src/engine/errors.ts';
import { type ResolvingSession, serviceCaller, type TaskAttempt } from '../../src/engine/ports.ts';
import { codeResolver, newCodeResolver } from '../../src/resolvers/code.ts';
import { codeAdmission } from '../../src/resolvers/code-admission.ts';
import type { CodeGuesses } from '../../src/resolvers/code-guesses.ts';
import { destinationResolver } from '../../src/resolvers/destination.ts';
import { withoutPhoneResolver } from '../../src/resolvers/new-account.ts';
import { phoneResolver } from '../../src/resolvers/phone.ts';

const at = Date.UTC(2026, 0, 1);
const requestContext = { attempt: 'request', caller: serviceCaller, prepared: undefined };
const email = 'jane@example.com';
const phone = '+33612345678';

type Rejection = ReturnType<ResolvingSession['preview']>;
const refused = (code: string): Rejection => ({ kind: 'refused', code, until: null });

/** @param answer of the session to the event */
function session(personal: ResolvingSession['personal'], answer: Rejection = refused('wrong-code')): ResolvingSession {
  return { id: 's', workflow: 'email-verification', keyId: 'k', context: { codesIssued: 2 }, personal, at, preview: () => answer };
}

function counting(verdict: Awaited<ReturnType<CodeGuesses['reserve']>> = { refusal: null, isLast: false }) {
  const calls: string[] = [];
  const guesses = {
    reserve: async ({ destination, code, id }: { destination: string; code: string; id: string }) => {
      calls.push(`count ${destination} ${code} ${id}`);
      return verdict;
    },
    forgive: async () => void calls.push('forgive'),
    withdraw: async () => void calls.push('withdraw'),
  };
  const resolver = codeResolver(
    guesses,
    (_, guess) => guess === '042137',
    async () => void calls.push('reached'),
  );
  const enter = (body: object, of: ResolvingSession) => resolver.event?.({ ...body }, of, requestContext);
  return { enter, calls, resolver };
}

const mail = session({ email, destination: email });
const text = session({ phone, destination: phone });
const counted = (destination: string) => `count ${destination} s:2 request`;

describe('a guess', () => {
  test('that is right is taken back; the proof of a telephone is reported, and that of a mailbox is not', async () => {
    const [byMail, byPhone] = [counting(), counting()];
    expect(await byMail.enter({ code: '042137' }, mail)).toEqual({ payload: { correct: true } });
    expect(await byPhone.enter({ code: '042137' }, text)).toEqual({ payload: { correct: true } });
    expect([byMail.calls, byPhone.calls]).toEqual([
      [counted(email), 'forgive'],
      [counted(phone), 'forgive', 'reached'],
    ]);
  });

  test.each([
    [false, { correct: false }],
    [true, { correct: false, last: true }],
  ])('that is wrong stays counted, and tells whether it was the last: %s', async (isLast, payload) => {
    const { enter, calls } = counting({ refusal: null, isLast });
    expect(await enter({ code: '042138' }, mail)).toEqual({ payload });
    expect(calls).toEqual([counted(email)]);
  });

  test('that is refused is not compared', async () => {
    const { enter, calls } = counting({ refusal: { limit: 'guesses', until: 7 } });
    expect(await enter({ code: '042137' }, mail)).toEqual({
      payload: { correct: false, blocked: true },
      refusedBy: 'guesses',
      refusedUntil: 7,
    });
    expect(calls).toEqual([counted(email)]);
    const closed = counting({ refusal: { limit: 'guesses-closed', until: null } });
    expect(await closed.enter({ code: '042137' }, mail)).toEqual({
      payload: { correct: false, blocked: true },
      refusedBy: 'guesses-closed',
    });
  });

  test.each<[string, Rejection]>([
    ['locked', refused('too-many-attempts')],
    ['expired', refused('code-expired')],
    ['not sent', { kind: 'not-accepted' }],
    ['taken', null],
  ])('at a code that is %s does not count', async (_, answer) => {
    const { enter, calls } = counting();
    expect(await enter({ code: '042137' }, session({ email, destination: email }, answer))).toEqual({ payload: { correct: false } });
    expect(calls).toEqual([]);
  });

  test('counted by a turn that lost its race is taken back if the code is locked by then', async () => {
    const { resolver, calls } = counting();
    const body = { code: '042138' };
    await resolver.event?.(body, mail, requestContext);
    await resolver.event?.(body, session({ email, destination: email }, refused('too-many-attempts')), requestContext);
    expect(calls).toEqual([counted(email), 'withdraw']);
  });
});

describe('a new code', () => {
  const resolver = newCodeResolver({ isThrottled: async (destination) => destination === email });
  test.each<[string, Rejection, string, object]>([
    ['is throttled with its destination', null, email, { throttled: true }],
    ['is not throttled where its destination is not', null, 'john@example.com', {}],
    ['that is not issued is nothing', refused('code-still-valid'), email, {}],
  ])('%s', async (_, answer, destination, payload) => {
    expect(await resolver.event?.({}, session({ destination }, answer), requestContext)).toEqual({ payload });
  });
});

describe('the first send of a code', () => {
  const attempt = (sendNumber: number, personal: TaskAttempt['personal'] = { destination: email }): TaskAttempt => {
    const input = { codeNumber: 2, sendNumber, channel: 'email' };
    return {
      sessionId: 's',
      workflow: 'w',
      version: 1,
      keyId: 'k',
      parent: null,
      key: 's.1',
      generation: 1,
      attempt: 1,
      input,
      createdAt: 0,
      personal,
      deadlines: {},
    };
  };
  const admitting = (refusal: Awaited<ReturnType<CodeGuesses['admitCode']>>, budget: Error | null = null) => {
    const calls: string[] = [];
    const deliver = {
      admit: async () => {
        calls.push('deliver');
        if (budget) throw budget;
      },
      run: async () => ({ outcome: 'done' }) as const,
    };
    const guesses = {
      admitCode: async ({ destination, code, at: when }: { destination: string; code: string; at: number }) => {
        calls.push(`admit ${destination} ${code} ${when}`);
        return refusal;
      },
      withdrawCode: async ({ code }: { code: string }) => void calls.push(`withdraw ${code}`),
    };
    return { handler: codeAdmission(deliver, guesses, () => at), calls };
  };
  const admitted = `admit ${email} s:2 ${at}`;

  test('is admitted by the guesses at its destination, and then by the budgets', async () => {
    const { handler, calls } = admitting(null);
    await handler.admit?.(attempt(1), serviceCaller);
    expect(calls).toEqual([admitted, 'deliver']);
  });

  test('is the only send that is admitted: neither further sends nor codes of an account are', async () => {
    const { handler, calls } = admitting({ limit: 'guesses', until: 7 });
    await handler.admit?.(attempt(2), serviceCaller);
    await handler.admit?.(attempt(1, { destination: 'jane', accountId: 'jane' }), serviceCaller);
    expect(calls).toEqual(['deliver', 'deliver']);
  });

  test('is refused with the limit and its end, before any draw', async () => {
    const { handler, calls } = admitting({ limit: 'guesses-network', until: 7 });
    await expect(handler.admit?.(attempt(1), serviceCaller)).rejects.toMatchObject({ limit: 'guesses-network', until: 7 });
    expect(calls).toEqual([admitted]);
  });

  test('that the budgets refuse releases its place', async () => {
    const { handler, calls } = admitting(null, new RateLimited(9, 'client'));
    await expect(handler.admit?.(attempt(1), serviceCaller)).rejects.toMatchObject({ limit: 'client' });
    expect(calls).toEqual([admitted, 'deliver', 'withdraw s:2']);
  });
});

describe('a new destination', () => {
  const guesses = { guesses: { isThrottled: async (destination: string) => destination.includes('2') }, now: () => at };
  const normalise = (given: string) => (given.includes('@') ? { address: given, identity: given.toLowerCase() } : null);
  const address = destinationResolver(normalise, () => {}, guesses);
  const number = phoneResolver(
    (e164) => ({ e164, country: 'FR', line: 'mobile' }),
    () => {},
    { ...guesses, countRejected: async () => {} },
  );

  test.each([
    ['Jane@example.com', { changed: false }],
    ['john@example.com', { changed: true }],
    ['2@example.com', { changed: true, throttled: true }],
  ])('is the same or another address: %s', async (given, payload) => {
    expect((await address.event?.({ email: given }, mail, requestContext))?.payload).toEqual(payload);
  });

  test.each([
    [phone, { changed: false }],
    ['+33612345670', { changed: true, channel: 'sms', line: 'mobile', throttled: true }],
    ['+33611', { changed: true, channel: 'sms', line: 'mobile' }],
  ])('is the same or another number: %s', async (given, payload) => {
    expect((await number.event?.({ phone: given }, text, requestContext))?.payload).toEqual(payload);
  });

  test('removes an abandoned number from the details of a session that continues without one', async () => {
    const known = session({ email, phone, locale: 'de' });
    expect(await withoutPhoneResolver().event?.({}, known, requestContext)).toEqual({ payload: {}, personal: { email, locale: 'de' } });
  });
});
