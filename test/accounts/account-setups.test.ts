/** The account that a finished set-up creates: one, however often the task repeats, and none if the address belongs to another account. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AccountChanges } from '../../src/accounts/account-changes.ts';
import { AccountSetups, createAccount, type Finished } from '../../src/accounts/account-setups.ts';
import { normaliseEmail } from '../../src/delivery/email-address.ts';
import { readPhoneNumber } from '../../src/delivery/phone-number.ts';
import { serviceCaller } from '../../src/engine/ports.ts';
import { PersonalVault } from '../../src/secrets/personal-vault.ts';
import { v7, v8 } from '../../src/secrets/uuid.ts';
import { keyringOf } from '../secrets/keys.ts';
import { databases, type TestStore } from '../support/databases.ts';
import { passwordWork, storedHash } from './password-work.ts';

const at = Date.UTC(2026, 0, 1);
const finished = { keyId: 'a', email: 'Jane@example.com', passwordHash: storedHash, phone: '+14155550132', locale: 'de', link: null };
const password = 'a quiet evening in Porto';

const emailKeys = (identity: string) => [keyringOf('a').mac('a', 'account', [identity]).toString('base64url')];

/** As the task does: repeats the attempt while another set-up is claiming the address. */
const again = async (attempt: () => Promise<Finished>): Promise<Finished> => {
  for (;;) {
    const end = await attempt();
    if (end.outcome !== 'pending') return end;
  }
};

describe.each(databases)('on $name', ({ open }) => {
  let store: TestStore;
  let parts: ConstructorParameters<typeof AccountSetups>[0];
  let setups: AccountSetups;
  let passwordHash: string;
  beforeAll(async () => {
    store = await open();
    parts = {
      store: store.accounts,
      addresses: store.addresses,
      links: store.links,
      linkKeys: ({ issuer, subject }) => [keyringOf('a').mac('a', 'account', ['link', issuer, subject]).toString('base64url')],
      vault: new PersonalVault(keyringOf('a')),
      ...passwordWork,
      now: () => at,
      newId: () => v7(at),
      setupAccountId: (keyId, setupId) => v8(keyringOf('a').mac(keyId, 'account', ['set-up', setupId])),
      emailKeys,
      normaliseEmail,
      readPhone: (input) => readPhoneNumber(input, null, null),
    };
    setups = new AccountSetups(parts);
    ({ passwordHash } = await setups.begin(finished.email, password, serviceCaller));
  });
  afterAll(() => store.close());

  test('a repeated set-up creates one account, and another set-up of the same address creates none', async () => {
    expect(await setups.hasAccount(finished.email)).toBe(false);
    const one = await setups.finish({ ...finished, passwordHash, setupId: 'one' });
    const id = 'accountId' in one ? one.accountId : expect.fail('There is no account');
    expect(await setups.finish({ ...finished, passwordHash, setupId: 'one' })).toEqual(one);
    expect(await setups.finish({ ...finished, passwordHash, setupId: 'two' })).toEqual({ outcome: 'taken' });
    expect(await setups.hasAccount('jane@EXAMPLE.com')).toBe(true);
    expect(await store.accounts.find(id)).toMatchObject({ emailVerified: true, phoneVerified: true, passwordHash });
  });

  test('of several set-ups that end together, one creates the account', async () => {
    const email = 'together@example.com';
    const made = await Promise.all(
      ['a', 'b', 'c'].map((setupId) => again(() => setups.finish({ ...finished, email, passwordHash, setupId }))),
    );
    expect(made.map(({ outcome }) => outcome).sort()).toEqual(['created', 'taken', 'taken']);
  });

  test('an attempt whose result was lost finds its account, even after a change of address, and none at the former address', async () => {
    const email = 'former@example.com';
    const link = { provider: 'acme', issuer: 'https://acme.example', subject: 'mover' };
    const setup = { ...finished, email, passwordHash, link, setupId: 'moved' };
    const made = await setups.finish(setup);
    const accountId = 'accountId' in made ? made.accountId : expect.fail('There is no account');
    const change = { key: 'move', accountId, after: 0, formerEmail: email, email: 'present@example.com', loginId: 'a login' };
    expect(await new AccountChanges(parts).apply(change)).toBe('applied');
    expect(await setups.finish(setup)).toEqual(made);
    expect([await setups.hasAccount(email), await store.addresses.idOf(emailKeys(email))]).toEqual([false, null]);
    expect(await store.links.of(accountId)).toHaveLength(1);
    // The former address is free for another set-up, and that one’s account changes nothing for the first.
    const other = await setups.finish({ ...finished, email, passwordHash, setupId: 'moved in' });
    expect(other).toMatchObject({ outcome: 'created' });
    expect(await setups.finish(setup)).toEqual(made);
  });

  test('a linked identity is free again if the address has gone to another account meanwhile', async () => {
    const email = 'overtaken@example.com';
    const other = await again(() => setups.finish({ ...finished, passwordHash, email, setupId: 'quicker' }));
    const accountId = 'accountId' in other ? other.accountId : expect.fail('There is no account');
    const released: string[] = [];
    const unused = () => Promise.reject(new Error('Nobody asks for this here'));
    const overtaken = new AccountSetups({
      ...parts,
      addresses: { claim: async () => ({ accountId, claimedAt: at }), takeOver: unused, release: unused, idOr: unused },
      links: {
        isOpenTo: async () => true,
        claim: unused,
        release: async (_, madeBy) => void released.push(madeBy),
        of: unused,
        remove: unused,
      },
    });
    const link = { provider: 'acme', issuer: 'https://acme.example', subject: 'carol' };
    expect(await overtaken.finish({ ...finished, passwordHash, email, link, setupId: 'slower' })).toEqual({ outcome: 'taken' });
    expect(released).toEqual(['slower']);
  });

  test('an identity is linked to one account, and to none of those that were slower', async () => {
    const link = (subject: string) => ({ provider: 'acme', issuer: 'https://acme.example', subject });
    const finish = (key: string, email: string, subject: string) =>
      setups.finish({ ...finished, passwordHash, setupId: key, email, link: link(subject) });
    const one = await finish('l1', 'link-1@example.com', 'ada');
    expect([one.outcome, (await finish('l1', 'link-1@example.com', 'ada')).outcome]).toEqual(['created', 'created']);
    expect(await store.links.of('accountId' in one ? one.accountId : '')).toEqual([
      { id: expect.any(String), provider: 'acme', linkedAt: at },
    ]);
    expect(await finish('l2', 'link-2@example.com', 'ada')).toEqual({ outcome: 'link-taken' });
    expect(await finish('l2', 'link-1@example.com', 'ben')).toEqual({ outcome: 'taken' });
    // The slower set-up released its claim: another account may have the address.
    expect((await finish('l3', 'link-3@example.com', 'ben')).outcome).toBe('created');
    const together = await Promise.all(['m1', 'm2', 'm3'].map((key) => again(() => finish(key, 'link-4@example.com', `eve-${key}`))));
    expect(together.map(({ outcome }) => outcome).sort()).toEqual(['created', 'taken', 'taken']);
    const made = together.find((each) => 'accountId' in each) as { accountId: string };
    expect(await store.links.of(made.accountId)).toHaveLength(1);
    const same = await Promise.all(['n1', 'n2', 'n3'].map((key) => finish(key, `link-${key}@example.com`, 'zoe')));
    expect(same.map(({ outcome }) => outcome).sort()).toEqual(['created', 'link-taken', 'link-taken']);
    // A cancelled set-up releases its address too.
    for (const [index, key] of ['n1', 'n2', 'n3'].entries())
      expect((await store.addresses.idOf(emailKeys(`link-${key}@example.com`))) !== null).toBe(same[index]?.outcome === 'created');
  });

  test('the address of a set-up that could not link stays free, so that the set-up can be cancelled', async () => {
    const link = { provider: 'acme', issuer: 'https://acme.example', subject: 'somebody’s' };
    expect((await setups.finish({ ...finished, passwordHash, link, setupId: 'o1', email: 'owner@example.com' })).outcome).toBe('created');
    const email = 'given-up@example.com';
    expect(await setups.finish({ ...finished, passwordHash, link, setupId: 'o2', email })).toEqual({ outcome: 'link-taken' });
    expect(await store.addresses.idOf(emailKeys(email))).toBeNull();
  });

  test('a verified number is the account’s, whatever the numbering plan says of it when the account is created', async () => {
    const made = await setups.finish({ ...finished, passwordHash, setupId: 'p1', email: 'plan@example.com', phone: '+1415555013' });
    const id = 'accountId' in made ? made.accountId : expect.fail('There is no account');
    const account = await store.accounts.find(id);
    expect(account?.phoneVerified).toBe(true);
    expect(new PersonalVault(keyringOf('a')).open(id, account?.sealed ?? '')).toMatchObject({ phone: '+1415555013' });
  });

  test('the machine learns that the account was created, or that the address was taken', async () => {
    const attempt = (sessionId: string, generation: number) => ({
      sessionId,
      workflow: 'account-setup',
      version: 1,
      keyId: 'a',
      parent: null,
      key: `${sessionId}.${generation}`,
      generation,
      attempt: 1,
      input: {},
      createdAt: at,
      personal: { email: 'task@example.com', passwordHash },
      deadlines: {},
    });
    const signal = new AbortController().signal;
    const { run } = createAccount(setups);
    const made = await run(attempt('session one', 1), signal);
    expect(made).toMatchObject({ output: { outcome: 'created' }, personal: { accountId: expect.any(String) } });
    // The first task used up its attempts before the result of one of them was stored.
    expect(await run(attempt('session one', 2), signal)).toEqual(made);
    expect(await run(attempt('session two', 1), signal)).toEqual({ outcome: 'done', output: { outcome: 'taken' } });
    // A set-up that arrives while another one is creating the account waits a moment for its result.
    const outcomes: Finished['outcome'][] = ['pending', 'pending', 'taken'];
    const slow = createAccount({ finish: async () => ({ outcome: outcomes.shift() as 'taken' }) });
    expect([await slow.run(attempt('session three', 1), signal), outcomes]).toEqual([
      { outcome: 'done', output: { outcome: 'taken' } },
      [],
    ]);
    const stuck = createAccount({ finish: async () => ({ outcome: 'pending' }) });
    expect(await stuck.run(attempt('session four', 1), signal)).toMatchObject({ outcome: 'retry' });
  });
});
