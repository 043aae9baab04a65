/** The providers that the configuration names, and how each reports later what became of a message. */
import type { Config } from './config.ts';
import type { ProviderName, TwilioConfig } from './config-delivery.ts';
import { ConfigError } from './config-values.ts';
import { failOver } from './delivery/fail-over.ts';
import {
  type Channel,
  channels,
  type DeliveryReport,
  type DeliveryResult,
  type Message,
  type Provider,
  reportable,
} from './delivery/message.ts';
import { smtpProvider } from './delivery/smtp.ts';
import type { Keyring } from './secrets/keyring.ts';
import type { Budgets } from './store/budgets.ts';
import type { ReceivedReport, ReportedSend } from './webhook-reports.ts';

export interface Providers {
  /** What sends over a channel; null where nothing does. */
  readonly byChannel: Readonly<Record<Channel, Provider | null>>;
  /** By the name in the address that reports come to. */
  readonly reportReaders: Readonly<Record<string, (report: ReceivedReport) => DeliveryReport | Promise<DeliveryReport>>>;
}

export interface ProviderParts {
  readonly config: Config;
  readonly keyring: Keyring;
  readonly budgets: Budgets;
  /** The world's time, in milliseconds since the epoch: no sandbox moves it. */
  readonly worldTime: () => number;
  readonly observer: DeliveryObserver;
}

/** Who hears what providers do, for operators. */
export interface DeliveryObserver {
  /** A provider is set aside for a while, or is back. */
  providerChanged(channel: Channel, provider: string, state: 'open' | 'closed'): void;
  /** A provider is asked to send. @returns what hears how that ended */
  sending(channel: Channel, provider: string): (outcome: DeliveryResult['outcome']) => void;
}

type Factory = (channel: Channel) => Provider;

/** @throws ConfigError for settings that no provider can be made of */
export async function openProviders({ config, keyring, budgets, worldTime, observer }: ProviderParts): Promise<Providers> {
  const names = new Set(channels.flatMap((channel) => config.providers[channel]));
  const factories: Partial<Record<ProviderName, Factory>> = {};
  const reportReaders: Record<string, Providers['reportReaders'][string]> = {};
  if (names.has('smtp')) factories.smtp = smtpOf(config);
  if (names.has('twilio') && config.twilio !== null) {
    factories.twilio = await twilioOf(config.twilio, callbackUrl(config, 'twilio'), worldTime);
    reportReaders['twilio'] = await twilioReports(config.twilio);
  }
  if (names.has('webhook') && config.webhook !== null) {
    const { url, secret } = config.webhook;
    // What a deployment does not use is not loaded: it would take a fifth of the time that the start takes.
    const [{ webhookProvider }, { WebhookReports }] = await Promise.all([import('./delivery/webhook.ts'), import('./webhook-reports.ts')]);
    const reports = new WebhookReports({ secret, keyring, budgets, now: worldTime });
    const reportTo = callbackUrl(config, 'webhook', (send) => `/${reports.proof(send)}`);
    factories.webhook = () => webhookProvider({ url, secret, callbackUrl: reportTo, now: worldTime });
    reportReaders['webhook'] = (report) => reports.read(report);
  }
  const sends = (channel: Channel): Provider | null => {
    const [first, ...others] = config.providers[channel].flatMap((name) => factories[name]?.(channel) ?? []);
    if (first === undefined) return null;
    return failOver([first, ...others], {
      onCircuit: (provider, state) => observer.providerChanged(channel, provider, state),
      onAttempt: (provider) => observer.sending(channel, provider),
    });
  };
  return { byChannel: { email: sends('email'), sms: sends('sms'), voice: sends('voice') }, reportReaders };
}

/**
 * An address of this service that identifies the send; null without a public URL, because no provider could reach the service.
 * @param ending of the address; empty for a provider whose signature covers the address
 */
function callbackUrl(
  { publicUrl }: Config,
  provider: ProviderName,
  ending: (send: ReportedSend) => string = () => '',
): (message: Message) => string | null {
  return (message) => {
    const send = reportable(message);
    if (publicUrl === null || send === null) return null;
    return `${publicUrl}/callbacks/${provider}/${send.sessionId}/${send.codeNumber}/${send.sendNumber}${ending(send)}`;
  };
}

function smtpOf({ smtpUrl, mailFrom }: Config): Factory {
  return () => {
    try {
      return smtpProvider({ url: smtpUrl ?? '', from: mailFrom });
    } catch (error) {
      throw new ConfigError(`SMTP_URL, MAIL_FROM: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  };
}

async function twilioOf(
  { accountSid, authToken, from, voiceFrom, apiUrl }: TwilioConfig,
  callback: (message: Message) => string | null,
  now: () => number,
): Promise<Factory> {
  const { twilioSms, twilioVoice } = await import('./delivery/twilio.ts');
  const account = { accountSid, authToken, apiUrl, callbackUrl: callback, now };
  return (channel) => (channel === 'voice' ? twilioVoice({ ...account, from: voiceFrom ?? from }) : twilioSms({ ...account, from }));
}

async function twilioReports({ authToken }: TwilioConfig): Promise<(report: ReceivedReport) => DeliveryReport> {
  const { readTwilioReport } = await import('./delivery/twilio-report.ts');
  return (report) => readTwilioReport(authToken, report);
}
