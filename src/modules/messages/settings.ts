/** The settings for sending messages. */
import type { SettingsReader } from '../../config/settings.ts';
import { ConfigError, checked, isHostName, isUrlOf, isWebhookSecret, listOf, serverUrlOf, type Value } from '../../config/values.ts';
import { meantCountry } from '../../delivery/phone-number.ts';
import { isTwilioService } from '../../delivery/twilio-service-sid.ts';

export interface MessageSettings {
  /** Null for no mail server. */
  readonly smtp: { readonly url: string; readonly from: string } | null;
  readonly twilio: TwilioConfig | null;
  readonly webhook: { readonly url: string; readonly secret: string; readonly allowsPrivate: boolean } | null;
  /** ISO 3166-1 alpha-2 codes; null for all countries. */
  readonly allowedCountries: readonly string[] | null;
  /** The site where people enter codes, so that phones fill them in; null for the host of the public URL. */
  readonly codeDomain: string | null;
  /** A folder with templates that replace the built-in ones. */
  readonly templatesDir: string | null;
  /** The page where people get help. */
  readonly supportUrl: string | null;
}

export interface TwilioConfig {
  readonly accountSid: string;
  readonly authToken: string;
  /** The sender of text messages. */
  readonly from: string;
  /** The sender of calls; null if `from` is no number. */
  readonly voiceFrom: string | null;
  /** Null for Twilio's own. */
  readonly apiUrl: string | null;
  /** True if `apiUrl` may lie in a private network. */
  readonly allowsPrivate: boolean;
}

/** @throws ConfigError */
export function messageSettings({ value, allowsPrivate }: SettingsReader): MessageSettings {
  return {
    smtp: smtpOf(value),
    twilio: twilioOf(value, allowsPrivate('twilio')),
    webhook: webhookOf(value, allowsPrivate('webhook')),
    allowedCountries: countriesOf(value('ALLOWED_COUNTRIES')),
    codeDomain: checked(
      'CODE_DOMAIN',
      value('CODE_DOMAIN')?.toLowerCase().replace(/\.$/, '') ?? null,
      'a host name such as app.example.com',
      isHostName,
    ),
    templatesDir: value('TEMPLATES_DIR'),
    supportUrl: checked('SUPPORT_URL', value('SUPPORT_URL'), 'an http://, https:// or mailto: URL', isUrlOf('http:', 'https:', 'mailto:')),
  };
}

function smtpOf(value: Value): MessageSettings['smtp'] {
  const url = serverUrlOf('SMTP_URL', value('SMTP_URL'), 'an smtp:// or smtps:// URL that names the server as its host', isSmtpUrl);
  const from = value('MAIL_FROM');
  if (url === null) return null;
  if (from === null) throw new ConfigError('MAIL_FROM is needed with SMTP_URL: the address that messages come from');
  return { url, from };
}

/** nodemailer's `service` would replace the host and its encryption by those of a well-known provider, whatever else the URL says. */
function isSmtpUrl(url: string): boolean {
  return isUrlOf('smtp:', 'smtps:')(url) && new URL(url).host !== '' && !new URL(url).searchParams.has('service');
}

const twilioNames = ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_FROM'] as const;

/** @throws ConfigError if only some of the settings are set */
function twilioOf(value: Value, allowsPrivate: boolean): TwilioConfig | null {
  const [account, authToken, sender] = twilioNames.map((name) => value(name));
  const [accountSid, from] = [account && sidOf(account), sender && sidOf(plainNumber(sender))];
  if (!accountSid && !authToken && !from) return null;
  if (!accountSid || !authToken || !from) throw new ConfigError(`${twilioNames.join(', ')} are needed together`);
  checked('TWILIO_ACCOUNT_SID', accountSid, 'an account SID: AC and 32 hexadecimal digits', (text) => /^AC[0-9a-f]{32}$/.test(text));
  checked(
    'TWILIO_FROM',
    from,
    'a number such as +14155550100, or the SID of a messaging service (MG…), a short code such as 12345, or a name of up to 11 letters and digits',
    (text) => isNumber(text) || isTwilioService(text) || isShortCode(text) || isSenderName(text),
  );
  const caller = value('TWILIO_VOICE_FROM');
  const voiceFrom = checked('TWILIO_VOICE_FROM', caller && plainNumber(caller), 'a number such as +14155550100', isNumber);
  const apiUrl = checked('TWILIO_API_URL', value('TWILIO_API_URL'), 'an http:// or https:// URL', isUrlOf('http:', 'https:'));
  return { accountSid, authToken, from, voiceFrom: voiceFrom ?? (isNumber(from) ? from : null), apiUrl, allowsPrivate };
}

/** The id of a resource at Twilio in its own letters: two capitals, and hexadecimal digits in small ones. Other texts stay. */
function sidOf(text: string): string {
  return /^[a-z]{2}[0-9a-f]{32}$/i.test(text) ? text.slice(0, 2).toUpperCase() + text.slice(2).toLowerCase() : text;
}

/** True for a number in E.164 format. */
function isNumber(text: string): boolean {
  return /^\+[1-9]\d{6,14}$/.test(text);
}

/** A number without the spaces, dashes and brackets that people write. */
function plainNumber(text: string): string {
  return text.startsWith('+') ? text.replace(/[\s()./-]/g, '') : text;
}

/** A short code, which can't call: five or six digits, in some countries three to eight. */
function isShortCode(text: string): boolean {
  return /^[1-9]\d{2,7}$/.test(text);
}

/** A name in place of a number, which can't call: up to 11 characters, one of them a letter (Twilio, alphanumeric sender ID). */
function isSenderName(text: string): boolean {
  return /^(?=.*[A-Za-z])[A-Za-z0-9 +&_-]{1,11}$/.test(text);
}

/** @throws ConfigError */
function webhookOf(value: Value, allowsPrivate: boolean): MessageSettings['webhook'] {
  const url = checked('WEBHOOK_URL', value('WEBHOOK_URL'), 'an http:// or https:// URL', isUrlOf('http:', 'https:'));
  const secret = checked('WEBHOOK_SECRET', value('WEBHOOK_SECRET'), 'whsec_ and at least 24 bytes in base64', isWebhookSecret);
  if (url === null && secret === null) return null;
  if (url !== null && new URL(url).password !== '')
    throw new ConfigError('WEBHOOK_URL has a password, which no request sends: the signature authenticates each request. Remove it');
  if (url === null || secret === null) throw new ConfigError('WEBHOOK_URL and WEBHOOK_SECRET are needed together');
  return { url, secret, allowsPrivate };
}

/** @throws ConfigError */
function countriesOf(text: string | null): string[] | null {
  if (text === null) return null;
  return listOf(text).map((country) => {
    if (!/^[A-Za-z]{2}$/.test(country)) throw new ConfigError(`ALLOWED_COUNTRIES: '${country}' is not a country code such as DE`);
    const meant = meantCountry(country);
    if (meant === null)
      throw new ConfigError(
        `ALLOWED_COUNTRIES: '${country}' is no country with telephone numbers. Codes are those of ISO 3166-1, such as DE`,
      );
    return meant;
  });
}
