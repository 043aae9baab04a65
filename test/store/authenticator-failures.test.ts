/** Wrong codes in a row at the telephone and at the address of an account, on both databases. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Guess, GuessLimits } from '../../src/accounts/account.ts';
import { databases, type TestStore } from '../support/databases.ts';

const t0 = Date.UTC(2026, 0, 1);
const minute = 60_000;

describe.each(databases)('wrong codes in a row at one authenticator, on $name,', ({ open }) => {
  let store: TestStore;
  let accounts: TestStore['accounts'];
  beforeAll(async () => {
    store = await open();
    ({ accounts } = store);
  });
  afterAll(() => store.close());

  async function created(): Promise<string> {
    const id = randomUUID();
    const verified = { emailVerified: true, phoneVerified: true };
    await accounts.create({ id, sealed: 'sealed', passwordHash: 'hash', passwordKind: 'bcrypt 12', ...verified, at: t0 });
    return id;
  }

  function guess(accountId: string, more: Partial<Guess & GuessLimits>): Guess & GuessLimits {
    const given = { accountId, id: randomUUID(), authenticator: 'telephone', changes: 0, at: t0, blockMs: 15 * minute } as const;
    return { ...given, ...limits, ...more };
  }

  async function guesses(accountId: string, count: number, more: Partial<Guess & GuessLimits>) {
    const results: Awaited<ReturnType<typeof accounts.reserve>>[] = [];
    for (let index = 0; index < count; index += 1) results.push(await accounts.reserve(guess(accountId, more)));
    return results;
  }

  const limits = { wrongPerBlock: 1000, wrongPerAuthenticator: 12 };
  const address = { ...limits, authenticator: 'address' } as const;
  const closed = [{ until: null }];

  test('close it, whatever was guessed at the other one between them', async () => {
    const id = await created();
    for (let n = 0; n < 12; n += 1)
      expect([await guesses(id, 1, limits), await guesses(id, n % 2, address)]).toEqual([[null], Array(n % 2).fill(null)]);
    expect(await guesses(id, 1, { ...limits, at: t0 + 1000 * minute })).toEqual(closed);
    expect(await accounts.find(id)).toMatchObject({ closedChannels: ['sms', 'voice'], wrongTelephoneCodes: 12, wrongAddressCodes: 6 });
    expect(await guesses(id, 6, address)).toEqual(Array(6).fill(null));
    expect(await guesses(id, 1, address)).toEqual(closed);
  });

  test('at the same moment close it after as many', async () => {
    const id = await created();
    const results = await Promise.all(Array.from({ length: 40 }, () => accounts.reserve(guess(id, limits))));
    expect(results.filter((result) => result === null)).toHaveLength(12);
  });

  test('are reset by a correct code at it, and not by one at the other', async () => {
    const id = await created();
    await guesses(id, 11, limits);
    await guesses(id, 3, address);
    await accounts.forgetWrongCodes(id, 'address');
    expect(await accounts.find(id)).toMatchObject({ wrongCodes: 0, wrongTelephoneCodes: 11, wrongAddressCodes: 0 });
    expect(await guesses(id, 2, limits)).toEqual([null, { until: null }]);
    await guesses(id, 3, address);
    await accounts.forgetWrongCodes(id, 'telephone');
    expect(await accounts.find(id)).toMatchObject({ closedChannels: [], wrongTelephoneCodes: 0, wrongAddressCodes: 3 });
  });

  test('no longer close it after the other one was proved, or it was opened or replaced', async () => {
    const id = await created();
    const change = { id, sealed: 'sealed', password: null, emailVerified: true, phoneVerified: true, at: t0 };
    const openings = [
      () => accounts.forgetWrongCodes(id, 'address'),
      () => accounts.closeChannels(id, []),
      () => accounts.change({ ...change, key: 'number', after: 0, replaced: 'telephone' }),
    ];
    for (const [changes, opening] of openings.entries()) {
      await guesses(id, 12, limits);
      expect(await guesses(id, 1, limits)).toEqual(closed);
      await opening();
      expect(await guesses(id, 1, { ...limits, changes: Math.max(0, changes - 1) })).toEqual([null]);
      await accounts.closeChannels(id, []);
    }
    await guesses(id, 12, { ...limits, changes: 1 });
    await accounts.change({ ...change, key: 'address', after: 1, replaced: 'address' });
    expect(await guesses(id, 1, { ...limits, changes: 2 })).toEqual(closed);
  });
});
