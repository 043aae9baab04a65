/** What the machines ask for by name: the resolvers of their events, and the handlers of their tasks. */
import { randomUUID } from 'node:crypto';
import type { Channel } from '../machines/workflow.ts';
import { applyChange } from './accounts/account-changes.ts';
import { createAccount } from './accounts/account-setups.ts';
import { forgetWrongCodes, rememberNetwork, trustDevice } from './accounts/owner-tasks.ts';
import type { Channels } from './channels.ts';
import type { Config } from './config.ts';
import { deliverCode, sendBy } from './delivery/deliver-code.ts';
import { normaliseEmail } from './delivery/email-address.ts';
import { MessageBudget } from './delivery/message-budget.ts';
import { notifyOwner } from './delivery/notify-owner.ts';
import { readPhoneNumber } from './delivery/phone-number.ts';
import type { EngineParts } from './engine/engine.ts';
import type { Log, Origin } from './engine/ports.ts';
import type { Guesses } from './guesses.ts';
import { unlockAddress } from './http/unlock-page.ts';
import type { Identity } from './identity.ts';
import { exchangeGrant } from './linking/exchange-grant.ts';
import type { LinkProviders } from './linking/link-providers.ts';
import { changeResolver } from './resolvers/change.ts';
import { type CodeMatch, codeResolver, newCodeResolver, type Reached } from './resolvers/code.ts';
import { codeAdmission } from './resolvers/code-admission.ts';
import { destinationResolver } from './resolvers/destination.ts';
import { confirmLinkResolver, linkAccountResolver, providerReturnedResolver, withoutLinkResolver } from './resolvers/linking.ts';
import { accountChannelResolver, accountCodeResolver, credentialsResolver } from './resolvers/login.ts';
import { newAccountResolver, withoutPhoneResolver } from './resolvers/new-account.ts';
import { channelResolver, phoneResolver, type ReadNumber } from './resolvers/phone.ts';
import { reportResolver } from './resolvers/report.ts';
import { grantResolver, supportResolver } from './resolvers/support.ts';
import type { DeviceTokens } from './secrets/device-tokens.ts';
import type { Keyring } from './secrets/keyring.ts';
import type { LinkValues } from './secrets/link-values.ts';
import { OneTimeCodes } from './secrets/one-time-codes.ts';
import type { Store } from './store/store.ts';

/** The workflows that verify an address because it is to be an account’s. */
const forAccounts = ['account-setup', 'account-change'];

/** The workflows whose code confirms a change of an account. */
const stepUps = ['account-change'];

export interface WorkflowFoundation {
  readonly config: Config;
  readonly publicUrl: string;
  readonly keyring: Keyring;
  readonly store: Store;
  readonly channels: Channels;
  readonly identity: Pick<Identity, 'accounts' | 'locks' | 'setups' | 'changes'>;
  readonly links: LinkProviders;
  readonly linkValues: LinkValues;
  readonly deviceTokens: DeviceTokens;
  readonly guesses: Guesses;
  readonly log: Log;
  readonly now: () => number;
}

export function workflowParts({
  config,
  publicUrl,
  keyring,
  store,
  channels,
  identity,
  links,
  linkValues,
  deviceTokens,
  guesses,
  log,
  now,
}: WorkflowFoundation): Pick<EngineParts, 'resolvers' | 'handlers'> {
  const { accounts, locks, setups, changes } = identity;
  const budget = new MessageBudget({
    policy: config.policy,
    spend: (...draw) => store.budgets.spend(...draw),
    hasRoom: (...draw) => store.budgets.hasRoom(...draw),
    giveBack: (gift) => store.budgets.giveBack(gift),
    hash: (parts) => keyring.mac(keyring.currentId, 'budget', parts).toString('base64url'),
    now,
  });
  const countRejected = (origin: Origin) => budget.spendRejected(origin, randomUUID());
  const isStepUp = (workflow: string) => stepUps.includes(workflow);
  const codes = new OneTimeCodes(keyring);
  const matches: CodeMatch = (code, guess) => codes.matches(code, guess);
  const throttle = { guesses: guesses.atDestinations, now };
  const can = (channel: Channel) => channels.providerFor(channel) !== null;
  const readNumber: ReadNumber = (number, country) => readPhoneNumber(number, country, config.allowedCountries);
  const reached: Reached = async ({ id, context, personal }, origin) => {
    const [codeNumber, sendNumber] = [Number(context['codesIssued']), Number(context['sendsOfCode'])];
    const send = sendBy(context['channel'] === 'voice' ? 'voice' : 'sms', { sessionId: id, codeNumber, sendNumber, personal });
    // A draw that is not returned costs a country one message. A right code refused for that reason would keep a person out.
    await budget.giveBack(send, origin).catch((error: unknown) => log.warn({ session: id, err: error }, 'a draw was not given back'));
  };
  return {
    resolvers: {
      code: codeResolver(guesses.atDestinations, matches, reached),
      newCode: newCodeResolver(guesses.atDestinations),
      destination: destinationResolver(normaliseEmail, channels.need, throttle),
      phone: phoneResolver(readNumber, channels.need, { ...throttle, countRejected }),
      channel: channelResolver(channels.need),
      report: reportResolver(),
      credentials: credentialsResolver(accounts, can),
      accountCode: accountCodeResolver((guess) => accounts.reserve(guess), guesses.atAccounts, matches, reached),
      accountChannel: accountChannelResolver(channels.need, isStepUp),
      support: supportResolver({
        find: (accountId) => accounts.find(accountId),
        spend: (agent, accountId, entry) => budget.spendRequest(agent, accountId, entry),
      }),
      grant: grantResolver(),
      change: changeResolver({
        find: (accountId) => accounts.find(accountId),
        hash: (...password) => changes.hash(...password),
        countRejected,
        isSameEmail: (...addresses) => changes.isSameEmail(...addresses),
        readNumber,
        can,
        need: channels.need,
      }),
      linkAccount: linkAccountResolver({
        names: links.names,
        returnUrls: config.linkReturnUrls,
        request: (name) => links.request(name),
      }),
      providerReturned: providerReturnedResolver(linkValues),
      confirmLink: confirmLinkResolver(linkValues),
      withoutLink: withoutLinkResolver(),
      withoutPhone: withoutPhoneResolver(),
      newAccount: newAccountResolver((...account) => setups.begin(...account), countRejected, channels.need),
    },
    handlers: {
      deliverCode: codeAdmission(
        deliverCode({
          codeFor: (code) => codes.derive(code),
          providerFor: channels.providerFor,
          render: (message) => channels.templates.render(message),
          validForMs: config.policy.codeLifetimeMs,
          budget,
          isStepUp,
          hasPhone: async (accountId) => (await accounts.find(accountId))?.phoneVerified === true,
          instead: async ({ parent, workflow, personal: { email } }) => {
            // An address with an account can't become another account’s. Its owner is told, and the person who tries sees no difference.
            const isForAccount = parent !== null && forAccounts.includes(parent.workflow) && workflow === 'email-verification';
            return isForAccount && email !== undefined && (await setups.hasAccount(email)) ? 'account-exists' : null;
          },
        }),
        guesses.atDestinations,
        now,
      ),
      exchangeGrant: exchangeGrant(links),
      createAccount: createAccount(setups),
      applyChange: applyChange(changes),
      forgetWrongCodes: forgetWrongCodes(accounts),
      rememberNetwork: rememberNetwork(locks),
      trustDevice: trustDevice(accounts, (session) => deviceTokens.derive(session)),
      notifyOwner: notifyOwner({
        ownerOf: (accountId) => accounts.find(accountId),
        provider: () => channels.providerFor('email'),
        render: (message) => channels.templates.render(message),
        spendAttack: (...notice) => budget.spendAttackNotice(...notice),
        spendOnly: (...notice) => budget.spendOnly(...notice),
        spend: (...notice) => budget.spendNotice(...notice),
        lock: {
          link: async ({ createdAt, personal: { lockedAccount = '', lockedCount = '' } }) => {
            const token = await locks.token({ accountId: lockedAccount, key: lockedCount }, createdAt);
            return token === null ? null : unlockAddress(publicUrl, token);
          },
          told: ({ createdAt, personal: { lockedCount = '' } }) => locks.told({ key: lockedCount }, createdAt),
        },
        now,
      }),
    },
  };
}
