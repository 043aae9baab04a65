/** The providers of messages: mail servers, Twilio, and a signed webhook for any other. */
import { ConfigError } from '../../config/values.ts';
import type { builtInChannels } from '../../delivery/built-in-channels.ts';
import { type Message, reportable } from '../../delivery/message.ts';
import { smtpProvider } from '../../delivery/smtp.ts';
import type { ReceivedReport } from '../../http/sessions/delivery-reports.ts';
import type { Host } from '../host.ts';
import type { ProviderDefinition } from '../module.ts';
import type { MessageServices } from './services.ts';
import type { MessageSettings } from './settings.ts';

type MessageProvider = ProviderDefinition<MessageSettings, MessageServices, keyof typeof builtInChannels>;

const smtp: MessageProvider = {
  channels: ({ smtp: server }) => (server === null ? [] : ['email']),
  open: async ({ settings: { smtp: server } }) => {
    if (server === null) throw new ConfigError('The mail server is not configured');
    return {
      sends: () => {
        try {
          return smtpProvider(server);
        } catch (error) {
          throw new ConfigError(`SMTP_URL, MAIL_FROM: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
        }
      },
    };
  },
};

// Loaded on demand: all providers together take a fifth of the time of a start.
const twilio: MessageProvider = {
  channels: ({ twilio: account }) => (account === null ? [] : account.voiceFrom === null ? ['sms'] : ['sms', 'voice']),
  open: async ({ settings: { twilio: account }, host }) => {
    if (account === null) throw new ConfigError('Twilio is not configured');
    const [{ twilioSms, twilioVoice }, { readTwilioReport }] = await Promise.all([
      import('../../delivery/twilio.ts'),
      import('../../delivery/twilio-report.ts'),
    ]);
    const { accountSid, authToken, apiUrl, allowsPrivate, from, voiceFrom } = account;
    const parts = { accountSid, authToken, apiUrl, allowsPrivate, callbackUrl: callbackUrl(host, 'twilio'), now: () => host.worldTime() };
    return {
      sends: (channel) => (channel === 'voice' ? twilioVoice({ ...parts, from: voiceFrom ?? from }) : twilioSms({ ...parts, from })),
      reports: (report) => readTwilioReport(authToken, report),
    };
  },
};

const webhook: MessageProvider = {
  channels: ({ webhook: receiver }) => (receiver === null ? [] : ['email', 'sms', 'voice']),
  open: async ({ settings: { webhook: receiver }, host }) => {
    if (receiver === null) throw new ConfigError('The webhook is not configured');
    const [{ webhookProvider }, { WebhookReports }] = await Promise.all([
      import('../../delivery/webhook.ts'),
      import('./webhook-reports.ts'),
    ]);
    const { url, secret, allowsPrivate } = receiver;
    const now = () => host.worldTime();
    const reports = new WebhookReports({ secret, keyring: host.keyring, budgets: host.store.budgets, now });
    const reportTo = callbackUrl(host, 'webhook', (send) => `/${reports.proof(send)}`);
    return {
      sends: () => webhookProvider({ url, secret, allowsPrivate, callbackUrl: reportTo, now }),
      reports: (report) => reports.read(report),
    };
  },
};

export const messageProviders = { smtp, twilio, webhook };

/**
 * The address of this service for reports about the send; null without a public URL, because no provider could reach it.
 * @param ending the last part of the address; empty for a provider whose signature covers the address
 */
function callbackUrl(
  { configuredUrl }: Pick<Host, 'configuredUrl'>,
  provider: string,
  ending: (send: ReceivedReport['send']) => string = () => '',
): (message: Message) => string | null {
  return (message) => {
    const send = reportable(message);
    if (configuredUrl === null || send === null) return null;
    return `${configuredUrl}/callbacks/${provider}/${send.sessionId}/${send.codeNumber}/${send.sendNumber}${ending(send)}`;
  };
}
