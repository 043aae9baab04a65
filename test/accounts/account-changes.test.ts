/**
 * Changes of an account's address and number, also when they are interrupted. One address leads to one account, and the claim of a change
 * that failed ends.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AccountStore, AddressStore } from '../../src/accounts/account.ts';
import { AccountChanges, type ConfirmedChange, type Wanted } from '../../src/accounts/account-changes.ts';
import { AccountSetups } from '../../src/accounts/account-setups.ts';
import { Accounts } from '../../src/accounts/accounts.ts';
import { PasswordGuesses } from '../../src/accounts/password-guesses.ts';
import { TrustedDevices } from '../../src/accounts/trusted-devices.ts';
import { normaliseEmail } from '../../src/delivery/email-address.ts';
import { readPhoneNumber } from '../../src/delivery/phone-number.ts';
import { StoreUnavailable } from '../../src/engine/errors.ts';
import { serviceCaller } from '../../src/engine/ports.ts';
import { PersonalVault } from '../../src/secrets/personal-vault.ts';
import { v7, v8 } from '../../src/secrets/uuid.ts';
import { keyringOf } from '../secrets/keys.ts';
import { databases, type TestStore } from '../support/databases.ts';
import { policyProfiles } from '../support/policy.ts';
import { passwordWork, storedHash } from './password-work.ts';

const minute = 60_000;
const vault = new PersonalVault(keyringOf('a'));
const emailKeys = (identity: string) => [keyringOf('a').mac('a', 'account', [identity]).toString('base64url')];

/** The store's functions that accounts call, so that a test can replace some. */
const accountsOf = ({ accounts: store }: TestStore): AccountStore => ({
  create: (made) => store.create(made),
  passwordOf: (...of) => store.passwordOf(...of),
  find: (id) => store.find(id),
  rehash: (...made) => store.rehash(...made),
  passwordKinds: () => store.passwordKinds(),
  change: (change) => store.change(change),
  reserve: (guess) => store.reserve(guess),
  closeChannels: (...channels) => store.closeChannels(...channels),
  forgetWrongCodes: (...proved) => store.forgetWrongCodes(...proved),
  preferredFactor: (id) => store.preferredFactor(id),
  preferFactor: (...preferred) => store.preferFactor(...preferred),
});

const addressesOf = ({ addresses: store }: TestStore): AddressStore => ({
  claim: (...claim) => store.claim(...claim),
  takeOver: (...claim) => store.takeOver(...claim),
  release: (...claim) => store.release(...claim),
  idOr: (...of) => store.idOr(...of),
});

let people = 0;
const address = () => `changes-${++people}@example.com`;

describe.each(databases)('on $name', ({ open }) => {
  let store: TestStore;
  let at = Date.UTC(2026, 0, 1);
  const partsWith = (accounts: Partial<AccountStore> = {}, addresses: Partial<AddressStore> = {}) => ({
    store: { ...accountsOf(store), ...accounts },
    addresses: { ...addressesOf(store), ...addresses },
    links: store.links,
    linkKeys: ({ subject }: { subject: string }) => [subject],
    vault,
    ...passwordWork,
    now: () => at,
    newId: () => v7(at),
    setupAccountId: (keyId: string, setupId: string) => v8(keyringOf('a').mac(keyId, 'account', ['set-up', setupId])),
    emailKeys,
    normaliseEmail,
    readPhone: (input: string) => readPhoneNumber(input, null, null),
  });
  let setups: AccountSetups;
  let changes: AccountChanges;
  beforeAll(async () => {
    store = await open();
    setups = new AccountSetups(partsWith());
    changes = new AccountChanges(partsWith());
  });
  afterAll(() => store.close());

  async function account(email = address()): Promise<{ id: string; email: string }> {
    const { passwordHash } = await setups.begin(email, 'a quiet evening in Porto', serviceCaller);
    const made = await setups.finish({ ...finished(email), passwordHash });
    return { id: 'accountId' in made ? made.accountId : expect.fail('It was not made'), email };
  }
  const change = (of: { id: string; email: string }, after: number, more: Partial<ConfirmedChange>): ConfirmedChange => ({
    key: `change ${after} of ${of.id}`,
    accountId: of.id,
    after,
    formerEmail: of.email,
    loginId: 'a login',
    ...more,
  });
  const emailOf = async (id: string) => vault.open(id, (await store.accounts.find(id))?.sealed ?? '')['email'];
  const leadsTo = (email: string) => store.addresses.idOf(emailKeys(email));

  /** A set-up that claimed an address and was interrupted. */
  async function interrupted(email: string): Promise<void> {
    const never = () => Promise.reject(new Error('interrupted'));
    await expect(new AccountSetups(partsWith({ create: never })).finish(finished(email))).rejects.toThrow('interrupted');
  }
  const finished = (email: string) => ({
    setupId: `set-up of ${email}`,
    keyId: 'a',
    email,
    passwordHash: storedHash,
    phone: null,
    link: null,
    locale: null,
  });

  test('a new password keeps the login that requested it, and other changes leave it unchanged', async () => {
    const of = await account();
    const keptLogin = async () => (await store.accounts.find(of.id))?.keptLogin;
    expect(await keptLogin()).toBeNull();
    expect(await changes.apply(change(of, 0, { passwordHash: storedHash, loginId: 'the first' }))).toBe('applied');
    expect(await keptLogin()).toBe('the first');
    expect(await changes.apply(change(of, 1, { phone: '+33612345678', loginId: 'the second' }))).toBe('applied');
    expect(await keptLogin()).toBe('the first');
    expect(await changes.apply(change(of, 2, { passwordHash: storedHash, loginId: 'the second' }))).toBe('applied');
    expect(await keptLogin()).toBe('the second');
  });

  test('every spelling of an address is the same address', () => {
    const spellings = ['Jane@MÜNCHEN.example', 'jane@münchen.example', ' jane@xn--mnchen-3ya.example', 'JANE@XN--MNCHEN-3YA.EXAMPLE'];
    for (const one of spellings) for (const other of spellings) expect(changes.isSameEmail('/change/email', one, other)).toBe(true);
    for (const other of ['jane@munchen.example', 'jan@münchen.example', 'jane+a@münchen.example'])
      expect(changes.isSameEmail('/change/email', other, 'jane@münchen.example')).toBe(false);
    expect(() => changes.isSameEmail('/change/email', 'jane', 'jane')).toThrow(expect.objectContaining({ path: '/change/email' }));
  });

  test('an address that was claimed for an account that was never created becomes free by itself', async () => {
    const of = await account();
    const email = address();
    await interrupted(email);
    const wanted = change(of, 0, { email });
    // The account may still be created, so the next claim waits.
    await expect(changes.apply(wanted)).rejects.toThrow();
    expect(await emailOf(of.id)).toBe(of.email);
    at += 5 * minute;
    expect(await changes.apply(wanted)).toBe('applied');
    expect([await emailOf(of.id), await leadsTo(email), await leadsTo(of.email)]).toEqual([email, of.id, null]);
  });

  test('the account of an earlier claim is created at once', async () => {
    const email = address();
    await interrupted(email);
    const claimed = await leadsTo(email);
    const { id } = await account(email);
    expect([id, await leadsTo(email)]).toEqual([claimed, claimed]);
    expect(await changes.apply(change(await account(), 0, { email }))).toBe('taken');
  });

  test('another account with that address waits, and no answer tells of the claim', async () => {
    const email = address();
    await interrupted(email);
    const other = { ...finished(email), setupId: 'another one' };
    const { seed: policy } = policyProfiles;
    const accounts = new Accounts({
      ...partsWith(),
      devices: new TrustedDevices({ store: store.devices, vault, policy, now: () => at }),
      guesses: new PasswordGuesses({
        policy,
        store: store.passwordGuesses,
        networks: store.ownerNetworks,
        budgets: store.budgets,
        hashes: (of) => [of.join()],
        now: () => at,
        newId: () => v7(at),
      }),
      policy,
    });
    const made = { email, password: 'a quiet evening in Porto' };
    expect(await setups.finish(other)).toEqual({ outcome: 'pending' });
    await expect(accounts.create(made, serviceCaller)).rejects.toThrow(StoreUnavailable);
    at += 5 * minute;
    expect(await setups.finish(other)).toEqual({ outcome: 'created', accountId: await leadsTo(email) });
    expect(await accounts.create(made, serviceCaller)).toBeNull();
    // The interrupted set-up comes too late.
    expect(await setups.finish(finished(email))).toEqual({ outcome: 'taken' });
  });

  test('a renewed claim lasts as long as a new one', async () => {
    const of = await account();
    const email = address();
    await interrupted(email);
    at += 4 * minute;
    await interrupted(email);
    at += 4 * minute;
    await expect(changes.apply(change(of, 0, { email }))).rejects.toThrow();
  });

  test('an interrupted change does not release its former address if the account has it again', async () => {
    const of = await account();
    const email = address();
    const cut = new AccountChanges(partsWith({}, { release: () => Promise.reject(new Error('interrupted')) }));
    await expect(cut.apply(change(of, 0, { email }))).rejects.toThrow('interrupted');
    expect(await changes.apply(change({ id: of.id, email }, 1, { email: of.email }))).toBe('applied');
    expect(await changes.apply(change(of, 0, { email }))).toBe('applied');
    expect([await emailOf(of.id), await leadsTo(of.email), await leadsTo(email)]).toEqual([of.email, of.id, null]);
  });

  test('a change that loses the race after claiming its address releases it, unless the winner changed to the same address', async () => {
    for (const same of [true, false]) {
      const of = await account();
      const [email, other] = [address(), address()];
      const quicker = change(of, 0, { key: `quicker ${of.id}`, email: same ? email : other });
      const outrun = new AccountChanges(
        partsWith({
          change: async (written) => {
            expect(await changes.apply(quicker)).toBe('applied');
            return store.accounts.change(written);
          },
        }),
      );
      expect(await outrun.apply(change(of, 0, { email }))).toBe('superseded');
      expect([await leadsTo(email), await leadsTo(same ? email : other)]).toEqual([same ? of.id : null, of.id]);
    }
  });

  test('a verified number is the account’s, whatever the numbering plan says of it when the change is applied', async () => {
    const of = await account();
    expect(await changes.apply(change(of, 0, { phone: '+1415555013' }))).toBe('applied');
    const stored = await store.accounts.find(of.id);
    expect([stored?.phoneVerified, vault.open(of.id, stored?.sealed ?? '')['phone']]).toEqual([true, '+1415555013']);
    // A new number inherits no property of the former one.
    expect(await changes.apply(change(of, 1, { phone: '+14155550134' }))).toBe('applied');
    expect(await changes.apply(change(of, 2, { phone: '+1415555014' }))).toBe('applied');
    const { phone, line, country } = vault.open(of.id, (await store.accounts.find(of.id))?.sealed ?? '');
    expect([phone, line, country]).toEqual(['+1415555014', undefined, undefined]);
  });

  test.each<[string, Wanted, readonly boolean[]]>([
    ['an address', { email: address() }, [true, false]],
    ['a number', { phone: '+14155550133' }, [false, true]],
    ['a password', { passwordHash: storedHash }, [false, false]],
  ])('%s is verified after its change, and nothing else is', async (_, wanted, verified) => {
    const of = await account();
    const written: boolean[][] = [];
    const unverified = new AccountChanges(
      partsWith({
        find: async (id) => {
          const stored = await store.accounts.find(id);
          return stored && { ...stored, emailVerified: false, phoneVerified: false };
        },
        change: async ({ emailVerified, phoneVerified }) => {
          written.push([emailVerified, phoneVerified]);
          return false;
        },
      }),
    );
    expect(await unverified.apply(change(of, 0, wanted))).toBe('superseded');
    expect(written).toEqual([verified]);
  });
});
