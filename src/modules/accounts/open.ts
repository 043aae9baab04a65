/** Opens the services of accounts and logins. */
import { availableParallelism } from 'node:os';
import { accountFigures } from '../../../machines/accounts-figures.ts';
import { messageFigures } from '../../../machines/messages-figures.ts';
import { AccountChanges } from '../../accounts/account-changes.ts';
import { AccountSetups } from '../../accounts/account-setups.ts';
import { Accounts, type AccountsDeps } from '../../accounts/accounts.ts';
import { Factors } from '../../accounts/factors.ts';
import { GuessEstimator } from '../../accounts/guess-estimator.ts';
import { Logins } from '../../accounts/logins.ts';
import { PasswordGuesses } from '../../accounts/password-guesses.ts';
import { PasswordLocks } from '../../accounts/password-locks.ts';
import { PasswordStrength } from '../../accounts/password-strength.ts';
import { Passwords } from '../../accounts/passwords.ts';
import { TrustedDevices } from '../../accounts/trusted-devices.ts';
import { normaliseEmail } from '../../delivery/email-address.ts';
import { readPhoneNumber } from '../../delivery/phone-number.ts';
import { FairQueue } from '../../engine/fair-queue.ts';
import { FactorOffers } from '../../resolvers/factor-offers.ts';
import { factorRegistrationResolver } from '../../resolvers/factor-registration.ts';
import { SandboxFactor, sandboxFactorName } from '../../sandbox/sandbox-factor.ts';
import { AccessTokens } from '../../secrets/access-tokens.ts';
import { DeviceTokens } from '../../secrets/device-tokens.ts';
import { UnlockTokens } from '../../secrets/unlock-tokens.ts';
import { v7, v8 } from '../../secrets/uuid.ts';
import { AccountRecords } from '../../store/account-records.ts';
import { AddressRecords } from '../../store/address-records.ts';
import { DeviceRecords } from '../../store/device-records.ts';
import { LinkRecords } from '../../store/link-records.ts';
import { LoginRecords } from '../../store/login-records.ts';
import { OwnerNetworkRecords } from '../../store/owner-network-records.ts';
import { PasswordGuessRecords } from '../../store/password-guess-records.ts';
import { codeKey } from '../codes/services.ts';
import type { Host } from '../host.ts';
import { messageKey } from '../messages/services.ts';
import { AccountAccess } from './account-access.ts';
import type { AccessOf, AccountServices } from './services.ts';
import type { AccountSettings } from './settings.ts';

/** The tables of accounts. */
export function accountRecords({ store: { db, budgets } }: Pick<Host, 'store'>) {
  return {
    accounts: new AccountRecords(db),
    addresses: new AddressRecords(db),
    devices: new DeviceRecords(db),
    links: new LinkRecords(db),
    logins: new LoginRecords(db),
    passwordGuesses: new PasswordGuessRecords(db),
    ownerNetworks: new OwnerNetworkRecords(db),
    budgets,
  };
}

export function openAccounts(host: Host, { lightPasswords: light, phishingResistant }: AccountSettings): AccountServices {
  const { keyring, vault, serviceName, signer, audience } = host;
  const policy = { ...host.figures(accountFigures), ...host.figures(messageFigures) };
  const records = accountRecords(host);
  const now = () => host.now();
  const newId = () => v7(now());
  const guesses = new PasswordGuesses({
    policy,
    store: records.passwordGuesses,
    networks: records.ownerNetworks,
    budgets: records.budgets,
    hashes: (of) => keyring.ids.map((id) => keyring.mac(id, 'guess', ['password', ...of]).toString('base64url')),
    now,
    newId,
  });
  // Expensive work uses all processors except one, which answers requests.
  const concurrency = Math.max(1, availableParallelism() - 1);
  // Light hashes take no time, so a client with many of them needs no pauses.
  const queue = new FairQueue(light ? { concurrency, pauseMsPerPiece: 0 } : { concurrency });
  const estimator = new GuessEstimator();
  const deps: AccountsDeps = {
    store: records.accounts,
    addresses: records.addresses,
    devices: new TrustedDevices({ store: records.devices, vault, policy, now }),
    vault,
    passwords: new Passwords({ queue, light }),
    strength: new PasswordStrength({ queue, estimator, serviceName, shortest: policy.shortestPassword }),
    policy,
    now,
    newId,
    setupAccountId: (keyId, setupId) => v8(keyring.mac(keyId, 'account', ['set-up', setupId])),
    emailKeys: (identity) => keyring.ids.map((id) => keyring.mac(id, 'account', ['email', identity]).toString('base64url')),
    links: records.links,
    linkKeys: ({ issuer, subject }) => keyring.ids.map((id) => keyring.mac(id, 'account', ['link', issuer, subject]).toString('base64url')),
    normaliseEmail,
    readPhone: (input) => readPhoneNumber(input, null, null),
    guesses,
  };
  const accounts = new Accounts(deps);
  const factors = new Factors(records.accounts);
  const markers = {
    marker: (accountId: string) => factors.preferred(accountId),
    mark: (accountId: string, marker: string) => factors.prefer(accountId, marker),
  };
  const sandboxFactor = host.sandbox === null ? null : new SandboxFactor(markers);
  if (sandboxFactor !== null) {
    factors.add(sandboxFactor);
    factors.add(new SandboxFactor(markers, true));
  }
  const demandedFactor = async (accountId: string) => {
    if ((await sandboxFactor?.state(accountId))?.isDemanded) return sandboxFactorName;
    return phishingResistant === 'required' ? factors.resistant : null;
  };
  const stepUps = new Set(['account-change']);
  const offers = new FactorOffers({
    of: (accountId) => factors.of(accountId),
    named: (name) => factors.named(name),
    find: (accountId) => accounts.find(accountId),
    preferred: (accountId) => factors.preferred(accountId),
    demanded: (accountId) => demandedFactor(accountId),
    can: (channel) => host.use(messageKey).providerFor(channel) !== null,
    isStepUp: (workflow) => stepUps.has(workflow),
  });
  const ways: AccessOf[] = [];
  const logins = new Logins({
    store: records.accounts,
    logins: records.logins,
    vault,
    policy,
    hasFactor: async (accountId) => (await factors.of(accountId)).length > 0,
    now,
  });
  return {
    accounts,
    locks: new PasswordLocks({
      guesses,
      tokens: new UnlockTokens(keyring),
      find: (accountId) => accounts.find(accountId),
      normaliseEmail,
      policy,
      now,
    }),
    setups: new AccountSetups(deps),
    changes: new AccountChanges(deps),
    access: new AccountAccess({
      tokens: new AccessTokens(signer, audience),
      logins,
      policy,
      now,
    }),
    deviceTokens: new DeviceTokens(keyring),
    // Wrong codes close a channel of their account until its owner has proved another channel.
    guesses: host.use(codeKey).countGuesses({
      names: { day: 'account-guesses', network: 'account-guesses-network', closed: 'account-guesses' },
      wrong: policy.wrongCodesPerAccount,
      failures: 0,
    }),
    logins,
    factors,
    sandboxFactor,
    addFactor: (factor) => factors.add(factor),
    offers,
    isStepUp: (workflow) => stepUps.has(workflow),
    registrationOf: (factor, workflow) => {
      stepUps.add(workflow);
      const { providerFor, need } = host.use(messageKey);
      return factorRegistrationResolver({
        factor,
        find: (accountId) => accounts.find(accountId),
        offers,
        can: (channel) => providerFor(channel) !== null,
        need,
      });
    },
    addAccess: (accessOf) => {
      ways.push(accessOf);
    },
    accessOf: async (...who) => {
      for (const way of ways) {
        const access = await way(...who);
        if (access !== null) return access;
      }
      return null;
    },
    close: () => estimator.close(),
  };
}
