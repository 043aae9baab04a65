/** Accounts on both databases: one account per address, every guess counted once, devices trusted until their trust ends. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AccountChange, Guess, GuessLimits } from '../../src/accounts/account.ts';
import { databases, type TestStore } from '../support/databases.ts';

const t0 = Date.UTC(2026, 0, 1);
const minute = 60_000;

describe.each(databases)('on $name', ({ open }) => {
  let store: TestStore;
  let accounts: TestStore['accounts'];
  let addresses: TestStore['addresses'];
  let devices: TestStore['devices'];
  beforeAll(async () => {
    store = await open();
    ({ accounts, addresses, devices } = store);
  });
  afterAll(() => store.close());

  async function created(changes: { id?: string; passwordKind?: string } = {}): Promise<string> {
    const id = changes.id ?? randomUUID();
    const account = {
      id,
      sealed: 'sealed',
      passwordHash: 'hash',
      passwordKind: 'bcrypt 12',
      emailVerified: true,
      phoneVerified: false,
      at: t0,
    };
    expect(await accounts.create({ ...account, ...changes })).toBe(true);
    return id;
  }

  const claim = (accountId: string, more: { at?: number; changes?: number } = {}) => ({ accountId, changes: 0, at: t0, ...more });

  function guess(accountId: string, changes: Partial<Guess & GuessLimits> = {}): Guess & GuessLimits {
    const id = randomUUID();
    const limits = { wrongPerBlock: 10, blockMs: 15 * minute, wrongPerAuthenticator: 100 };
    return { accountId, id, authenticator: 'telephone', changes: 0, at: t0, ...limits, ...changes };
  }

  async function guesses(accountId: string, count: number, changes: Partial<Guess & GuessLimits> = {}) {
    const results: Awaited<ReturnType<typeof accounts.reserve>>[] = [];
    for (let index = 0; index < count; index += 1) results.push(await accounts.reserve(guess(accountId, changes)));
    return results;
  }

  test('an address belongs to the first account that claims it, under every key that it is hashed with', async () => {
    const [first, second] = [randomUUID(), randomUUID()];
    expect(await addresses.claim(['new-key-a', 'old-key-a'], claim(first))).toEqual({ accountId: first, claimedAt: t0 });
    expect(await addresses.claim(['newer-key-a', 'new-key-a'], claim(second))).toEqual({ accountId: first, claimedAt: t0 });
    expect(await addresses.idOf(['new-key-a'])).toBe(first);
    expect(await addresses.idOf(['other'])).toBeNull();
  });

  test('a renewed claim belongs to no other account, and a release of the earlier claim does not affect it', async () => {
    const [first, second] = [randomUUID(), randomUUID()];
    const keys = ['anew'];
    const old = await addresses.claim(keys, claim(first));
    expect(await addresses.claim(keys, claim(first, { at: t0 + 1, changes: 2 }))).toEqual({ accountId: first, claimedAt: t0 + 1 });
    expect(await addresses.takeOver(keys, old, claim(second))).toBe(false);
    await addresses.release(keys, first, 1);
    expect(await addresses.idOf(keys)).toBe(first);
    // A late release of the earlier claim changes nothing.
    const latest = await addresses.claim(keys, claim(first));
    expect(latest).toEqual({ accountId: first, claimedAt: t0 + 1 });
    const taken = await Promise.all([second, randomUUID()].map((id) => addresses.takeOver(keys, latest, claim(id, { at: t0 + 2 }))));
    expect(taken.filter(Boolean)).toHaveLength(1);
  });

  test('of many simultaneous claims of an address, one succeeds', async () => {
    const claims = await Promise.all(Array.from({ length: 20 }, () => addresses.claim(['raced'], claim(randomUUID()))));
    expect(new Set(claims.map(({ accountId }) => accountId)).size).toBe(1);
  });

  test('an account is created once, and read as it was written', async () => {
    const id = await created();
    expect(await accounts.create({ ...(await written(id)), at: t0 })).toBe(false);
    expect(await accounts.find(id)).toEqual({
      id,
      sealed: 'sealed',
      passwordHash: 'hash',
      passwordVersion: 1,
      emailVerified: true,
      phoneVerified: false,
      wrongCodes: 0,
      wrongTelephoneCodes: 0,
      wrongAddressCodes: 0,
      wrongFactorCodes: 0,
      blockedUntil: null,
      closedChannels: [],
      changes: 0,
      keptLogin: null,
      createdAt: t0,
      updatedAt: t0,
    });
    expect(await accounts.find(randomUUID())).toBeNull();
  });

  const written = async (id: string) => ({
    id,
    sealed: 'other',
    passwordHash: 'other',
    passwordKind: 'other',
    emailVerified: false,
    phoneVerified: false,
  });

  test('the preferred factor is read as it was written, and is none without an account', async () => {
    const id = await created();
    expect(await accounts.preferredFactor(id)).toBeNull();
    await accounts.preferFactor(id, 'passkey');
    expect(await accounts.preferredFactor(id)).toBe('passkey');
    expect(await accounts.preferredFactor(await created())).toBeNull();
    await accounts.preferFactor(id, null);
    expect(await accounts.preferredFactor(id)).toBeNull();
    expect(await accounts.preferredFactor(randomUUID())).toBeNull();
  });

  test('a rehash applies only to its own password', async () => {
    const id = await created();
    await accounts.rehash(id, 2, { hash: 'stale', kind: 'stale' });
    expect((await accounts.find(id))?.passwordHash).toBe('hash');
    await accounts.rehash(id, 1, { hash: 'fresh', kind: 'argon2id 19456 2 1' });
    expect(await accounts.find(id)).toMatchObject({ passwordHash: 'fresh', passwordVersion: 1 });
    expect(await accounts.passwordKinds()).toEqual(expect.arrayContaining(['argon2id 19456 2 1', 'bcrypt 12']));
    expect(await accounts.passwordKinds()).not.toContain('stale');
  });

  describe('guesses', () => {
    test('count until codes are refused for a while, and again after as many more', async () => {
      const id = await created();
      expect(await guesses(id, 10)).toEqual(Array(10).fill(null));
      const until = t0 + 15 * minute;
      expect(await guesses(id, 2)).toEqual([{ until }, { until }]);
      expect(await guesses(id, 1, { at: until - 1 })).toEqual([{ until }]);
      expect(await guesses(id, 10, { at: until })).toEqual(Array(10).fill(null));
      expect(await guesses(id, 1, { at: until })).toEqual([{ until: until + 15 * minute }]);
      expect(await accounts.find(id)).toMatchObject({ wrongCodes: 20 });
    });

    test('with the same id count once, however often and late they arrive', async () => {
      const id = await created();
      const once = guess(id);
      for (let index = 0; index < 3; index += 1) expect(await accounts.reserve(once)).toBeNull();
      await guesses(id, 9);
      expect(await accounts.reserve(once)).toBeNull();
      expect(await accounts.find(id)).toMatchObject({ wrongCodes: 10 });
    });

    test('at the same moment never pass the limit', async () => {
      const id = await created();
      const results = await Promise.all(Array.from({ length: 40 }, () => accounts.reserve(guess(id))));
      expect(results.filter((result) => result === null)).toHaveLength(10);
    });

    test('with a factor close factors alone, and a proved factor forgets them', async () => {
      const id = await created();
      const wrong = () => accounts.reserve(guess(id, { authenticator: 'factor', wrongPerAuthenticator: 2 }));
      await wrong();
      await accounts.forgetWrongCodes(id, 'telephone');
      expect(await accounts.find(id)).toMatchObject({ wrongFactorCodes: 1, closedChannels: [] });
      await accounts.forgetWrongCodes(id, 'factor');
      expect(await accounts.find(id)).toMatchObject({ wrongFactorCodes: 0, closedChannels: [] });
      await wrong();
      await wrong();
      expect(await accounts.find(id)).toMatchObject({ wrongTelephoneCodes: 0, closedChannels: ['factor'] });
    });

    test('for a missing account are refused', async () => {
      expect(await accounts.reserve(guess(randomUUID()))).toEqual({ until: null });
    });
  });

  describe('a change', () => {
    const change = (id: string, more: Partial<AccountChange> = {}): AccountChange => ({
      id,
      key: randomUUID(),
      replaced: null,
      after: 0,
      sealed: 'changed',
      password: null,
      emailVerified: true,
      phoneVerified: true,
      at: t0 + 5,
      ...more,
    });
    const password = { hash: 'new', kind: 'argon2id', keptLogin: 'mine' };

    test('is applied once, however often it is tried', async () => {
      const id = await created();
      const one = change(id, { password });
      expect([await accounts.change(one), await accounts.change(one)]).toEqual([true, true]);
      const expected = { sealed: 'changed', passwordHash: 'new', passwordVersion: 2, keptLogin: 'mine', changes: 1, updatedAt: t0 + 5 };
      expect(await accounts.find(id)).toMatchObject({ ...expected, phoneVerified: true });
    });

    test('applies to the account’s expected version, or not at all; an earlier one that is repeated stays applied', async () => {
      const id = await created();
      const [one, late] = [change(id), change(id, { password })];
      expect([await accounts.change(one), await accounts.change(late)]).toEqual([true, false]);
      expect(await accounts.change(change(id, { after: 1, sealed: 'again' }))).toBe(true);
      expect(await accounts.change(one)).toBe(true);
      expect(await accounts.find(id)).toMatchObject({
        sealed: 'again',
        passwordHash: 'hash',
        passwordVersion: 1,
        keptLogin: null,
        changes: 2,
      });
      expect(await accounts.change(change(randomUUID()))).toBe(false);
    });

    test('is one of many at the same moment', async () => {
      const id = await created();
      const made = await Promise.all(Array.from({ length: 10 }, () => accounts.change(change(id))));
      expect(made.filter(Boolean)).toHaveLength(1);
    });

    test('ends the guesses at earlier codes', async () => {
      const id = await created();
      await accounts.change(change(id));
      expect([await accounts.reserve(guess(id)), await accounts.reserve(guess(id, { changes: 1 }))]).toEqual(['outdated', null]);
      expect(await accounts.find(id)).toMatchObject({ wrongCodes: 1 });
    });

    test('releases an address that is the account’s own, and no other', async () => {
      const [id, other] = [randomUUID(), randomUUID()];
      await addresses.claim(['mine-now', 'mine-before'], claim(id));
      await addresses.release(['mine-now'], other, 0);
      expect(await addresses.idOf(['mine-now'])).toBe(id);
      await addresses.release(['mine-now', 'mine-before'], id, 0);
      expect(await addresses.claim(['mine-now'], claim(other))).toMatchObject({ accountId: other });
    });
  });

  describe('a trusted device', () => {
    const device = (accountId: string, changes: { id?: string; createdAt?: number; expiresAt?: number } = {}) => ({
      id: randomUUID(),
      accountId,
      passwordVersion: 1,
      tokenHash: 'hash',
      sealed: 'sealed',
      createdAt: t0,
      expiresAt: t0 + 100,
      ...changes,
    });

    test('belongs to its account alone, and does not change', async () => {
      const mine = device(randomUUID());
      await devices.trust(mine);
      await devices.trust({ ...mine, tokenHash: 'other' });
      expect(await devices.find(mine.accountId, mine.id)).toEqual({ ...mine, revokedAt: null });
      expect(await devices.find(randomUUID(), mine.id)).toBeNull();
    });

    test('is listed once, until it expires or is revoked', async () => {
      const accountId = randomUUID();
      const [older, newer, short] = [device(accountId), device(accountId, { createdAt: t0 + 1 }), device(accountId, { expiresAt: t0 + 5 })];
      for (const each of [older, newer, short]) await devices.trust(each);
      const listed = async (at: number) => (await devices.all(accountId, at)).map(({ id }) => id);
      expect(await listed(t0 + 4)).toEqual([newer.id, ...[older.id, short.id].sort().reverse()]);
      expect(await listed(t0 + 5)).toEqual([newer.id, older.id]);
      expect(await devices.revoke(randomUUID(), newer.id, t0 + 6)).toBe(false);
      expect(await devices.revoke(accountId, newer.id, t0 + 6)).toBe(true);
      expect(await devices.revoke(accountId, newer.id, t0 + 7)).toBe(false);
      expect(await devices.revoke(accountId, short.id, t0 + 7)).toBe(false);
      expect(await listed(t0 + 7)).toEqual([older.id]);
      expect((await devices.find(accountId, newer.id))?.revokedAt).toBe(t0 + 6);
      await devices.purge(t0 + 6);
      expect(await devices.find(accountId, short.id)).toBeNull();
      expect(await devices.find(accountId, older.id)).not.toBeNull();
    });
  });
});
