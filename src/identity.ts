/** Who people are: puts the accounts together, and what logins ask of them. */
import { randomBytes, randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { AccountAccess } from './account-access.ts';
import { AccountChanges } from './accounts/account-changes.ts';
import { AccountSetups } from './accounts/account-setups.ts';
import { Accounts, type AccountsParts } from './accounts/accounts.ts';
import { GuessEstimator } from './accounts/guess-estimator.ts';
import { Logins } from './accounts/logins.ts';
import { PasswordGuesses } from './accounts/password-guesses.ts';
import { PasswordLocks } from './accounts/password-locks.ts';
import { PasswordStrength } from './accounts/password-strength.ts';
import { Passwords } from './accounts/passwords.ts';
import { TrustedDevices } from './accounts/trusted-devices.ts';
import type { Config } from './config.ts';
import { normaliseEmail } from './delivery/email-address.ts';
import { readPhoneNumber } from './delivery/phone-number.ts';
import { FairQueue } from './engine/fair-queue.ts';
import { ownOrigin } from './engine/ports.ts';
import type { SandboxAccountParts } from './http/sandbox-accounts.ts';
import type { AccessTokens } from './secrets/access-tokens.ts';
import type { Keyring } from './secrets/keyring.ts';
import type { PersonalVault } from './secrets/personal-vault.ts';
import { UnlockTokens } from './secrets/unlock-tokens.ts';
import { v7, v8 } from './secrets/uuid.ts';
import type { Store } from './store/store.ts';

export interface IdentityParts {
  readonly config: Config;
  readonly store: Store;
  readonly keyring: Keyring;
  readonly vault: PersonalVault;
  readonly accessTokens: AccessTokens;
  readonly now: () => number;
}

export interface Identity {
  readonly accounts: Accounts;
  readonly locks: PasswordLocks;
  readonly setups: AccountSetups;
  readonly changes: AccountChanges;
  /** Ends the threads. */
  close(): Promise<void>;
  readonly access: AccountAccess;
}

export function openAccounts({ config, store, keyring, vault, accessTokens, now }: IdentityParts): Identity {
  const guesses = new PasswordGuesses({
    policy: config.policy,
    store: store.passwordGuesses,
    networks: store.ownerNetworks,
    budgets: store.budgets,
    hashes: (of) => keyring.ids.map((id) => keyring.mac(id, 'guess', ['password', ...of]).toString('base64url')),
    now,
    newId: () => v7(now()),
  });
  // Expensive work uses all processors except the one that answers requests.
  const queue = new FairQueue({ concurrency: Math.max(1, availableParallelism() - 1) });
  const estimator = new GuessEstimator();
  const parts: AccountsParts = {
    store: store.accounts,
    addresses: store.addresses,
    devices: new TrustedDevices({ store: store.devices, vault, policy: config.policy, now }),
    vault,
    passwords: new Passwords({ queue, light: config.lightPasswords }),
    strength: new PasswordStrength({ queue, estimator, serviceName: config.serviceName, shortest: config.policy.shortestPassword }),
    policy: config.policy,
    now,
    newId: () => v7(now()),
    setupAccountId: (keyId, setupId) => v8(keyring.mac(keyId, 'account', ['set-up', setupId])),
    emailKeys: (identity) => keyring.ids.map((id) => keyring.mac(id, 'account', ['email', identity]).toString('base64url')),
    links: store.links,
    linkKeys: ({ issuer, subject }) => keyring.ids.map((id) => keyring.mac(id, 'account', ['link', issuer, subject]).toString('base64url')),
    normaliseEmail,
    readPhone: (input) => readPhoneNumber(input, null, null),
    guesses,
  };
  const accounts = new Accounts(parts);
  const find = (accountId: string) => accounts.find(accountId);
  return {
    accounts,
    locks: new PasswordLocks({ guesses, tokens: new UnlockTokens(keyring), find, normaliseEmail, policy: config.policy, now }),
    setups: new AccountSetups(parts),
    changes: new AccountChanges(parts),
    close: () => estimator.close(),
    access: new AccountAccess({
      tokens: accessTokens,
      logins: new Logins({ store: store.accounts, logins: store.logins, vault, policy: config.policy, now }),
      policy: config.policy,
      now,
    }),
  };
}

/** Accounts as the sandbox makes them. */
export function sandboxAccounts({ accounts, locks, setups, changes }: Identity, now: () => number): SandboxAccountParts['accounts'] {
  return {
    create: (made) => accounts.create({ ...made, emailVerified: true, phoneVerified: made.phone !== undefined }, ownOrigin),
    trustDevice: async (accountId) => {
      const id = randomUUID();
      const token = `${id}.${randomBytes(32).toString('base64url')}`;
      const passwordVersion = (await accounts.find(accountId))?.passwordVersion ?? 0;
      await accounts.trust({ id, accountId, passwordVersion, token, details: { deviceType: 'Sandbox' }, at: now() });
      return token;
    },
    link: async (accountId, link) => {
      await setups.link(accountId, randomUUID(), link);
    },
    block: (accountId, blocked) => accounts.block(accountId, blocked),
    arrangeWrongPasswords: (accountId, wrong) => locks.arrange(accountId, wrong),
    changePassword: async (accountId, password) => {
      const account = await accounts.find(accountId);
      if (account === null) return false;
      const { email: formerEmail, changes: after } = account;
      const passwordHash = await changes.hash('/password', { password, email: formerEmail }, ownOrigin);
      return (await changes.apply({ key: randomUUID(), accountId, after, formerEmail, loginId: '', passwordHash })) === 'applied';
    },
  };
}
