/** The configuration, from environment variables, checked as a whole before the start. Callers pass the environment and files in. */
import { isIP } from 'node:net';
import type { Figures } from '../../machines/figures.ts';
import { parseDuration } from '../common/duration.ts';
import { isLoopback } from '../common/loopback.ts';
import { type TrustedProxies, trustedProxies } from '../http/requests/client-address.ts';
import type { SecretKey } from '../secrets/keyring.ts';
import { type Algorithm, algorithms } from '../secrets/token-signer.ts';
import { isEncryptedPostgres } from '../store/postgres.ts';
import { originsOf } from './origins.ts';
import { type DefinedFigures, figuresOf } from './policy.ts';
import type { Connection, SettingsReader } from './settings.ts';
import { isEncryptedHttp, refuseInsecure, refusePrivateHosts } from './transport.ts';
import { ConfigError, canonicalUrl, checked, isHostName, isUrlOf, listOf, type NamedKey, namedKeysOf, serverUrlOf } from './values.ts';

export interface Config {
  readonly port: number;
  readonly host: string;
  /** The separate port of the metrics; null if they are at the port of the service. */
  readonly metricsPort: number | null;
  /**
   * The key for the metrics. Null: every client that reaches the metrics may read them; in production they are then closed at the service's
   * own port.
   */
  readonly metricsKey: string | null;
  readonly production: boolean;
  /** Null: the embedded database in `dataDir`. */
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  /** The schema of the tables, for a PostgreSQL shared with other applications; null for the database's default. */
  readonly schema: string | null;
  readonly sandbox: boolean;
  /** Null: the key in the data folder, which the first start creates. */
  readonly secretKeys: readonly SecretKey[] | null;
  /** Null: `http://HOST:PORT`, with the actual port of the service; `localhost` if HOST is a loopback address or means all addresses. */
  readonly publicUrl: string | null;
  readonly audience: string | null;
  /** The algorithm of new results' signatures. */
  readonly resultAlgorithm: Algorithm;
  readonly serviceName: string;
  /** The values of every figure of the service's modules. */
  readonly figures: Figures;
  readonly clientKeys: readonly NamedKey[];
  /** The keys for the admins' routes. Without keys there are no such routes. */
  readonly adminKeys: readonly NamedKey[];
  readonly corsOrigins: readonly string[];
  /** The addresses and prefixes of proxies whose X-Forwarded-For is trusted. */
  readonly trustedProxies: TrustedProxies;
  readonly retentionMs: number;
  readonly logLevel: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** The part of the configuration that the modules of a service define. */
export interface Configurable extends DefinedFigures {
  readonly connections: Readonly<Record<string, Connection>>;
}

/** @param readFile reads a file whose path is the value of a setting */
export function settingsReader(environment: Environment, readFile: (path: string) => string): SettingsReader {
  const value = (name: string): string | null => {
    const text = unquoted((environment[name] ?? environment[byteOrderMark + name] ?? '').trim());
    // A list without items would open what it should limit: it comes from empty variables, as in `$A,$B`.
    if (/^[\s,]*,[\s,]*$/.test(text))
      throw new ConfigError(`${name} names nothing between its commas. Remove the setting, or complete the list`);
    return text === '' ? null : text;
  };
  const production = isProduction(value('NODE_ENV'));
  const embedded = value('DATABASE_URL') === null;
  const sandbox = sandboxOf(value('SANDBOX')?.toLowerCase() ?? null, { production, embedded, loopback: isLoopback(hostOf(value)) });
  const privateNames = listOf(value('ALLOW_PRIVATE')?.toLowerCase() ?? null);
  const allowsPrivate = (connection: string) => privateNames.includes(connection);
  return { value, readFile: (path) => withoutByteOrderMark(readFile(path)), production, sandbox, allowsPrivate };
}

/** @throws ConfigError for an abbreviation: without the full word, the service would start with the sandbox */
function isProduction(environment: string | null): boolean {
  const word = environment?.toLowerCase() ?? '';
  if (['prod', 'prd', 'live'].includes(word)) throw new ConfigError(`NODE_ENV=${environment} has no effect: write production`);
  return word === 'production';
}

/** Some editors begin a file with this mark. In a file of settings it becomes part of the first name. */
const byteOrderMark = '\uFEFF';

function withoutByteOrderMark(text: string): string {
  return text.startsWith(byteOrderMark) ? text.slice(byteOrderMark.length) : text;
}

/** A value without the quotes around it, which `docker run --env-file` keeps, and shells, Compose and Node remove. */
function unquoted(text: string): string {
  return (/^"([^"]*)"$/.exec(text)?.[1] ?? /^'([^']*)'$/.exec(text)?.[1] ?? text).trim();
}

/** @throws ConfigError */
export function readConfig({ value, readFile, production, sandbox }: SettingsReader, modules: Configurable): Config {
  const { databaseUrl, schema } = databaseOf({ value });
  const secretKeys = secretKeysOf(value('SECRET_KEYS'));
  if (production && secretKeys === null)
    throw new ConfigError('SECRET_KEYS is needed with NODE_ENV=production: kid:base64 of at least 32 random bytes');
  const port = portOf('PORT', value('PORT') ?? '3000');
  const config = {
    port,
    host: checked('HOST', hostOf(value), 'an address such as 0.0.0.0 or ::, or a host name, without a port', isHost) ?? '',
    metricsPort: metricsPortOf(value('METRICS_PORT'), port),
    metricsKey: checked('METRICS_KEY', value('METRICS_KEY'), `visible ASCII characters, ${shortestKey} or more`, isLongKey),
    production,
    databaseUrl,
    dataDir: value('DATA_DIR') ?? './data',
    schema,
    sandbox,
    secretKeys,
    publicUrl: publicUrlOf(value('PUBLIC_URL')),
    audience: checked('AUDIENCE', value('AUDIENCE'), 'a value other than PUBLIC_URL/v1/me, the audience of access tokens', isNoAccess),
    resultAlgorithm: algorithmOf(value('RESULT_ALGORITHM')),
    serviceName: value('SERVICE_NAME') ?? 'Example',
    figures: figuresOf(value('POLICY') ?? 'seed', readFile, modules),
    clientKeys: namedKeysOf('CLIENT_KEYS', value('CLIENT_KEYS')),
    adminKeys: adminKeysOf(value('ADMIN_KEYS')),
    corsOrigins: originsOf(value('CORS_ORIGINS')),
    trustedProxies: proxiesOf(value('TRUSTED_PROXIES')),
    retentionMs: retentionOf(value('RETENTION') ?? 'P30D'),
    logLevel:
      checked('LOG_LEVEL', value('LOG_LEVEL')?.toLowerCase() ?? 'info', `one of ${logLevels.join(', ')}`, (level) =>
        logLevels.includes(level),
      ) ?? 'info',
  };
  return config;
}

/**
 * @param connections the connections of modules and backends, by their names in `ALLOW_INSECURE`
 * @throws ConfigError for a connection that is not encrypted, or leads to a private network
 */
export function checkConnections(reader: SettingsReader, connections: Readonly<Record<string, Connection>>): void {
  const all = { ...ownConnections, ...connections };
  refuseInsecure(reader.value, reader.production, all);
  refusePrivateHosts(reader, all);
}

const ownConnections: Readonly<Record<string, Connection>> = {
  database: {
    setting: 'DATABASE_URL',
    carries: 'sealed details and hashes',
    remedy: 'add ?sslmode=verify-full',
    isEncrypted: (url) => isEncryptedPostgres(url, isLoopback),
  },
  'public-url': {
    setting: 'PUBLIC_URL',
    carries: 'passwords, codes and tokens',
    remedy: 'use https://',
    isEncrypted: isEncryptedHttp,
  },
  cors: {
    setting: 'CORS_ORIGINS',
    carries: 'pages that show tokens',
    remedy: 'use https:// origins',
    isEncrypted: (origins) => listOf(origins).every(isEncryptedHttp),
  },
};

/** The address, in the brackets of a URL or without them. `localhost` stands for 127.0.0.1 and ::1. */
function hostOf(value: (name: string) => string | null): string {
  return (value('HOST') ?? 'localhost').replace(/^\[(.+)\]$/, '$1');
}

function isHost(text: string): boolean {
  return isIP(text) !== 0 || isHostName(text);
}

/** @returns the keys of `kid:base64,…`, also in base64url; null without a setting */
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

/** Requests with wrong keys are not limited, so a key must be too long to guess. */
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

/** Paths are appended to the URL, so it has no query. */
function publicUrlOf(text: string | null): string | null {
  const url = text === null ? null : canonicalUrl(text).replace(/\/+$/, '');
  // A link that begins with two slashes leads to another host.
  const plain = (each: string) => isUrlOf('http:', 'https:')(each) && !/[?#]/.test(each) && !new URL(each).pathname.includes('//');
  return checked('PUBLIC_URL', url, 'an http:// or https:// URL without a query, and without two slashes in its path', plain);
}

/**
 * Refuses the audience of access tokens, under every PUBLIC_URL. Otherwise an application that checks only the audience could accept an
 * access token as a proof.
 */
function isNoAccess(audience: string): boolean {
  return !audience.endsWith('/v1/me');
}

function algorithmOf(text: string | null): Algorithm {
  const algorithm = algorithms.find((name) => name.toLowerCase() === (text ?? 'EdDSA').toLowerCase());
  if (algorithm === undefined) throw new ConfigError(`RESULT_ALGORITHM must be ${algorithms.join(' or ')}`);
  return algorithm;
}

function portOf(name: string, text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new ConfigError(`${name} must be a number from 0 to 65535`);
  return port;
}

/** The port of the metrics. Two ports of 0 are allowed, since the system then chooses two different free ports. */
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

/** The settings of the database alone: reports read it without the settings of a service. */
export function databaseOf({ value }: Pick<SettingsReader, 'value'>): Pick<Config, 'databaseUrl' | 'schema'> {
  const databaseUrl = serverUrlOf('DATABASE_URL', value('DATABASE_URL'), 'a postgres:// URL', isUrlOf('postgres:', 'postgresql:'));
  return { databaseUrl, schema: schemaOf(value('SCHEMA'), databaseUrl) };
}

/** The name of the schema. It needs no quotation marks, so that psql and pg_dump accept it as written. */
function schemaOf(text: string | null, databaseUrl: string | null): string | null {
  const schema = checked('SCHEMA', text, 'a name of small letters, digits and underscores', (name) => /^[a-z_][a-z0-9_]{0,62}$/.test(name));
  if (schema !== null && databaseUrl === null) throw new ConfigError('SCHEMA is for a PostgreSQL server: set DATABASE_URL too');
  return schema;
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

/** An Idempotency-Key identifies its session for this long. If the session were deleted earlier, a repeated request would start another. */
const shortestRetentionMs = dayMs;

function retentionOf(text: string): number {
  const ms = parseDuration(text.toUpperCase());
  if (ms === null || ms < shortestRetentionMs || ms > longestRetentionMs)
    throw new ConfigError('RETENTION must be an ISO 8601 duration such as P30D, at least a day and at most 100 years');
  return ms;
}
