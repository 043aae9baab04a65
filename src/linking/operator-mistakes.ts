/** Failures at a provider that only an operator can correct: a wrong secret, issuer or clock. Each is one line with expected and actual. */
import * as oidc from 'openid-client';
import { partyAtFault } from './provider-answer.ts';

/** The settings of a provider that its answers must match. */
interface Expected {
  readonly name: string;
  readonly issuer: string;
  readonly clientId: string;
}

/** Errors of the token endpoint about the client instead of the code (RFC 6749, 5.2). */
const aboutClient: ReadonlySet<string> = new Set(['invalid_client', 'unauthorized_client', 'unsupported_grant_type', 'invalid_scope']);

/** Text of a provider is cut, because it is arbitrary. */
const longestActual = 200;

/** Causes within causes: the library wraps an error twice at most. */
const deepestCause = 4;

/**
 * @returns the mistake in the exchange of a code; null if the person, the code or a failed check of the answer is the cause
 * @param method the way in which the client authenticates itself
 */
export function mistakeInExchange(error: unknown, expected: Expected, method: string): string | null {
  return refusesCode(error) ? null : (mistakeOfSettings(error, expected, method) ?? unusableAnswer(error, expected));
}

/** @returns the mistake in the settings or the clocks that the answer to any code shows; null if it shows none */
export function mistakeOfSettings(error: unknown, expected: Expected, method: string): string | null {
  return refusedClient(error, expected, method) ?? timeOf(error, expected) ?? claimOf(error, expected);
}

/**
 * True if the provider refuses the code, or if the answer belongs to another request: its state, issuer or nonce differs, or others signed
 * it. Any other answer is about this service or the provider.
 */
function refusesCode(error: unknown): boolean {
  if (error instanceof oidc.ResponseBodyError) return error.error === 'invalid_grant' || partyAtFault(error.error) === 'person';
  return detailsOf(error).some(
    ({ parameters, claim, signature }) => parameters !== undefined || claim === 'nonce' || signature !== undefined,
  );
}

function unusableAnswer(error: unknown, { name }: Expected): string {
  const [status, { message = error } = {}] = [statusOf(error), detailsOf(error).findLast((cause) => cause.message !== undefined)];
  const actual =
    error instanceof oidc.ResponseBodyError ? `${error.error} (${error.status})` : status === null || status === 200 ? message : status;
  return `${name}: expected an ID token, or an error such as invalid_grant, from the token endpoint, actual ${shown(actual)}`;
}

/** The addresses without which no link succeeds (OpenID Connect Discovery 1.0, section 3). */
const endpoints = ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const;

/** @returns the mistake in the metadata of a provider; null if they have each address that a link needs */
export function mistakeInMetadata(metadata: oidc.ServerMetadata, { name, issuer }: Expected): string | null {
  const protocols = ['https:', new URL(issuer).protocol];
  const missing = endpoints.find((endpoint) => {
    const address = metadata[endpoint] ?? '';
    return !URL.canParse(address) || !protocols.includes(new URL(address).protocol);
  });
  if (missing === undefined) return null;
  return `${name}: expected an https:// address as ${missing} in the metadata, actual ${shown(metadata[missing])}`;
}

/** @returns the mistake in the settings that made the discovery of the metadata fail; never null, because the provider answered */
export function mistakeInDiscovery(error: unknown, { name, issuer }: Expected): string {
  for (const { expected, body } of detailsOf(error)) {
    if (typeof expected !== 'string') continue;
    const actual = shown(memberOf(body, 'issuer'));
    // Providers with many tenants fill the placeholder in for each token.
    const remedy = /[{}]/.test(actual) ? ': write the issuer of one tenant' : '';
    return `${name}: expected the issuer ${issuer}, actual ${actual}${remedy}`;
  }
  const actual = statusOf(error) ?? (error instanceof Error ? error.message : String(error));
  return `${name}: expected the metadata at ${issuer.replace(/\/$/, '')}/.well-known/openid-configuration, actual ${shown(actual)}`;
}

/** The greatest difference between clocks that the check of ID tokens allows, in milliseconds; the library's default. */
const clockToleranceMs = 30_000;

/** @returns the difference between the clocks, if ID tokens fail by it; null if the clocks agree, or the provider names no time */
export function clockMistake({ name }: Expected, dateHeader: string | null, now: number): string | null {
  const at = Date.parse(dateHeader ?? '');
  if (Number.isNaN(at) || Math.abs(at - now) <= clockToleranceMs) return null;
  return `${name}: expected the provider's clock at ${iso(now)}, actual ${iso(at)}`;
}

function refusedClient(error: unknown, { name, clientId }: Expected, method: string): string | null {
  const refused = 'expected that the provider accepts clientId and clientSecret';
  if (error instanceof oidc.ResponseBodyError && (aboutClient.has(error.error) || error.status === 401))
    return `${name}: ${refused} of ${clientId} by ${method}, actual ${shown(error.error)} (${error.status})`;
  return statusOf(error) === 401 ? `${name}: ${refused} of ${clientId} by ${method}, actual 401` : null;
}

/** An ID token that is over, or not yet valid: the clock of the provider or of this service is wrong. */
function timeOf(error: unknown, { name }: Expected): string | null {
  for (const { claims, now, claim } of detailsOf(error)) {
    const at = memberOf(claims, String(claim));
    if (typeof now !== 'number' || typeof at !== 'number') continue;
    const bound = claim === 'exp' ? 'after' : 'at or before';
    return `${name}: expected an ID token with ${claim} ${bound} ${iso(now * 1000)}, actual ${iso(at * 1000)}`;
  }
  return null;
}

/** An ID token of another issuer, or for another client. A wrong nonce is an attack or another session's code, and no mistake. */
function claimOf(error: unknown, { name }: Expected): string | null {
  for (const { expected, claims, claim } of detailsOf(error)) {
    if (claim !== 'iss' && claim !== 'aud' && claim !== 'azp') continue;
    return `${name}: expected an ID token with ${claim} ${shown(expected)}, actual ${shown(memberOf(claims, claim))}`;
  }
  return null;
}

type Details = Readonly<Record<'expected' | 'body' | 'claims' | 'claim' | 'now' | 'parameters' | 'signature' | 'message', unknown>>;

/** The causes of an error. The library puts the compared values into the last one. */
function detailsOf(error: unknown): Details[] {
  const found: Details[] = [];
  let cause = error;
  for (let depth = 0; depth < deepestCause && typeof cause === 'object' && cause !== null; depth += 1) {
    found.push(cause as Details);
    cause = memberOf(cause, 'cause');
  }
  return found;
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

/** The status of an answer, or of an error that names one. */
export function statusOf(error: unknown): number | null {
  for (const value of [memberOf(error, 'cause'), error]) {
    // The server's library replaces the global `Response` class, so `instanceof` does not recognise answers.
    const status = memberOf(value, 'status');
    if (typeof status === 'number') return status;
  }
  return null;
}

function shown(value: unknown): string {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'nothing');
  return text.slice(0, longestActual);
}

function iso(ms: number): string {
  return Math.abs(ms) < 8.64e15 ? new Date(ms).toISOString() : String(ms);
}
