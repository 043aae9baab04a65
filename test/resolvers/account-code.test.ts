/** The code of an account's owner and the credentials before it: the payload and the session's details after each. */
import { describe, expect, test } from 'vitest';
import { type ResolvingSession, serviceCaller } from '../../src/engine/ports.ts';
import type { CodeGuesses } from '../../src/resolvers/code-guesses.ts';
import { accountCodeResolver, credentialsResolver, type Known, type Unrecognised } from '../../src/resolvers/login.ts';
import { type LoginAccount, ownerOf, type ReserveGuess } from '../../src/resolvers/login-account.ts';

const accountId = '0193a3c1-5f6e-7b2d-9c4a-1e2f3a4b5c6d';
const at = Date.UTC(2026, 0, 1);
const requestContext = { attempt: 'request', caller: serviceCaller, prepared: undefined };
const account: LoginAccount = {
  id: accountId,
  email: 'ada@example.com',
  phone: '+33612345678',
  phoneVerified: true,
  line: 'mobile',
  country: 'FR',
  locale: null,
  passwordVersion: 4,
  changes: 2,
};

/** @param of the session's answer to a wrong code, the account, and the channel of the code */
function session(
  of: { readonly code?: string; readonly personal?: ResolvingSession['personal']; readonly channel?: string } = {},
): ResolvingSession {
  const { code = 'wrong-code', personal = ownerOf(account), channel = 'sms' } = of;
  const preview = () => ({ kind: 'refused', code, until: null }) as const;
  return { id: 's', workflow: 'login-verification', keyId: 'k', context: { codesIssued: 3, channel }, personal, at, preview };
}

type Verdict = Awaited<ReturnType<CodeGuesses['reserve']>>;

function entering(reserved: Awaited<ReturnType<ReserveGuess>> = null, verdict: Verdict = { refusal: null, isLast: false }) {
  const calls: string[] = [];
  const compared: unknown[] = [];
  const resolver = accountCodeResolver(
    async (guess) => {
      calls.push(`reserve ${JSON.stringify(guess)}`);
      return reserved;
    },
    {
      reserve: async ({ destination, code }) => {
        calls.push(`count ${destination} ${code}`);
        return verdict;
      },
      forgive: async () => void calls.push('forgive'),
      withdraw: async () => void calls.push('withdraw'),
    },
    {
      matches: (check, guess) => {
        compared.push(check);
        return guess === '042137';
      },
      reached: async () => void calls.push('reached'),
      hasEnded: async () => false,
      offers: { acceptsCode: async () => true, toEnrol: async () => null },
    },
  );
  const enter = (body: object, of = session()) => resolver.event?.({ ...body }, of, requestContext);
  return { enter, calls, compared };
}

const right = { code: '042137' };
const counted = `count ${accountId} s:3:request`;
const reserve = `reserve ${JSON.stringify({ accountId, id: 'request', authenticator: 'telephone', changes: 2, at })}`;

describe('the correct code', () => {
  test.each([
    [
      { ...right, trustDevice: true },
      { correct: true, trustDevice: true },
    ],
    [{ ...right, trustDevice: false }, { correct: true }],
    [right, { correct: true }],
    [{ ...right, trustDevice: 'true' }, { correct: true }],
  ])('trusts the device only if the body asks for it: %j', async (body, payload) => {
    const { enter, calls, compared } = entering();
    expect(await enter(body)).toEqual({ payload, personal: { ...ownerOf(account), proved: 'telephone' } });
    expect(calls).toEqual([counted, reserve, 'forgive', 'reached']);
    expect(compared).toEqual([{ keyId: 'k', sessionId: 's', workflow: 'login-verification', destination: accountId, number: 3 }]);
  });

  test('that came by email proves no telephone', async () => {
    const { enter, calls } = entering();
    const entered = await enter(right, session({ channel: 'email' }));
    expect(calls).not.toContain('reached');
    expect(entered).toMatchObject({ personal: { proved: 'address' } });
  });
});

describe('a code that is not compared', () => {
  test('because the machine ignores the event does not count', async () => {
    for (const of of [session({ code: 'code-expired' }), session({ personal: {} })]) {
      const { enter, calls, compared } = entering();
      expect(await enter(right, of)).toEqual({ payload: { correct: false } });
      expect([calls, compared]).toEqual([[], []]);
    }
  });

  test.each<[string, Awaited<ReturnType<ReserveGuess>>, object]>([
    ['the account was changed', 'outdated', { payload: { correct: false, outdated: true } }],
    [
      'the account takes none for a while',
      { until: 7 },
      { payload: { correct: false, blocked: true }, refusedBy: 'account-blocked', refusedUntil: 7 },
    ],
    ['the channel is closed', { until: null }, { payload: { correct: false, blocked: true }, refusedBy: 'account-channel-closed' }],
  ])('because %s is refused with that reason, and counts nowhere', async (_, reserved, resolution) => {
    const { enter, calls, compared } = entering(reserved);
    expect(await enter(right)).toEqual(resolution);
    expect([calls, compared]).toEqual([[counted, reserve, 'withdraw'], []]);
  });

  test('because the account’s codes are blocked does not count in the account', async () => {
    const { enter, calls } = entering(null, { refusal: { limit: 'account-guesses', until: 9 } });
    expect(await enter(right)).toEqual({ payload: { correct: false, blocked: true }, refusedBy: 'account-guesses', refusedUntil: 9 });
    expect(calls).toEqual([counted]);
  });
});

test('a wrong code stays counted, and trusts no device', async () => {
  const { enter, calls } = entering();
  expect(await enter({ code: '042138', trustDevice: true })).toEqual({ payload: { correct: false } });
  expect(calls).toEqual([counted, reserve]);
});

test('a session without the account’s number of changes is outdated', async () => {
  const { enter, calls } = entering();
  const { changes: _, ...personal } = ownerOf(account);
  await enter(right, session({ personal }));
  expect(calls[1]).toContain('"changes":-1');
});

describe('credentials', () => {
  type Confirmed = { readonly account: LoginAccount; readonly trusted: boolean } | null;
  const known: Known = { kind: 'correct', deviceId: null, networks: [] };
  const submit = async (
    confirmed: Confirmed,
    body: object = {},
    can: (channel: string) => boolean = () => true,
    prepared: Known | Unrecognised = known,
  ) => {
    const accounts = { recognise: async () => prepared, confirm: async () => confirmed, noticeBegins: async () => {} };
    const resolver = credentialsResolver(accounts, { first: async () => null, demandsFactor: async () => false }, can);
    return resolver.event?.({ ...body }, session({ personal: { deviceType: 'Phone' } }), { ...requestContext, prepared });
  };

  test('that the second check does not confirm are wrong, and so are those that the first check found wrong', async () => {
    expect(await submit(null)).toEqual({ payload: { correct: false } });
    const wrong = { kind: 'wrong', lock: null } as const;
    expect(await submit({ account, trusted: true }, {}, () => true, wrong)).toEqual({ payload: { correct: false } });
  });

  test('that lock an account leave the locked account in the session’s details, and nothing about its owner', async () => {
    const wrong = { kind: 'wrong', lock: { accountId: 'jane', key: 'count' } } as const;
    expect(await submit(null, {}, () => true, wrong)).toEqual({
      payload: { correct: false, locks: true },
      personalIfRefused: { deviceType: 'Phone', lockedAccount: 'jane', lockedCount: 'count' },
    });
  });

  test('leave the owner’s addresses and the trusted device in the session’s details', async () => {
    const there: Known = { kind: 'correct', deviceId: 'd', networks: ['n', 'm'] };
    const place = async (trusted: boolean) => (await submit({ account, trusted }, {}, () => true, there))?.personal;
    expect(await place(true)).toMatchObject({ networks: 'n m', shownDevice: 'd' });
    expect(await place(false)).toMatchObject({ networks: 'n m' });
    expect((await place(false))?.['shownDevice']).toBeUndefined();
  });

  test('need a code unless the second check trusts the device', async () => {
    const personal = { deviceType: 'Phone', ...ownerOf(account) };
    expect(await submit({ account, trusted: true })).toEqual({ payload: { correct: true, trusted: true }, personal });
    expect(await submit({ account, trusted: false })).toEqual({ payload: { correct: true, trusted: false, channel: 'sms' }, personal });
  });

  test.each<[string, Partial<LoginAccount>, string | undefined, readonly string[], string]>([
    ['as it is asked for', {}, 'voice', ['sms', 'voice', 'email'], 'voice'],
    ['as it is asked for, by mail', {}, 'email', ['sms', 'voice', 'email'], 'email'],
    ['as usual, where nothing sends the way that is asked for', {}, 'sms', ['voice', 'email'], 'voice'],
    ['by call to a landline', { line: 'landline' }, 'sms', ['sms', 'voice', 'email'], 'voice'],
    ['by mail where nobody has shown that the number is theirs', { phoneVerified: false }, 'sms', ['sms', 'voice', 'email'], 'email'],
    ['by mail where nothing reaches the telephone', {}, undefined, ['email'], 'email'],
  ])('lead to a code %s', async (_, of, wanted, sends, channel) => {
    const confirmed = { account: { ...account, ...of }, trusted: false };
    const resolved = await submit(confirmed, wanted === undefined ? {} : { channel: wanted }, (each) => sends.includes(each));
    expect(resolved?.payload['channel']).toBe(channel);
  });
});

test('a session receives no unverified number of its account', () => {
  expect(ownerOf(account)).toMatchObject({ phone: account.phone, line: 'mobile', passwordVersion: '4', changes: '2' });
  const personal = ownerOf({ ...account, phoneVerified: false });
  expect([personal['phone'], personal['line']]).toEqual([undefined, undefined]);
});
