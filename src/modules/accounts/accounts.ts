/** The module `accounts`: sets up accounts, recognises their owners, and changes passwords, addresses and numbers. */
import { randomUUID } from 'node:crypto';
import { accountChange } from '../../../machines/account-change-interface.ts';
import { accountSetup } from '../../../machines/account-setup-interface.ts';
import { accountFigures } from '../../../machines/accounts-figures.ts';
import { loginVerification } from '../../../machines/login-verification-interface.ts';
import type { Account } from '../../accounts/account.ts';
import { applyChange } from '../../accounts/account-changes.ts';
import { createAccount } from '../../accounts/account-setups.ts';
import { enrolFactor } from '../../accounts/factor-enrolments.ts';
import { forgetWrongCodes, rememberNetwork, trustDevice } from '../../accounts/owner-tasks.ts';
import { confirmsOf } from '../../delivery/deliver-code.ts';
import { maskEmail } from '../../delivery/email-address.ts';
import { notifyOwner } from '../../delivery/notify-owner.ts';
import { maskPhone } from '../../delivery/phone-number.ts';
import { comparableRecipient } from '../../delivery/recipient.ts';
import type { TaskAttempt } from '../../engine/ports.ts';
import { accountTag, mePaths } from '../../http/accounts/me-paths.ts';
import { meRoutes } from '../../http/accounts/me-routes.ts';
import { unlockAddress, unlockPageRoutes } from '../../http/accounts/unlock-page.ts';
import { adminAccountRoutes } from '../../http/admin/admin-account-routes.ts';
import { adminAccountPaths } from '../../http/admin/admin-schemas.ts';
import { sandboxAccountRoutes } from '../../http/sandbox/sandbox-accounts.ts';
import { sandboxAccountPaths } from '../../http/sandbox/sandbox-paths.ts';
import { changeResolver } from '../../resolvers/change.ts';
import { chooseFactorResolver, enrolFactorResolver, proveFactorResolver } from '../../resolvers/factors.ts';
import { accountChannelResolver, accountCodeResolver, credentialsResolver } from '../../resolvers/login.ts';
import { newAccountResolver, withoutPhoneResolver } from '../../resolvers/new-account.ts';
import type { AccountFacts } from '../../resolvers/outdated.ts';
import { accountMigrations } from '../../store/module-migrations.ts';
import { builtInDiagrams } from '../built-in-diagrams.ts';
import { codes } from '../codes/codes.ts';
import { codeKey } from '../codes/services.ts';
import type { Host } from '../host.ts';
import { linking } from '../linking/linking.ts';
import { linkingKey } from '../linking/services.ts';
import { messageKey } from '../messages/services.ts';
import { defineModule, type Routes } from '../module.ts';
import { adminAccounts } from './admin-accounts.ts';
import { accountNotices } from './notices.ts';
import { accountRecords, openAccounts } from './open.ts';
import { accountRefusals } from './refusals.ts';
import { sandboxAccounts } from './sandbox.ts';
import { type AccountServices, accountKey } from './services.ts';
import { accountSettings } from './settings.ts';
import { unlinking } from './unlinking.ts';

/** The workflows that verify addresses and numbers for accounts. */
const forAccounts = ['account-setup', 'account-change'];

/** The view shows `enrolment` to the holder alone. */
const factorDetails = {
  factor: 'shown',
  factors: 'shown',
  factorRequest: 'shown',
  factorUsesLeft: 'shown',
  enrolment: 'shown',
  credential: 'hidden',
} as const;

export function accounts() {
  return defineModule({
    name: 'accounts',
    needs: [codes(), linking()],
    workflows: [loginVerification, accountSetup, accountChange],
    diagrams: builtInDiagrams,
    figures: accountFigures,
    refusals: accountRefusals,
    notices: accountNotices,
    details: {
      newEmail: maskEmail,
      newPhone: maskPhone,
      accountId: 'shown',
      passwordHash: 'hidden',
      newPasswordHash: 'hidden',
      ...factorDetails,
    },
    migrations: accountMigrations,
    settings: accountSettings,
    key: accountKey,
    open: (host, settings) => {
      const services = openAccounts(host, settings);
      host.use(codeKey).addRule(deliveryRule(services));
      const { create, link } = sandboxAccounts(services, () => host.now());
      host.use(linkingKey).linkToAnother(async (identity) => {
        const accountId = await create({ email: `somebody.${randomUUID()}@example.com`, password: 'a quiet evening in Porto' });
        if (accountId !== null) await link(accountId, identity);
      });
      return services;
    },
    close: (services) => services.close(),
    resolvers: {
      credentials: ({ accounts: all, offers }, host) =>
        credentialsResolver(all, offers, (channel) => host.use(messageKey).providerFor(channel) !== null),
      accountCode: ({ accounts: all, guesses, offers, logins }, host) =>
        accountCodeResolver((guess) => all.reserve(guess), guesses, {
          ...host.use(codeKey),
          offers,
          hasEnded: (login) => logins.hasEnded(login),
        }),
      accountChannel: ({ isStepUp }, host) =>
        accountChannelResolver(host.use(messageKey).need, isStepUp, host.use(messageKey).countRejected),
      chooseFactor: ({ offers }) => chooseFactorResolver(offers),
      proveFactor: (services) => {
        const { accounts: all, guesses, offers } = services;
        return proveFactorResolver({ ...factsOf(services), offers, reserve: (guess) => all.reserve(guess), guesses });
      },
      enrolFactor: (services) => enrolFactorResolver({ ...factsOf(services), named: (name) => services.factors.named(name) }),
      change: ({ accounts: all, changes, offers }, host) => {
        const { readNumber, providerFor, need } = host.use(messageKey);
        return changeResolver({
          find: (accountId) => all.find(accountId),
          hash: (...password) => changes.hash(...password),
          countRejected: host.use(messageKey).countRejected,
          isSameEmail: (...addresses) => changes.isSameEmail(...addresses),
          readNumber,
          can: (channel) => providerFor(channel) !== null,
          need,
          offers,
        });
      },
      newAccount: ({ setups }, host) =>
        newAccountResolver((...account) => setups.begin(...account), host.use(messageKey).countRejected, host.use(messageKey).need),
      withoutPhone: withoutPhoneResolver(),
    },
    tasks: {
      createAccount: ({ setups }) => createAccount(setups),
      applyChange: ({ changes }) => applyChange(changes),
      enrolFactor: ({ factors }) => enrolFactor((name) => factors.named(name)),
      forgetWrongCodes: ({ accounts: all }) => forgetWrongCodes(all),
      rememberNetwork: ({ locks }) => rememberNetwork(locks),
      trustDevice: ({ accounts: all, deviceTokens }) => trustDevice(all, (session) => deviceTokens.derive(session)),
      notifyOwner: (services, host) => ownerNotices(services, host),
    },
    owners: ({ access, accounts: all, deviceTokens }, host) => {
      const { secondFactorMs, accessTokenMs } = host.figures(accountFigures);
      return {
        loggedIn: (token) => access.loggedIn(token),
        issue: (...issued) => access.issue(...issued),
        stands: (login) => access.stands(login),
        addressesOf: async (accountId) => verifiedAddresses(await all.find(accountId)),
        deviceToken: (session) => deviceTokens.derive(session),
        secondFactorMs,
        accessTokenMs,
      };
    },
    routes: accountRoutes,
    purge: async (_, host, at) => {
      const { retentionMs } = host;
      const { passwordGuesses, ownerNetworks, devices, logins } = accountRecords(host);
      await passwordGuesses.purge(at);
      await ownerNetworks.purge(at - host.figures(accountFigures).ownerNetworkMs);
      await devices.purge(at - retentionMs);
      await logins.purge(at - retentionMs);
    },
  });
}

function factsOf({ accounts: all, logins }: AccountServices): AccountFacts {
  return { find: (accountId) => all.find(accountId), hasEnded: (login) => logins.hasEnded(login) };
}

/** An address that was never verified proves nothing about the owner. */
function verifiedAddresses(account: Account | null): string[] {
  if (account === null) return [];
  const { email, emailVerified, phone, phoneVerified } = account;
  return [...(emailVerified ? [email] : []), ...(phoneVerified && phone !== null ? [phone] : [])].map(comparableRecipient);
}

function deliveryRule({ accounts: all, setups, factors, isStepUp }: AccountServices) {
  return {
    // A code that confirms a change goes by email only if the account has nothing better, both at the start of the session and now.
    forbidsEmail: async ({ workflow, input, personal: { phone, accountId } }: TaskAttempt) => {
      if (!isStepUp(workflow) && confirmsOf(input) === null) return false;
      if (phone !== undefined) return true;
      if (accountId === undefined) return false;
      return (await all.find(accountId))?.phoneVerified === true || (await factors.of(accountId)).length > 0;
    },
    // An address with an account can't become the address of another account. Its owner gets a notice, and the person who tries sees no
    // difference.
    instead: async ({ parent, workflow, personal: { email } }: TaskAttempt) => {
      const isForAccount = parent !== null && forAccounts.includes(parent.workflow) && workflow === 'email-verification';
      return isForAccount && email !== undefined && (await setups.hasAccount(email)) ? 'account-exists' : null;
    },
  };
}

function ownerNotices({ accounts: all, locks }: AccountServices, host: Host) {
  const { providerFor, templates, budget } = host.use(messageKey);
  return notifyOwner({
    notices: host.registries.notices,
    ownerOf: (accountId) => all.find(accountId),
    provider: () => providerFor('email'),
    render: (message) => templates.render(message),
    spendAttack: (...notice) => budget.spendAttackNotice(...notice),
    spendOnly: (...notice) => budget.spendOnly(...notice),
    spend: (...notice) => budget.spendNotice(...notice),
    lock: {
      link: async ({ createdAt, personal: { lockedAccount = '', lockedCount = '' } }) => {
        const token = await locks.token({ accountId: lockedAccount, key: lockedCount }, createdAt);
        return token === null ? null : unlockAddress(host.publicUrl, token);
      },
      told: ({ createdAt, personal: { lockedCount = '' } }) => locks.told({ key: lockedCount }, createdAt),
    },
    now: () => host.now(),
  });
}

function ownAccounts({ accounts: all, factors }: AccountServices) {
  return {
    find: (id: string) => all.find(id),
    devices: (accountId: string) => all.devices(accountId),
    links: (accountId: string) => all.links(accountId),
    revoke: (...device: Parameters<typeof all.revoke>) => all.revoke(...device),
    factors: async (accountId: string) => (await factors.of(accountId)).map(({ factor }) => factor),
    preferredFactor: (accountId: string) => factors.preferred(accountId),
    preferFactor: (...preferred: Parameters<typeof factors.prefer>) => factors.prefer(...preferred),
  };
}

function accountRoutes(services: AccountServices, host: Host): Routes[] {
  const { accounts: all, access, locks } = services;
  const { serviceName, addressOf, engine, adminGate, sandbox } = host;
  const login = {
    loggedIn: (token: string) => access.loggedIn(token),
    secondFactorMs: host.figures(accountFigures).secondFactorMs,
    now: () => host.now(),
  };
  const routes: Routes[] = [
    {
      app: meRoutes({
        ...login,
        accounts: ownAccounts(services),
        unlink: unlinking(all, engine),
        logOut: (ended) => access.end(ended).then(() => host.credentialEnded()),
      }),
      paths: mePaths,
      tag: accountTag,
    },
    {
      app: unlockPageRoutes({ serviceName, addressOf, caller: (c) => host.caller(c), unlock: (...token) => locks.unlock(...token) }),
      clocked: ['/unlock'],
    },
  ];
  if (adminGate !== null)
    routes.push({ app: adminAccountRoutes({ gate: adminGate, accounts: adminAccounts(services) }), paths: adminAccountPaths });
  if (sandbox !== null)
    routes.push({ app: sandboxAccountRoutes({ accounts: sandboxAccounts(services, () => host.now()) }), paths: sandboxAccountPaths });
  return routes;
}
