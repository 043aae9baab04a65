/** In production, connections to other machines are encrypted, unless the operator allows one by name. */
import { describe, expect, test } from 'vitest';
import type { Environment } from '../../src/config/config.ts';
import { read, refusal } from '../support/settings.ts';

// These tests are about encryption; some of their addresses lie in private networks.
const reachable = { ALLOW_PRIVATE: 'webhook' };
const production = {
  ...reachable,
  NODE_ENV: 'production',
  SECRET_KEYS: `main:${Buffer.alloc(32, 7).toString('base64')}`,
  MAIL_FROM: 'a@example.com',
};
const webhook = (url: string) => ({ WEBHOOK_URL: url, WEBHOOK_SECRET: `whsec_${Buffer.alloc(24, 1).toString('base64')}` });
const twilio = (url: string) => ({
  TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: 'token',
  TWILIO_FROM: '+14155550100',
  TWILIO_API_URL: url,
});
const database = (rest: string) => ({ DATABASE_URL: `postgres://user:hunter2@${rest}` });
const smtp = (url: string) => ({ SMTP_URL: url });

const insecure: readonly (readonly [string, Environment])[] = [
  ['webhook', webhook('http://codes.example/send')],
  ['webhook', webhook('HTTP://codes.example/send')],
  ['webhook', webhook('http://127.0.0.1.example/send')],
  ['webhook', webhook('http://localhost.example/send')],
  ['webhook', webhook('http://10.0.0.5/send')],
  ['webhook', webhook('http://[2001:db8::1]/send')],
  ['webhook', webhook('http://user@codes.example/send')],
  ['twilio', twilio('http://twilio.example')],
  ['public-url', { PUBLIC_URL: 'http://verify.example' }],
  ['support-url', { SUPPORT_URL: 'http://help.example' }],
  ['cors', { CORS_ORIGINS: 'https://shop.example,http://shop.example' }],
  ['smtp', smtp('smtp://mail.example')],
  ['smtp', smtp('smtp://mail.example:587')],
  ['smtp', smtp('smtp://mail.example?requireTLS=false')],
  ['smtp', smtp('smtp://mail.example?requireTLS=true&ignoreTLS=true')],
  ['smtp', smtp('smtp://mail.example?requireTLS=true&tls.rejectUnauthorized=false')],
  ['smtp', smtp('smtp://user:hunter2@mail.example?requireTLS=false')],
  ['smtp', smtp('smtps://user:hunter2@mail.example?tls.rejectUnauthorized=false')],
  ['smtp', smtp('smtp://127.mail.example')],
  ['smtp', smtp('smtp://127.0.0.1?proxy=http://proxy.example:3128')],
  ['database', database('db.example/verification')],
  ['database', database('db.example/verification?sslmode=disable')],
  ['database', database('db.example/verification?sslmode=no-verify')],
  ['database', database('db.example/verification?sslmode=require&uselibpqcompat=true')],
  ['database', database('127.0.0.1/verification?host=db.example')],
];

describe('in production', () => {
  test.each(insecure)('%s is refused as %j, unless ALLOW_INSECURE names it', (name, environment) => {
    const line = refusal({ ...production, ...environment });
    expect(line).toMatch(new RegExp(`^[A-Z_]+ is not encrypted [^\\n]*ALLOW_INSECURE=${name}$`));
    expect(line).not.toContain('hunter2');
    const others = insecure.map(([other]) => other).filter((other) => other !== name);
    expect(refusal({ ...production, ...environment, ALLOW_INSECURE: others.join(',') })).toBe(line);
    expect(refusal({ ...production, ...environment, ALLOW_INSECURE: ` ${name} , smtp` })).toBe('');
  });

  test.each<Environment>([
    webhook('https://codes.example/send'),
    webhook('http://127.0.0.1:8080/send'),
    webhook('http://[::1]:8080/send'),
    webhook('http://localhost/send'),
    twilio('https://twilio.example'),
    { PUBLIC_URL: 'https://verify.example' },
    { PUBLIC_URL: 'http://127.0.0.1:3000' },
    { SUPPORT_URL: 'mailto:help@shop.example' },
    { CORS_ORIGINS: 'https://shop.example,http://localhost:5173' },
    smtp('smtps://mail.example'),
    smtp('smtp://user:hunter2@mail.example:587'),
    smtp('smtp://mail.example?requireTLS=true'),
    smtp('smtp://127.0.0.1:1025'),
    database('db.example/verification?sslmode=verify-full'),
    database('127.0.0.1/verification'),
    database('localhost/verification'),
    { PUBLIC_URL: 'http://LOCALHOST.:3000' },
    { PUBLIC_URL: 'http://[0:0:0:0:0:0:0:1]:3000' },
    { PUBLIC_URL: 'http://[::ffff:127.0.0.1]:3000' },
    smtp('smtp://LOCALHOST:1025'),
    smtp('smtp://[::ffff:127.0.0.1]:1025'),
    smtp('smtp://[0:0:0:0:0:0:0:1]:1025'),
    database('LOCALHOST/verification'),
    database('localhost./verification'),
    { DATABASE_URL: 'postgres:///verification?host=/var/run/postgresql' },
  ])('encrypted connections, and those within this machine, are accepted: %j', (environment) => {
    expect(refusal({ ...production, ...environment })).toBe('');
  });
});

test.each(['smtp://localhost?service=gmail', 'smtps://mail.example?service=hotmail', 'smtp://mail.example?requireTLS=true&service=QQ'])(
  'a mail server is named by the host of its URL alone: %s',
  (url) => {
    for (const environment of [{}, production]) {
      expect(refusal({ MAIL_FROM: 'a@example.com', ...environment, ...smtp(url) })).toMatch(
        /^SMTP_URL must be an smtp:\/\/ or smtps:\/\/ URL/,
      );
    }
  },
);

test('outside production nothing is required', () => {
  for (const [, environment] of insecure) expect(refusal({ ...reachable, MAIL_FROM: 'a@example.com', ...environment })).toBe('');
});

test('an unknown name is refused everywhere', () => {
  expect(refusal({ ALLOW_INSECURE: 'smtp,everything' })).toMatch(/^ALLOW_INSECURE must name some of [^\n]*smtp[^\n]*$/);
  expect(refusal({ ALLOW_INSECURE: 'true' })).toMatch(/^ALLOW_INSECURE must/);
});

describe('the metrics', () => {
  test('have a port and a key of their own if these are set', () => {
    expect(read()).toMatchObject({ metricsPort: null, metricsKey: null });
    const key = 'k'.repeat(24);
    expect(read({ METRICS_PORT: '9464', METRICS_KEY: key })).toMatchObject({ metricsPort: 9464, metricsKey: key });
    expect(read({ PORT: '0', METRICS_PORT: '0' }).metricsPort).toBe(0);
  });

  test.each<[string, Environment]>([
    ['METRICS_PORT', { METRICS_PORT: '3000' }],
    ['METRICS_PORT', { METRICS_PORT: 'metrics' }],
    ['METRICS_PORT', { METRICS_PORT: '65536' }],
    ['METRICS_KEY', { METRICS_KEY: 'k'.repeat(23) }],
    ['METRICS_KEY', { METRICS_KEY: `${'k'.repeat(12)} ${'k'.repeat(12)}` }],
    ['METRICS_KEY', { METRICS_KEY: 'é'.repeat(24) }],
  ])('%s is refused: %j', (name, environment) => {
    expect(refusal(environment)).toMatch(new RegExp(`^${name} must [^\\n]+$`));
  });
});

describe('an address in a private network', () => {
  test.each<[string, Environment]>([
    ['webhook', webhook('https://10.0.0.5/send')],
    ['webhook', webhook('https://[fd00::5]/send')],
    ['twilio', twilio('https://192.168.0.7')],
  ])('of the connection %s is refused everywhere, unless ALLOW_PRIVATE names it: %j', (name, environment) => {
    for (const base of [{ ...production, ALLOW_PRIVATE: '' }, { MAIL_FROM: 'a@example.com' }]) {
      expect(refusal({ ...base, ...environment })).toMatch(
        new RegExp(`^[A-Z_]+ is an address of a private network: allow it with ALLOW_PRIVATE=${name}, or correct the address$`),
      );
      expect(refusal({ ...base, ...environment, ALLOW_PRIVATE: `${name.toUpperCase()}, twilio` })).toBe('');
    }
  });
});
