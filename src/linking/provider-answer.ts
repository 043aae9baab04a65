/** The answer of a provider in the query of the callback: a grant, or an error of the person, the provider or this service. */
import type { ProviderAnswer } from '../../machines/linking.ts';

/**
 * Errors by which a person ends a link at the provider: RFC 6749, 4.1.2.1, and the names of LinkedIn and Apple for a press on Cancel. The
 * last four say that a page of the provider was left unfinished (OpenID Connect Core 1.0, 3.1.2.6). Most providers send these only for
 * `prompt=none`, which the settings refuse.
 */
const ofPerson: ReadonlySet<string> = new Set([
  'access_denied',
  'user_cancelled_login',
  'user_cancelled_authorize',
  'consent_required',
  'login_required',
  'interaction_required',
  'account_selection_required',
]);

/** Errors of the provider that may pass (RFC 6749, 4.1.2.1). */
const ofProvider: ReadonlySet<string> = new Set(['server_error', 'temporarily_unavailable']);

/** The characters of an error code, without spaces (RFC 6749, 4.1.2.1). The query passes through the browser, so any text may arrive. */
const errorCode = /^[\x21\x23-\x5B\x5D-\x7E]{1,60}$/;

/**
 * The party at fault for an error of a provider. The remaining errors are about the requests or the registration of this service, such as
 * `invalid_scope`, or unknown: a person who declines has a code of their own at every provider.
 */
export function partyAtFault(error: string): 'person' | 'provider' | 'operator' {
  if (ofPerson.has(error)) return 'person';
  return ofProvider.has(error) ? 'provider' : 'operator';
}

/**
 * @returns the answer in a query; null if there is none. An answer has either a code or an error, and no parameter twice (RFC 6749, 3.1 and
 * 4.1.2)
 */
export function answerIn(query: string): ProviderAnswer | null {
  const parameters = new URLSearchParams(query);
  const names = [...parameters.keys()];
  const error = parameters.get('error');
  if (parameters.has('code') === (error !== null) || new Set(names).size < names.length) return null;
  if (error === null) return 'granted';
  return partyAtFault(error) === 'person' ? 'declined' : 'failed';
}

/** @returns the problem that an operator must know of, in one line; null for a grant, and for a person who declined */
export function problemIn(query: string, provider: string): string | null {
  if (answerIn(query) !== 'failed') return null;
  const error = new URLSearchParams(query).get('error') ?? '';
  return `${provider}: expected a code, or an error such as access_denied, actual ${errorCode.test(error) ? error : 'an error without a code'}`;
}
