/** The change that an account's owner requests. An address or a number that the account already has is refused. */
import { describe, expect, test } from 'vitest';
import { InvalidBody } from '../../src/engine/errors.ts';
import { serviceCaller } from '../../src/engine/ports.ts';
import { changeResolver } from '../../src/resolvers/change.ts';
import type { LoginAccount } from '../../src/resolvers/login-account.ts';
import { newSession } from '../support/new-session.ts';
import { accountWith } from './login-account.ts';

const own = '+33612345678';
const other = '+33612345679';
const account = accountWith(own);

/** The session's details of the change, or the code of its refusal. */
async function wanted(change: object, of: Partial<LoginAccount> = {}, line: 'mobile' | 'landline' = 'mobile') {
  const [asked, counted]: [string[], string[]] = [[], []];
  const resolver = changeResolver({
    find: async () => ({ ...account, ...of }),
    hash: async () => 'hash',
    countRejected: async () => void counted.push('rejected'),
    isSameEmail: (_, one, another) => one.toLowerCase() === another.toLowerCase(),
    readNumber: (e164) => ({ e164, country: 'FR', line }),
    can: () => true,
    need: (channel) => void asked.push(channel),
    offers: { first: async () => null },
  });
  const caller = { ...serviceCaller, owner: { accountId: account.id, sessionId: 'login' } };
  try {
    const requestContext = { attempt: 'a', caller, session: newSession };
    const prepared = await resolver.prepare?.({ change }, requestContext);
    const opening = await resolver.start?.({ change }, prepared, requestContext);
    expect(counted).toEqual([]);
    const { newEmail, newPhone, newChannel, newPasswordHash, loginId } = opening?.personal ?? {};
    return { newEmail, newPhone, newChannel, newPasswordHash, loginId, asked };
  } catch (error) {
    if (!(error instanceof InvalidBody)) throw error;
    // A request that satisfies its schema counts, although it is refused.
    expect(counted).toEqual(['rejected']);
    return error.code;
  }
}

describe('a number', () => {
  test('of the account is unchanged if it is verified', async () => {
    expect(await wanted({ kind: 'phone', phone: own })).toBe('same-destination');
  });

  test('of the account can be verified if it is not', async () => {
    expect(await wanted({ kind: 'phone', phone: own }, { phoneVerified: false })).toMatchObject({
      newPhone: own,
      newChannel: 'sms',
      loginId: 'login',
    });
  });

  test('that differs is a change', async () => {
    expect(await wanted({ kind: 'phone', phone: other, channel: 'voice' })).toMatchObject({ newPhone: other, newChannel: 'voice' });
    expect(await wanted({ kind: 'phone', phone: other }, { phone: null, line: null, phoneVerified: false })).toMatchObject({
      newPhone: other,
    });
  });

  test('of a landline accepts only calls', async () => {
    expect(await wanted({ kind: 'phone', phone: other }, {}, 'landline')).toBe('landline-needs-voice');
    expect(await wanted({ kind: 'phone', phone: other, channel: 'voice' }, {}, 'landline')).toMatchObject({ newChannel: 'voice' });
  });
});

test('the account’s address is unchanged in every spelling', async () => {
  expect(await wanted({ kind: 'email', email: 'ADA@example.com' })).toBe('same-destination');
  expect(await wanted({ kind: 'email', email: 'ada@example.org' })).toMatchObject({ newEmail: 'ada@example.org', asked: ['email', 'sms'] });
});

test('a password is stored as its hash', async () => {
  expect(await wanted({ kind: 'password', password: 'x' })).toMatchObject({
    newPasswordHash: 'hash',
    newEmail: undefined,
    newPhone: undefined,
  });
});
