/** The configuration: environment variables, checked as a whole before anything starts. Reads neither the environment nor files. */

import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { type Policy, PolicySchema, policyProfiles } from '../machines/policy.ts';
import type { Channel } from '../machines/workflow.ts';
import { countriesOf, type ProviderName, providersOf, type TwilioConfig, twilioOf, webhookOf } from './config-delivery.ts';
import { linkProvidersOf, linkReturnUrlsOf } from './config-linking.ts';
import { refuseInsecure } from './config-transport.ts';
import { ConfigError, checked, isHostName, isLoopback, isUrlOf, listOf, type NamedKey, namedKeysOf } from './config-values.ts';
import { parseDuration } from './engine/duration.ts';
import { type TrustedProxies, trustedProxies } from './http/client-address.ts';
import type { ProviderConfig } from './linking/link-providers.ts';
import type { SecretKey } from './secrets/keyring.ts';

export interface Config {
  readonly port: number;
  readonly host: string;
  /** The separate address of the metrics; null if they are at the port of the service. */
  readonly metricsPort: number | null;
  /**
   * The key that opens the metrics. Null: everyone who reaches the metrics may read them, but in production not at the service's own
   * port.
   */
  readonly metricsKey: string | null;
  readonly production: boolean;
  /** Null: the embedded database in `dataDir`. */
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  readonly sandbox: boolean;
  /** Null: a key of the data folder's, made on the first start. */
  readonly secretKeys: readonly SecretKey[] | null;
  /** Null: `http://HOST:PORT`, with the port that the service really listens on. */
  readonly publicUrl: string | null;
  readonly audience: string | null;
  readonly smtpUrl: string | null;
  readonly mailFrom: string;
  readonly serviceName: string;
  readonly policy: Policy;
  readonly clientKeys: readonly NamedKey[];
  /** Who may use the administrators' routes; with none there are no such routes. */
  readonly adminKeys: readonly NamedKey[];
  readonly corsOrigins: readonly string[];
  /** Addresses and prefixes whose X-Forwarded-For counts. */
  readonly trustedProxies: TrustedProxies;
  /** ISO 3166-1 alpha-2; null: all. */
  readonly allowedCountries: readonly string[] | null;
  readonly twilio: TwilioConfig | null;
  /** Null: none. */
  readonly webhook: { readonly url: string; readonly secret: string } | null;
  /** By channel: the providers to try, in order. */
  readonly providers: Readonly<Record<Channel, readonly ProviderName[]>>;
  /** The site that codes are entered at, for phones that fill them in by themselves; null: the host of the public URL. */
  readonly codeDomain: string | null;
  /** A folder with templates that replace the built-in ones. */
  readonly templatesDir: string | null;
  /** Passwords are hashed as nobody should hash them, for tests that log in thousands of times. */
  readonly lightPasswords: boolean;
  readonly supportUrl: string | null;
  /** OpenID providers whose accounts can be linked. */
  readonly linkProviders: readonly ProviderConfig[];
  /** Return addresses for a browser that comes from a provider, besides pages of this service. */
  readonly linkReturnUrls: readonly string[];
  readonly retentionMs: number;
  readonly logLevel: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/**
 * @param readFile reads a file that a setting names
 * @throws ConfigError
 */
export function readConfig(environment: Environment, readFile: (path: string) => string): Config {
  const value = (name: string): string | null => {
    const text = environment[name]?.trim();
    return text === undefined || text === '' ? null : text;
  };
  const production = value('NODE_ENV') === 'production';
  const databaseUrl = checked('DATABASE_URL', value('DATABASE_URL'), 'a postgres:// URL', isUrlOf('postgres:', 'postgresql:'));
  const host = value('HOST') ?? '127.0.0.1';
  const smtpUrl = checked('SMTP_URL', value('SMTP_URL'), 'an smtp:// or smtps:// URL that names the server as its host', isSmtpUrl);
  const mailFrom = value('MAIL_FROM');
  if (smtpUrl !== null && mailFrom === null)
    throw new ConfigError('MAIL_FROM is needed with SMTP_URL: the address that messages come from');
  const twilio = twilioOf(value);
  const webhook = webhookOf(value);
  const secretKeys = secretKeysOf(value('SECRET_KEYS'));
  if (production && secretKeys === null)
    throw new ConfigError('SECRET_KEYS is needed with NODE_ENV=production: kid:base64 of at least 32 random bytes');
  const port = portOf('PORT', value('PORT') ?? '3000');
  const metricsPort = metricsPortOf(value('METRICS_PORT'), port);
  const sandbox = sandboxOf(value('SANDBOX'), { production, embedded: databaseUrl === null, loopback: isLoopback(host) });
  const config = {
    port,
    host,
    metricsPort,
    metricsKey: checked('METRICS_KEY', value('METRICS_KEY'), `visible ASCII characters, ${shortestKey} or more`, isLongKey),
    production,
    databaseUrl,
    dataDir: value('DATA_DIR') ?? './data',
    sandbox,
    lightPasswords: lightPasswordsOf(value('PASSWORD_HASHING'), sandbox),
    secretKeys,
    publicUrl: publicUrlOf(value('PUBLIC_URL')),
    audience: checked('AUDIENCE', value('AUDIENCE'), 'a value other than PUBLIC_URL/v1/me, the audience of access tokens', isNoAccess),
    smtpUrl,
    mailFrom: mailFrom ?? 'verification@localhost',
    serviceName: value('SERVICE_NAME') ?? 'Example',
    policy: policyOf(value('POLICY') ?? 'seed', readFile),
    clientKeys: namedKeysOf('CLIENT_KEYS', value('CLIENT_KEYS')),
    adminKeys: adminKeysOf(value('ADMIN_KEYS')),
    corsOrigins: originsOf(value('CORS_ORIGINS')),
    trustedProxies: proxiesOf(value('TRUSTED_PROXIES')),
    allowedCountries: countriesOf(value('ALLOWED_COUNTRIES')),
    twilio,
    webhook,
    providers: providersOf(value, {
      smtp: () => smtpUrl !== null,
      twilio: (channel) => twilio !== null && (channel !== 'voice' || twilio.voiceFrom !== null),
      webhook: () => webhook !== null,
    }),
    codeDomain: checked('CODE_DOMAIN', value('CODE_DOMAIN'), 'a host name such as app.example.com', isHostName),
    templatesDir: value('TEMPLATES_DIR'),
    supportUrl: checked('SUPPORT_URL', value('SUPPORT_URL'), 'an http://, https:// or mailto: URL', isUrlOf('http:', 'https:', 'mailto:')),
    linkProviders: linkProvidersOf(value('OIDC_PROVIDERS'), isLoopback),
    linkReturnUrls: linkReturnUrlsOf(value('LINK_RETURN_URLS'), isLoopback),
    retentionMs: retentionOf(value('RETENTION') ?? 'P30D'),
    logLevel:
      checked('LOG_LEVEL', value('LOG_LEVEL') ?? 'info', `one of ${logLevels.join(', ')}`, (level) => logLevels.includes(level)) ?? 'info',
  };
  refuseInsecure(value, production);
  return config;
}

/** @throws ConfigError outside the sandbox */
function lightPasswordsOf(text: string | null, sandbox: boolean): boolean {
  checked('PASSWORD_HASHING', text, 'light or nothing', (kind) => kind === 'light');
  if (text !== null && !sandbox) throw new ConfigError('PASSWORD_HASHING=light is for the sandbox alone');
  return text !== null;
}

/** @returns the keys of `kid:base64,…` (base64url as well), or null when there are none */
export function secretKeysOf(text: string | null): SecretKey[] | null {
  if (text === null) return null;
  const keys = namedKeysOf('SECRET_KEYS', text).map(({ name, key }) => {
    const secret = Buffer.from(key, 'base64');
    const canonical = secret.toString('base64').replaceAll('=', '');
    const given = key.replaceAll('-', '+').replaceAll('_', '/').replaceAll('=', '');
    if (canonical !== given || secret.length < 32)
      throw new ConfigError(`SECRET_KEYS: the key '${name}' must be at least 32 bytes in base64`);
    return { id: name, secret };
  });
  return keys;
}

/** Wrong keys are not counted, so a key must be too long to guess. */
const shortestKey = 24;

function isLongKey(text: string): boolean {
  return text.length >= shortestKey && /^[\x21-\x7e]+$/.test(text);
}

function adminKeysOf(text: string | null): NamedKey[] {
  const keys = namedKeysOf('ADMIN_KEYS', text);
  for (const { name, key } of keys) {
    if (key.length < shortestKey)
      throw new ConfigError(`ADMIN_KEYS: the key '${name}' must have at least ${shortestKey} characters (openssl rand -base64 24)`);
  }
  return keys;
}

/** nodemailer's `service` would replace the host and its encryption by those of a well-known provider, whatever else the URL says. */
function isSmtpUrl(url: string): boolean {
  return isUrlOf('smtp:', 'smtps:')(url) && !new URL(url).searchParams.has('service');
}

/** Paths are put after it, so it ends before any query. */
function publicUrlOf(text: string | null): string | null {
  const plain = (url: string) => isUrlOf('http:', 'https:')(url) && !/[?#]/.test(url);
  return checked('PUBLIC_URL', text, 'an http:// or https:// URL without a query', plain)?.replace(/\/+$/, '') ?? null;
}

/** Refused for every PUBLIC_URL: an application that checks the audience alone must not accept an access token as a proof. */
function isNoAccess(audience: string): boolean {
  return !audience.endsWith('/v1/me');
}

function portOf(name: string, text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new ConfigError(`${name} must be a number from 0 to 65535`);
  return port;
}

/** With 0, for any free port, the two ports always differ. */
function metricsPortOf(text: string | null, port: number): number | null {
  const metricsPort = text === null ? null : portOf('METRICS_PORT', text);
  if (metricsPort === port && port !== 0) throw new ConfigError('METRICS_PORT must differ from PORT');
  return metricsPort;
}

function sandboxOf(
  text: string | null,
  { production, embedded, loopback }: { production: boolean; embedded: boolean; loopback: boolean },
): boolean {
  if (text !== null && text !== 'true' && text !== 'false') throw new ConfigError('SANDBOX must be true or false');
  if (text === 'true' && production) throw new ConfigError('SANDBOX=true is refused with NODE_ENV=production: its inbox shows every code');
  if (text !== null) return text === 'true';
  return embedded && !production && loopback;
}

function originsOf(text: string | null): string[] {
  const origins = (text ?? '').split(',').map((origin) => origin.trim());
  return origins.filter((origin) => {
    if (origin !== '' && !(URL.canParse(origin) && new URL(origin).origin === origin))
      throw new ConfigError(`CORS_ORIGINS: '${origin}' is not an origin such as https://app.example.com`);
    return origin !== '';
  });
}

function proxiesOf(text: string | null): TrustedProxies {
  try {
    return trustedProxies(listOf(text));
  } catch (error) {
    throw new ConfigError(`TRUSTED_PROXIES: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

const dayMs = 24 * 60 * 60 * 1000;
const longestRetentionMs = 100 * 366 * dayMs;

/** An Idempotency-Key stands for the session that it started for so long: forgotten before, the session would come again. */
const shortestRetentionMs = dayMs;

function retentionOf(text: string): number {
  const ms = parseDuration(text);
  if (ms === null || ms < shortestRetentionMs || ms > longestRetentionMs)
    throw new ConfigError('RETENTION must be an ISO 8601 duration such as P30D, at least a day and at most 100 years');
  return ms;
}

function policyOf(text: string, readFile: (path: string) => string): Policy {
  if (text === 'seed' || text === 'strict') return policyProfiles[text];
  const overrides = overridesOf(text, readFile);
  const partial = Type.Partial(PolicySchema, { additionalProperties: false });
  const [error] = [...Value.Errors(partial, overrides)];
  if (error) throw new ConfigError(`POLICY: ${text}${error.path}: ${error.message}`);
  const policy = Object.freeze({ ...policyProfiles.seed, ...Value.Parse(partial, overrides) });
  for (const [shorter, longer] of mustFit) {
    if (policy[shorter] >= policy[longer]) throw new ConfigError(`POLICY: ${text}: ${shorter} must be shorter than ${longer}`);
  }
  return policy;
}

/** A resend must be possible while the code lasts, and a code must be able to expire before its session does. */
const mustFit = [
  ['setUpResendCooldownMs', 'codeLifetimeMs'],
  ['resendCooldownMs', 'codeLifetimeMs'],
  ['codeLifetimeMs', 'sessionLifetimeMs'],
] as const;

function overridesOf(path: string, readFile: (path: string) => string): unknown {
  try {
    return JSON.parse(readFile(path));
  } catch {
    throw new ConfigError(`POLICY must be seed, strict, or a readable JSON file: ${path}`);
  }
}
