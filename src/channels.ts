/** How codes get to people: puts the configured providers, the templates and the sandbox's inbox together. */
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { ConfigError } from './config-values.ts';
import { normaliseEmail } from './delivery/email-address.ts';
import { type Channel, channels, type Provider } from './delivery/message.ts';
import { readPhoneNumber } from './delivery/phone-number.ts';
import { Templates } from './delivery/templates.ts';
import { ChannelUnavailable } from './engine/errors.ts';
import { type DeliveryObserver, openProviders, type Providers } from './providers.ts';
import { inboxProvider } from './sandbox/inbox-provider.ts';
import type { Keyring } from './secrets/keyring.ts';
import { v7 } from './secrets/uuid.ts';
import type { Store } from './store/store.ts';

export interface Channels extends Pick<Providers, 'reportReaders'> {
  /** What sends over a channel; null where nothing does. */
  providerFor(channel: Channel): Provider | null;
  /** @throws ChannelUnavailable where nothing sends over the channel */
  need(channel: Channel): void;
  readonly templates: Templates;
  close(): Promise<void>;
}

export interface ChannelParts {
  readonly config: Config;
  /** Where people reach the service. */
  readonly publicUrl: string;
  readonly store: Store;
  readonly keyring: Keyring;
  readonly now: () => number;
  /** The world's time, which no sandbox moves. */
  readonly worldTime: () => number;
  readonly log: Logger;
  readonly observer: DeliveryObserver;
}

/** @throws ConfigError for settings that no provider or template can be made of */
export async function openChannels({ config, publicUrl, store, keyring, now, worldTime, log, observer }: ChannelParts): Promise<Channels> {
  const templates = templatesOf(config, publicUrl, log);
  const { byChannel, reportReaders } = await openProviders({
    config,
    keyring,
    budgets: store.budgets,
    worldTime,
    observer: {
      sending: (channel, provider) => observer.sending(channel, provider),
      providerChanged: (channel, provider, state) => {
        observer.providerChanged(channel, provider, state);
        if (state === 'open') log.error({ channel, provider }, 'a provider failed again and again and is set aside for a while');
        else log.info({ channel, provider }, 'a provider is back');
      },
    },
  });
  const inbox = (channel: Channel) =>
    inboxProvider({ records: store.sandbox, now, recipient, newId: () => v7(now()), provider: byChannel[channel] });
  const providers = Object.fromEntries(channels.map((channel) => [channel, config.sandbox ? inbox(channel) : byChannel[channel]]));
  for (const channel of channels) {
    if (!providers[channel]) log.warn({ channel }, 'no provider is configured: what needs this channel is refused');
  }
  const providerFor = (channel: Channel) => providers[channel] ?? null;
  return {
    providerFor,
    need: (channel) => {
      if (providerFor(channel) === null) throw new ChannelUnavailable(`No provider for ${channel} is configured`);
    },
    templates,
    reportReaders,
    close: async () => {
      await Promise.all(channels.map((channel) => providerFor(channel)?.close()));
    },
  };
}

/** Two spellings of an address or a number find the same messages; a plus that an address line made a space of is one. */
export function recipient(to: string): string {
  const number = readPhoneNumber(to.replace(/^ (?=[0-9])/, '+'), null, null);
  return 'e164' in number ? number.e164 : (normaliseEmail(to)?.identity ?? to);
}

function templatesOf({ serviceName, supportUrl, codeDomain, templatesDir }: Config, publicUrl: string, log: Logger): Templates {
  try {
    return new Templates({
      serviceName,
      supportUrl,
      domain: codeDomain ?? new URL(publicUrl).hostname,
      folder: templatesDir,
      onProblem: (problem) => log.error({ problem }, 'a template failed on a message, the built-in one was used'),
    });
  } catch (error) {
    throw new ConfigError(`TEMPLATES_DIR, CODE_DOMAIN: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
