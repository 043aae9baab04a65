/** Opens the providers, the templates and the sandbox’s inbox. */
import { randomUUID } from 'node:crypto';
import { messageFigures } from '../../../machines/messages-figures.ts';
import { ConfigError } from '../../config/values.ts';
import { normaliseEmail } from '../../delivery/email-address.ts';
import { failOver } from '../../delivery/fail-over.ts';
import type { Provider } from '../../delivery/message.ts';
import { MessageBudget } from '../../delivery/message-budget.ts';
import { readPhoneNumber } from '../../delivery/phone-number.ts';
import { Templates } from '../../delivery/templates.ts';
import { ChannelUnavailable } from '../../engine/errors.ts';
import { thrownErrors } from '../../engine/thrown-errors.ts';
import type { ReportReader } from '../../http/sessions/delivery-reports.ts';
import { inboxProvider } from '../../sandbox/inbox-provider.ts';
import { v7 } from '../../secrets/uuid.ts';
import type { Host, OpenedProvider } from '../host.ts';
import type { MessageServices } from './services.ts';
import type { MessageSettings } from './settings.ts';

/** @throws ConfigError for templates that can't be used */
export function openMessages(host: Host, settings: MessageSettings): MessageServices {
  const { log, registries, keyring, store } = host;
  const providers = new Map<string, Provider>();
  const reportReaders: Record<string, ReportReader> = {};
  const providerFor = (channel: string) => providers.get(channel) ?? null;
  const budget = new MessageBudget({
    policy: host.figures(messageFigures),
    isAddress: (channel) => registries.channels[channel]?.limits === 'address',
    spend: (...draw) => store.budgets.spend(...draw),
    hasRoom: (...draw) => store.budgets.hasRoom(...draw),
    giveBack: (gift) => store.budgets.giveBack(gift),
    hash: (parts) => keyring.mac(keyring.currentId, 'budget', parts).toString('base64url'),
    now: () => host.now(),
  });
  return {
    providerFor,
    need: (channel) => {
      if (providerFor(channel) === null) throw new ChannelUnavailable(`No provider for ${channel} is configured`);
    },
    templates: templatesOf(settings, host),
    budget,
    countRejected: (caller) => budget.spendRejected(caller, randomUUID()),
    readNumber: (number, country) => readPhoneNumber(number, country, settings.allowedCountries),
    recipient,
    reportReaders,
    connect: async () => {
      const opened = new Map<string, OpenedProvider>();
      for (const [channel, names] of Object.entries(registries.providersOf)) {
        const chain: Provider[] = [];
        for (const name of names) {
          const provider = opened.get(name) ?? (await registries.providers[name]?.open(host));
          if (!provider) throw new ConfigError(`No module brings the provider '${name}'`);
          opened.set(name, provider);
          chain.push(provider.sends(channel));
          if (provider.reports) reportReaders[name] = provider.reports;
        }
        const provider = withInbox(chained(channel, chain, host), host);
        if (provider === null) log.warn({ channel }, 'no provider is configured: requests that need this channel are refused');
        else providers.set(channel, provider);
      }
    },
    close: async () => {
      await Promise.all([...providers.values()].map((provider) => provider.close()));
    },
  };
}

/** The providers as one, which tries them in order; null for none. */
function chained(channel: string, [first, ...others]: readonly Provider[], { log, metrics }: Host): Provider | null {
  if (first === undefined) return null;
  return failOver([first, ...others], {
    onCircuit: (provider, state) => {
      metrics.providerChanged(channel, provider, state);
      if (state === 'open') log.error({ channel, provider }, 'a provider failed again and again and is set aside for a while');
      else log.info({ channel, provider }, 'a provider is back');
    },
    onAttempt: (provider) => metrics.sending(channel, provider),
    onThrown: (provider, error) => log.error({ channel, provider, thrown: thrownErrors(error) }, 'a provider threw an error'),
  });
}

/** The sandbox's inbox, followed by the provider if there is one. */
function withInbox(provider: Provider | null, host: Host): Provider | null {
  if (host.sandbox === null) return provider;
  const now = () => host.now();
  return inboxProvider({ records: host.store.sandbox, now, recipient, newId: () => v7(now()), provider });
}

/**
 * The normalised address or number, so that two spellings find the same messages. URL decoding has turned each plus into a space, so each
 * space is turned back.
 */
function recipient(to: string): string {
  const number = readPhoneNumber(to.replace(/^ (?=\p{Nd})/u, '+'), null, null);
  // No address has a space inside.
  return 'e164' in number ? number.e164 : (normaliseEmail(to.trim().replaceAll(' ', '+'))?.identity ?? to);
}

function templatesOf(
  { supportUrl, codeDomain, templatesDir }: MessageSettings,
  { serviceName, publicUrl, registries, allFigures, log }: Host,
): Templates {
  try {
    return new Templates({
      serviceName,
      supportUrl,
      domain: codeDomain ?? new URL(publicUrl).hostname,
      folder: templatesDir,
      channels: registries.channels,
      notices: registries.notices,
      details: registries.noticeDetails,
      figures: allFigures,
      onProblem: (problem) => log.error({ problem }, 'a template failed on a message, the built-in one was used'),
    });
  } catch (error) {
    throw new ConfigError(`TEMPLATES_DIR, CODE_DOMAIN: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
