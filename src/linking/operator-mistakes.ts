/** Failures at a provider that only an operator can correct: a wrong secret, issuer or clock. Each is one line with expected and actual. */
import * as oidc from 'openid-client';

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
  return refusedClient(error, expected, method) ?? timeOf(error, expected) ?? claimOf(error, expected);
}

/** @returns the mistake in the settings that made the discovery of the metadata fail; never null, because the provider answered */
export function mistakeInDiscovery(error: unknown, { name, issuer }: Expected): string {
  for (const { expected, body } of detailsOf(error)) {
    if (typeof expected === 'string') return `${name}: expected the issuer ${issuer}, actual ${shown(memberOf(body, 'issuer'))}`;
  }
  const actual = statusOf(error) ?? (error instanceof Error ? error.message : String(error));
  return `${name}: expected the metadata at ${issuer.replace(/\/$/, '')}/.well-known/openid-configuration, actual ${shown(actual)}`;
}

/** Errors of the authorization endpoint about the client and its request (RFC 6749, 4.1.2.1). All others are about the person. */
const aboutRequest: ReadonlySet<string> = new Set([
  'invalid_request',
  'unauthorized_client',
  'unsupported_response_type',
  'invalid_scope',
  'request_not_supported',
  'registration_not_supported',
]);

/** @returns the mistake in a provider's answer that brings no code; null for an answer about the person, such as `access_denied` */
export function mistakeInAnswer(query: string): string | null {
  const error = new URLSearchParams(query).get('error') ?? '';
  return aboutRequest.has(error) ? `expected a code, or an error such as access_denied, actual ${error}` : null;
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
  if (error instanceof oidc.WWWAuthenticateChallengeError) return `${name}: ${refused} of ${clientId} by ${method}, actual ${error.status}`;
  return null;
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

type Details = Readonly<Record<'expected' | 'body' | 'claims' | 'claim' | 'now', unknown>>;

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
