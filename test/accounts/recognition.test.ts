/** The second check of a login. Credentials that were right when the password was hashed may be wrong when the session receives them. */
import { describe, expect, test } from 'vitest';
import type { StoredDevice } from '../../src/accounts/account.ts';
import { Accounts, type AccountsDeps } from '../../src/accounts/accounts.ts';
import { TrustedDevices } from '../../src/accounts/trusted-devices.ts';
import { normaliseEmail } from '../../src/delivery/email-address.ts';
import { serviceCaller } from '../../src/engine/ports.ts';
import { PersonalVault } from '../../src/secrets/personal-vault.ts';
import { keyringOf } from '../secrets/keys.ts';
import { policyProfiles } from '../support/policy.ts';
import { passwordWork } from './password-work.ts';
import { storedAccount } from './stored-account.ts';

const id = '0193a3c1-5f6e-7b2d-9c4a-1e2f3a4b5c6d';
const deviceId = '0193a3c1-5f6e-7b2d-9c4a-00000000d001';
const password = 'a quiet evening in Porto';
const token = `${deviceId}.secret`;
const t0 = Date.UTC(2026, 0, 1);
const vault = new PersonalVault(keyringOf('a'));
const unused = () => Promise.reject(new Error('Nobody asks for this here'));

/** An account in memory with a trusted device. The test changes both. */
async function fixture() {
  const passwordHash = await passwordWork.passwords.hash(password, serviceCaller);
  const state = { now: t0, account: stored(passwordHash), device: null as StoredDevice | null };
  const devices = new TrustedDevices({
    store: {
      trust: async (device) => {
        state.device = { ...device, revokedAt: null };
      },
      find: async (accountId, device) => (accountId === id && device === deviceId ? state.device : null),
      all: async () => (state.device ? [state.device] : []),
      revoke: unused,
    },
    vault,
    policy: policyProfiles.seed,
    now: () => state.now,
  });
  await devices.trust({ id: deviceId, accountId: id, passwordVersion: 1, token, details: {}, at: t0 });
  const deps: AccountsDeps = {
    store: {
      find: async (account) => (account === id ? state.account : null),
      passwordOf: async () => ({ hash: state.account?.passwordHash ?? '', version: state.account?.passwordVersion ?? 0 }),
      passwordKinds: async () => [],
      create: unused,
      rehash: unused,
      change: unused,
      reserve: unused,
      closeChannels: unused,
      forgetWrongCodes: unused,
      preferredFactor: unused,
      preferFactor: unused,
    },
    addresses: { claim: unused, takeOver: unused, release: unused, idOr: async () => id },
    devices,
    vault,
    ...passwordWork,
    policy: policyProfiles.seed,
    now: () => state.now,
    newId: () => id,
    setupAccountId: () => id,
    emailKeys: (identity) => [identity],
    links: { isOpenTo: unused, claim: unused, release: unused, of: unused, remove: unused },
    linkKeys: () => [],
    normaliseEmail,
    readPhone: () => ({ invalid: 'Nobody reads numbers here' }),
    guesses: {
      count: async () => ({ key: '', name: 'a', draws: { of: [], entry: '', at: t0 }, locks: false, isLookedAt: true }),
      takeBack: async () => {},
      networks: () => [],
      noticeBegins: unused,
    },
  };
  const accounts = new Accounts(deps);
  const recognised = await accounts.recognise(
    { email: 'Jane@Example.com', password, deviceToken: token },
    { caller: serviceCaller, attempt: 'a' },
  );
  if (recognised.kind === 'wrong') throw new Error('The password was right');
  return { state, devices, look: () => accounts.confirm(recognised) };
}

const stored = (passwordHash: string) => storedAccount(vault, { id, email: 'jane@example.com', passwordHash, at: t0 });

describe('the second check of right credentials on a trusted device', () => {
  test('confirms both if nothing has changed', async () => {
    const { look } = await fixture();
    expect(await look()).toMatchObject({ account: { id, email: 'jane@example.com' }, trusted: true });
  });

  test.each([0, 2])('confirms neither if the password has changed (version %i)', async (passwordVersion) => {
    const { state, look } = await fixture();
    state.account = { ...state.account, passwordVersion };
    expect(await look()).toBeNull();
  });

  test('confirms neither if another account has the address, or this account has a new one', async () => {
    const { state, look } = await fixture();
    state.account = { ...state.account, sealed: vault.seal(id, { email: 'john@example.com' }) };
    expect(await look()).toBeNull();
    state.account = { ...state.account, sealed: vault.seal(id, { email: 'JANE@example.com' }) };
    expect(await look()).toMatchObject({ trusted: true });
  });

  test.each<[string, (device: StoredDevice) => StoredDevice | null]>([
    ['was revoked', (device) => ({ ...device, revokedAt: t0 })],
    ['has expired', (device) => ({ ...device, expiresAt: t0 })],
    ['was trusted under another password', (device) => ({ ...device, passwordVersion: 2 })],
    ['is gone', () => null],
  ])('asks for a code if the device %s meanwhile', async (_, change) => {
    const { state, look } = await fixture();
    state.device = state.device && change(state.device);
    expect(await look()).toMatchObject({ account: { id }, trusted: false });
  });

  test('trusts a device until the millisecond at which its trust expires', async () => {
    const { state, look, devices } = await fixture();
    const trusted = async () => [
      (await look())?.trusted,
      await devices.shown(id, 1, token),
      (await devices.all(id, 1)).map((device) => device.id),
    ];
    state.now = t0 + policyProfiles.seed.trustedDeviceMs - 1;
    expect(await trusted()).toEqual([true, deviceId, [deviceId]]);
    state.now += 1;
    expect(await trusted()).toEqual([false, null, []]);
  });
});

describe('a token of a device', () => {
  test.each([
    ['of another secret', `${deviceId}.other`],
    ['of no device', 'nothing'],
    ['that is longer', `${token}x`],
    ['that is its id alone', deviceId],
  ])('%s identifies no device', async (_, other) => {
    const { devices } = await fixture();
    expect(await devices.shown(id, 1, other)).toBeNull();
  });

  test('identifies its device to its account, under the password with which it was trusted', async () => {
    const { devices } = await fixture();
    expect(await devices.shown(id, 1, token)).toBe(deviceId);
    expect(await devices.shown(id, 2, token)).toBeNull();
    expect(await devices.shown(deviceId, 1, token)).toBeNull();
    expect(await devices.all(id, 2)).toEqual([]);
  });
});
