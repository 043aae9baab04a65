/** The settings of delivery. */
import { describe, expect, test } from 'vitest';
import type { Environment } from '../../src/config/config.ts';
import { read, refusal } from '../support/settings.ts';

const twilio = { TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`, TWILIO_AUTH_TOKEN: 'token', TWILIO_FROM: '+14155550100' };
const webhook = { WEBHOOK_URL: 'https://codes.example/send', WEBHOOK_SECRET: `whsec_${Buffer.alloc(24, 1).toString('base64')}` };
const smtp = { SMTP_URL: 'smtp://mail.example', MAIL_FROM: 'no-reply@example.com' };

test('the providers of a channel are all that are configured and able, Twilio and SMTP before the webhook', () => {
  expect(read(smtp).providers).toEqual({ email: ['smtp'], sms: [], voice: [] });
  expect(read(twilio).providers).toEqual({ email: [], sms: ['twilio'], voice: ['twilio'] });
  expect(read({ ...smtp, ...twilio, ...webhook }).providers).toEqual({
    email: ['smtp', 'webhook'],
    sms: ['twilio', 'webhook'],
    voice: ['twilio', 'webhook'],
  });
});

test('a channel can list its providers, in order', () => {
  const { providers } = read({ ...twilio, ...webhook, SMS_PROVIDERS: ' webhook, twilio ', VOICE_PROVIDERS: 'webhook' });
  expect(providers).toEqual({ email: ['webhook'], sms: ['webhook', 'twilio'], voice: ['webhook'] });
});

describe('Twilio', () => {
  test('calls come from the number of text messages, or from a number of their own', () => {
    expect(read(twilio).twilio).toEqual({
      accountSid: twilio.TWILIO_ACCOUNT_SID,
      authToken: 'token',
      from: '+14155550100',
      voiceFrom: '+14155550100',
      apiUrl: null,
      allowsPrivate: false,
    });
    expect(read({ ...twilio, TWILIO_VOICE_FROM: '+14155550199' }).twilio?.voiceFrom).toBe('+14155550199');
  });

  test.each(['12345', '722', 'Acme', 'Acme Shop-1', '2FA', 'MGM Grand'])('a short code or a name can’t call: %s', (from) => {
    const { twilio: account, providers } = read({ ...twilio, TWILIO_FROM: from });
    expect([account?.from, account?.voiceFrom, providers]).toEqual([from, null, { email: [], sms: ['twilio'], voice: [] }]);
  });

  test('numbers may have the spaces and brackets of a telephone book', () => {
    const numbers = { TWILIO_FROM: '+1 (415) 555-0100', TWILIO_VOICE_FROM: '+1 415.555.0199' };
    expect(read({ ...twilio, ...numbers }).twilio).toMatchObject({ from: '+14155550100', voiceFrom: '+14155550199' });
  });

  test('a messaging service can’t call', () => {
    const service = { ...twilio, TWILIO_FROM: `MG${'0'.repeat(32)}` };
    expect(read(service).providers).toEqual({ email: [], sms: ['twilio'], voice: [] });
    expect(read({ ...service, TWILIO_VOICE_FROM: '+14155550199' }).providers['voice']).toEqual(['twilio']);
  });
});

test('countries and the domain of codes are read', () => {
  expect(read({ ALLOWED_COUNTRIES: 'de, FR' }).allowedCountries).toEqual(['DE', 'FR']);
  expect(read({ ALLOWED_COUNTRIES: 'UK, el,xk' }).allowedCountries).toEqual(['GB', 'GR', 'XK']);
  expect(read({ CODE_DOMAIN: 'app.example.com' }).codeDomain).toBe('app.example.com');
});

test.each<[Environment, string]>([
  [{ ...twilio, TWILIO_FROM: '' }, 'TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_FROM are needed together'],
  [{ ...twilio, TWILIO_ACCOUNT_SID: 'SK00' }, 'TWILIO_ACCOUNT_SID must be an account SID: AC and 32 hexadecimal digits'],
  ...['0155', '14155550100', '+0155', 'A name that is long', 'Café', '+', '---'].map((from): [Environment, string] => [
    { ...twilio, TWILIO_FROM: from },
    'TWILIO_FROM must be a number such as +14155550100, or the SID of a messaging service (MG…), a short code such as 12345, or a name of up to 11 letters and digits',
  ]),
  [{ ...twilio, TWILIO_VOICE_FROM: '12345' }, 'TWILIO_VOICE_FROM must be a number such as +14155550100'],
  [{ ...twilio, TWILIO_VOICE_FROM: `MG${'0'.repeat(32)}` }, 'TWILIO_VOICE_FROM must be a number such as +14155550100'],
  [{ ...twilio, TWILIO_API_URL: 'ftp://x' }, 'TWILIO_API_URL must be an http:// or https:// URL'],
  [{ WEBHOOK_URL: webhook.WEBHOOK_URL }, 'WEBHOOK_URL and WEBHOOK_SECRET are needed together'],
  [{ ...webhook, WEBHOOK_SECRET: 'whsec_c2hvcnQ=' }, 'WEBHOOK_SECRET must be whsec_ and at least 24 bytes in base64'],
  [{ ...webhook, WEBHOOK_URL: 'codes.example' }, 'WEBHOOK_URL must be an http:// or https:// URL'],
  [{ ...twilio, SMS_PROVIDERS: 'smtp' }, 'SMS_PROVIDERS names smtp, which is not configured for it'],
  [{ ...twilio, SMS_PROVIDERS: 'pigeons' }, 'SMS_PROVIDERS must name some of smtp, twilio, webhook, separated by commas'],
  [{ ...twilio, SMS_PROVIDERS: 'webhook' }, 'SMS_PROVIDERS names webhook, which is not configured for it'],
  [
    { ...twilio, TWILIO_FROM: `MG${'0'.repeat(32)}`, VOICE_PROVIDERS: 'twilio' },
    'VOICE_PROVIDERS names twilio, which is not configured for it',
  ],
  [{ ALLOWED_COUNTRIES: 'DE, Germany' }, "ALLOWED_COUNTRIES: 'Germany' is not a country code such as DE"],
  [
    { ALLOWED_COUNTRIES: 'DE, ZZ' },
    "ALLOWED_COUNTRIES: 'ZZ' is no country with telephone numbers. Codes are those of ISO 3166-1, such as DE",
  ],
  [{ ALLOWED_COUNTRIES: 'EU' }, "ALLOWED_COUNTRIES: 'EU' is no country with telephone numbers. Codes are those of ISO 3166-1, such as DE"],
  [{ PASSWORD_HASHING: 'fast' }, 'PASSWORD_HASHING must be light, or not set'],
  [{ PASSWORD_HASHING: 'light', SANDBOX: 'false' }, 'PASSWORD_HASHING=light is for the sandbox alone'],
  [{ CODE_DOMAIN: 'https://app.example.com' }, 'CODE_DOMAIN must be a host name such as app.example.com'],
])('%o is refused in one line', (environment, line) => {
  expect(refusal(environment)).toBe(line);
});
