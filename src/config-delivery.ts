/** The settings that say how codes get to people. */
import type { Channel } from '../machines/workflow.ts';
import { ConfigError, checked, isUrlOf, listOf, type Value } from './config-values.ts';

export type ProviderName = 'smtp' | 'twilio' | 'webhook';

export interface TwilioConfig {
  readonly accountSid: string;
  readonly authToken: string;
  /** What text messages come from. */
  readonly from: string;
  /** What calls come from; null where that is no number. */
  readonly voiceFrom: string | null;
  /** Null: Twilio's own. */
  readonly apiUrl: string | null;
}

/** Which providers can send over a channel at all, the usual order of preference. */
const capable: Readonly<Record<Channel, readonly ProviderName[]>> = {
  email: ['smtp', 'webhook'],
  sms: ['twilio', 'webhook'],
  voice: ['twilio', 'webhook'],
};

const twilioNames = ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_FROM'] as const;

/** @throws ConfigError when only a part of it is set */
export function twilioOf(value: Value): TwilioConfig | null {
  const [accountSid, authToken, from] = twilioNames.map((name) => value(name));
  if (!accountSid && !authToken && !from) return null;
  if (!accountSid || !authToken || !from) throw new ConfigError(`${twilioNames.join(', ')} are needed together`);
  checked('TWILIO_ACCOUNT_SID', accountSid, 'an account SID: AC and 32 hexadecimal digits', (text) => /^AC[0-9a-f]{32}$/i.test(text));
  checked(
    'TWILIO_FROM',
    from,
    'a number such as +14155550100, or the SID of a messaging service',
    (text) => isNumber(text) || /^MG[0-9a-f]{32}$/i.test(text),
  );
  const voiceFrom = checked('TWILIO_VOICE_FROM', value('TWILIO_VOICE_FROM'), 'a number such as +14155550100', isNumber);
  const apiUrl = checked('TWILIO_API_URL', value('TWILIO_API_URL'), 'an http:// or https:// URL', isUrlOf('http:', 'https:'));
  return { accountSid, authToken, from, voiceFrom: voiceFrom ?? (isNumber(from) ? from : null), apiUrl };
}

/** In E.164. */
function isNumber(text: string): boolean {
  return /^\+[1-9]\d{6,14}$/.test(text);
}

/** @throws ConfigError */
export function webhookOf(value: Value): { url: string; secret: string } | null {
  const url = checked('WEBHOOK_URL', value('WEBHOOK_URL'), 'an http:// or https:// URL', isUrlOf('http:', 'https:'));
  const secret = checked('WEBHOOK_SECRET', value('WEBHOOK_SECRET'), 'whsec_ and at least 24 bytes in base64', isWebhookSecret);
  if (url === null && secret === null) return null;
  if (url === null || secret === null) throw new ConfigError('WEBHOOK_URL and WEBHOOK_SECRET are needed together');
  return { url, secret };
}

/** Standard Webhooks: 24 to 64 bytes. */
function isWebhookSecret(text: string): boolean {
  const key = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1];
  return key !== undefined && Buffer.from(key, 'base64').length >= 24;
}

/**
 * @param configured by channel: what the other settings allow
 * @throws ConfigError for a provider that is not configured, or can't send over the channel
 */
export function providersOf(
  value: Value,
  configured: Readonly<Record<ProviderName, (channel: Channel) => boolean>>,
): Record<Channel, ProviderName[]> {
  const of = (channel: Channel): ProviderName[] => {
    const name = `${channel.toUpperCase()}_PROVIDERS`;
    const text = value(name);
    if (text === null) return capable[channel].filter((provider) => configured[provider](channel));
    return listOf(text).map((wanted) => {
      const provider = capable[channel].find((known) => known === wanted);
      if (provider === undefined) throw new ConfigError(`${name} must name some of ${capable[channel].join(', ')}, separated by commas`);
      if (!configured[provider](channel)) throw new ConfigError(`${name} names ${provider}, which is not configured for it`);
      return provider;
    });
  };
  return { email: of('email'), sms: of('sms'), voice: of('voice') };
}

/** @throws ConfigError */
export function countriesOf(text: string | null): string[] | null {
  if (text === null) return null;
  return listOf(text).map((country) => {
    if (!/^[A-Za-z]{2}$/.test(country)) throw new ConfigError(`ALLOWED_COUNTRIES: '${country}' is not a country code such as DE`);
    return country.toUpperCase();
  });
}
