/** The channels that resolvers accept. None accepts a mail for a telephone's code, even if a schema let the body through. */
import { describe, expect, test } from 'vitest';
import { InvalidBody } from '../../src/engine/errors.ts';
import type { Resolver, ResolvingSession } from '../../src/engine/ports.ts';
import { serviceCaller } from '../../src/engine/ports.ts';
import { type ChangeDeps, changeResolver } from '../../src/resolvers/change.ts';
import { accountChannelResolver } from '../../src/resolvers/login.ts';
import type { LoginAccount } from '../../src/resolvers/login-account.ts';
import { channelResolver, phoneResolver } from '../../src/resolvers/phone.ts';
import { newSession } from '../support/new-session.ts';
import { accountWith } from './login-account.ts';

const phone = '+33612345678';
const requestContext = { attempt: 'a', caller: serviceCaller, prepared: undefined };
const readNumber = () => ({ e164: phone, country: 'FR', line: 'mobile' }) as const;
const need = () => {};
const uncounted = async () => {};
const account = accountWith(phone);

function session(workflow: string, personal: Readonly<Record<string, string>> = {}): ResolvingSession {
  return { id: 's', workflow, keyId: 'k', context: {}, personal, at: 0, preview: () => null };
}

const channelOf = async (resolver: Resolver, body: object, of: ResolvingSession) =>
  (await resolver.event?.({ ...body }, of, requestContext))?.payload['channel'];

describe('a phone verification', () => {
  const number = session('phone-verification', { phone, destination: phone });

  test.each(['email', 'carrier-pigeon', undefined])('is not switched to %s', async (channel) => {
    await expect(async () => channelOf(channelResolver(need, uncounted), { channel }, number)).rejects.toThrow(InvalidBody);
  });

  test('is not started by mail, and accepts no number with a mail', async () => {
    const resolver = phoneResolver(readNumber, need, {
      guesses: { isThrottled: async () => false },
      countRejected: async () => {},
      now: () => 0,
    });
    await expect(async () =>
      resolver.start?.({ phone, channel: 'email' }, undefined, { ...requestContext, session: newSession }),
    ).rejects.toThrow(InvalidBody);
    await expect(async () => channelOf(resolver, { phone: '+33612345679', channel: 'email' }, number)).rejects.toThrow(InvalidBody);
  });

  test.each(['sms', 'voice'])('is switched to %s', async (channel) => {
    expect(await channelOf(channelResolver(need, uncounted), { channel }, number)).toBe(channel);
  });
});

describe('a step-up', () => {
  const resolver = accountChannelResolver(need, (workflow) => workflow === 'account-change', uncounted);

  test.each([{ accountId: account.id, line: 'mobile' }, { accountId: account.id }, {}])(
    'is not switched to email: %j',
    async (personal) => {
      await expect(async () => channelOf(resolver, { channel: 'email' }, session('account-change', personal))).rejects.toThrow(InvalidBody);
    },
  );

  test('is switched to voice; a login may be switched to email', async () => {
    const personal = { accountId: account.id, line: 'mobile' };
    expect(await channelOf(resolver, { channel: 'voice' }, session('account-change', personal))).toBe('voice');
    expect(await channelOf(resolver, { channel: 'email' }, session('login-verification', personal))).toBe('email');
  });
});

describe('the code of a change', () => {
  const owner = { accountId: account.id, sessionId: 'l' };
  const parts = (of: LoginAccount, sends: readonly string[]): ChangeDeps => ({
    find: async () => of,
    hash: async () => 'hash',
    countRejected: async () => {},
    isSameEmail: () => false,
    readNumber,
    can: (channel) => sends.includes(channel),
    need: (channel) => {
      if (!sends.includes(channel)) throw new Error(`no ${channel}`);
    },
    offers: { first: async () => null },
  });
  const channelFor = async (of: LoginAccount, sends: readonly string[], channel?: string) => {
    const resolver = changeResolver(parts(of, sends));
    const body = { change: { kind: 'password', password: 'x' }, ...(channel === undefined ? {} : { channel }) };
    const asking = { attempt: 'a', caller: { ...serviceCaller, owner }, session: newSession };
    const prepared = await resolver.prepare?.(body, asking);
    return (await resolver.start?.(body, prepared, asking))?.event?.['channel'];
  };

  test.each([undefined, 'email', 'sms', 'voice'])('goes to the telephone of the account, whatever was asked for: %s', async (wanted) => {
    expect(await channelFor(account, ['email', 'sms', 'voice'], wanted)).toBe(wanted === 'voice' ? 'voice' : 'sms');
    expect(await channelFor(account, ['email', 'voice'], wanted)).toBe('voice');
  });

  test.each([
    ['a mobile telephone', account],
    ['a landline', { ...account, line: 'landline' }],
  ] as const)('goes nowhere, and to no address, where nothing reaches %s', async (_, of) => {
    await expect(channelFor(of, ['email'])).rejects.toThrow(of.line === 'landline' ? 'no voice' : 'no sms');
    await expect(channelFor(of, ['email'], 'email')).rejects.toThrow(/no (sms|voice)/);
  });

  test.each([
    ['there is no number', { ...account, phone: null, line: null, phoneVerified: false }],
    ['nobody has shown that the number is theirs', { ...account, phoneVerified: false }],
  ] as const)('goes by email where %s', async (_, of) => {
    expect(await channelFor(of, ['email', 'sms', 'voice'])).toBe('email');
  });

  test('is for no number that a mail would verify', async () => {
    const resolver = changeResolver(parts(account, ['email', 'sms', 'voice']));
    const change = { kind: 'phone', phone: '+33612345679', channel: 'email' };
    await expect(resolver.prepare?.({ change }, { attempt: 'a', caller: { ...serviceCaller, owner } })).rejects.toThrow(InvalidBody);
  });
});
