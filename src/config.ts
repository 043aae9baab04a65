/** The configuration: environment variables, checked as a whole before anything starts. Reads neither the environment nor files. */

import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { type Policy, PolicySchema, policyProfiles } from '../machines/policy.ts';
import { parseDuration } from './engine/duration.ts';
import type { SecretKey } from './secrets/keyring.ts';

/** A setting that is missing or makes no sense; its message is one line for whoever set it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export interface NamedKey {
  readonly name: string;
  readonly key: string;
}

export interface Config {
  readonly port: number;
  readonly host: string;
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
  readonly corsOrigins: readonly string[];
  readonly supportUrl: string | null;
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
  const smtpUrl = checked('SMTP_URL', value('SMTP_URL'), 'an smtp:// or smtps:// URL', isUrlOf('smtp:', 'smtps:'));
  const mailFrom = value('MAIL_FROM');
  if (smtpUrl !== null && mailFrom === null)
    throw new ConfigError('MAIL_FROM is needed with SMTP_URL: the address that messages come from');
  const secretKeys = secretKeysOf(value('SECRET_KEYS'));
  if (production && secretKeys === null)
    throw new ConfigError('SECRET_KEYS is needed with NODE_ENV=production: kid:base64 of at least 32 random bytes');
  return {
    port: portOf(value('PORT') ?? '3000'),
    host,
    production,
    databaseUrl,
    dataDir: value('DATA_DIR') ?? './data',
    sandbox: sandboxOf(value('SANDBOX'), { production, embedded: databaseUrl === null, loopback: isLoopback(host) }),
    secretKeys,
    publicUrl: publicUrlOf(value('PUBLIC_URL')),
    audience: value('AUDIENCE'),
    smtpUrl,
    mailFrom: mailFrom ?? 'verification@localhost',
    serviceName: value('SERVICE_NAME') ?? 'Verification',
    policy: policyOf(value('POLICY') ?? 'seed', readFile),
    clientKeys: namedKeysOf('CLIENT_KEYS', value('CLIENT_KEYS')),
    corsOrigins: originsOf(value('CORS_ORIGINS')),
    supportUrl: checked('SUPPORT_URL', value('SUPPORT_URL'), 'an http://, https:// or mailto: URL', isUrlOf('http:', 'https:', 'mailto:')),
    retentionMs: retentionOf(value('RETENTION') ?? 'P30D'),
    logLevel:
      checked('LOG_LEVEL', value('LOG_LEVEL') ?? 'info', `one of ${logLevels.join(', ')}`, (level) => logLevels.includes(level)) ?? 'info',
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
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

function checked(name: string, text: string | null, meaning: string, valid: (text: string) => boolean): string | null {
  if (text !== null && !valid(text)) throw new ConfigError(`${name} must be ${meaning}`);
  return text;
}

function isUrlOf(...protocols: string[]): (text: string) => boolean {
  return (text) => URL.canParse(text) && protocols.includes(new URL(text).protocol);
}

/** Paths are put after it, so it ends before any query. */
function publicUrlOf(text: string | null): string | null {
  const plain = (url: string) => isUrlOf('http:', 'https:')(url) && !/[?#]/.test(url);
  return checked('PUBLIC_URL', text, 'an http:// or https:// URL without a query', plain)?.replace(/\/+$/, '') ?? null;
}

function portOf(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new ConfigError('PORT must be a number from 0 to 65535');
  return port;
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

function namedKeysOf(name: string, text: string | null): NamedKey[] {
  if (text === null) return [];
  const keys = text.split(',').map((pair) => {
    const parts = /^\s*([A-Za-z0-9._-]{1,32}):([\x21-\x7e]+)\s*$/.exec(pair);
    if (!parts?.[1] || !parts[2]) throw new ConfigError(`${name} must be name:key pairs of visible ASCII characters, separated by commas`);
    return { name: parts[1], key: parts[2] };
  });
  if (new Set(keys.map((key) => key.name)).size < keys.length) throw new ConfigError(`${name} names a key twice`);
  return keys;
}

function originsOf(text: string | null): string[] {
  const origins = (text ?? '').split(',').map((origin) => origin.trim());
  return origins.filter((origin) => {
    if (origin !== '' && !(URL.canParse(origin) && new URL(origin).origin === origin))
      throw new ConfigError(`CORS_ORIGINS: '${origin}' is not an origin such as https://app.example.com`);
    return origin !== '';
  });
}

const longestRetentionMs = 100 * 366 * 24 * 60 * 60 * 1000;

function retentionOf(text: string): number {
  const ms = parseDuration(text);
  if (ms === null || ms > longestRetentionMs)
    throw new ConfigError('RETENTION must be an ISO 8601 duration such as P30D, at most 100 years');
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
