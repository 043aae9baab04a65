/**
 * `linkAccount` sends a person to a provider, with a state that only their session knows. `providerReturned` stores what they come back
 * with, once. `confirmLink` compares the value that the callback handed over with the hash of the stored grant. All of it lies in
 * the private part; the machine hears whether there is a grant, and whether the value was right.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { ChannelUnavailable, InvalidBody } from '../engine/errors.ts';
import type { Personal, Resolver } from '../engine/ports.ts';

export interface LinkingParts {
  /** The providers that are configured. */
  readonly names: readonly string[];
  /** The allowed return addresses, which receive a secret value. */
  readonly returnUrls: readonly string[];
  readonly request: (
    provider: string,
  ) => Promise<{ readonly nonce: string; readonly verifier: string; readonly url: (state: string) => string }>;
}

/** The values that confirm grants; implemented by `LinkValues`. */
export interface GrantValues {
  hash(grant: Grant, value: string): string;
  matches(grant: Grant, value: string, hash: string): boolean;
}

interface Grant {
  readonly keyId: string;
  readonly sessionId: string;
  readonly state: string;
  readonly query: string;
}

type Request = Awaited<ReturnType<LinkingParts['request']>>;

/** The members that tell how to check an answer, and where the person goes. */
const ofRequest = ['linkProvider', 'linkNonce', 'linkVerifier', 'authorizationUrl'];

/** The members that belong to one attempt. */
const ofAttempt = [...ofRequest, 'linkState', 'linkQuery', 'linkValueHash', 'linkReturnTo', 'linkIssuer', 'linkSubject'];

export function linkAccountResolver({ names, returnUrls, request }: LinkingParts): Resolver {
  return {
    prepare: async ({ provider, returnTo }) => {
      if (!names.includes(String(provider)))
        throw new InvalidBody('/provider', `No such provider is configured: ${names.length === 0 ? 'there is none' : names.join(', ')}`);
      // Compared exactly: an address that differs anywhere may belong to somebody else (RFC 9700, 4.1.3).
      if (returnTo !== undefined && !returnUrls.includes(String(returnTo)))
        throw new InvalidBody('/returnTo', 'LINK_RETURN_URLS has no such address');
      return request(String(provider)).catch((error: unknown) => {
        throw new ChannelUnavailable(`The provider can't be asked now`, { cause: error });
      });
    },
    event: ({ provider, returnTo }, { id, personal }, { prepared }) => {
      const { nonce, verifier, url } = prepared as Request;
      // It leads back to the session, and nobody guesses it.
      const state = `${id}.${randomBytes(24).toString('base64url')}`;
      const attempt = { linkProvider: String(provider), linkState: state, linkNonce: nonce, linkVerifier: verifier };
      const back = returnTo === undefined ? {} : { linkReturnTo: String(returnTo) };
      return { payload: {}, personal: { ...without(personal, ofAttempt), ...attempt, ...back, authorizationUrl: url(state) } };
    },
  };
}

export function providerReturnedResolver(values: Pick<GrantValues, 'hash'>): Resolver {
  return {
    event: (body, { id: sessionId, keyId, personal }) => {
      const [state, query, value] = [String(body['state']), String(body['query']), String(body['value'])];
      const { linkState, linkQuery } = personal;
      // Of another attempt, or a second time: nothing happens.
      if (linkState === undefined || linkQuery !== undefined || !sameText(linkState, state)) return null;
      const answer = answerIn(query);
      if (answer === null) return null;
      if (answer === 'refusal') return { payload: { granted: false }, personal: { ...without(personal, ofRequest), linkQuery: query } };
      const linkValueHash = values.hash({ keyId, sessionId, state, query }, value);
      return { payload: { granted: true }, personal: { ...without(personal, ['authorizationUrl']), linkQuery: query, linkValueHash } };
    },
  };
}

export function confirmLinkResolver(values: Pick<GrantValues, 'matches'>): Resolver {
  return {
    event: ({ value }, { id: sessionId, keyId, personal }) => {
      const { linkState: state, linkQuery: query, linkValueHash } = personal;
      const isRight =
        state !== undefined &&
        query !== undefined &&
        linkValueHash !== undefined &&
        values.matches({ keyId, sessionId, state, query }, String(value), linkValueHash);
      return isRight ? { payload: { right: true }, personal: without(personal, ['linkValueHash']) } : { payload: { right: false } };
    },
  };
}

/** `withoutLink`: nothing is linked, be it that something was to be before. */
export function withoutLinkResolver(): Resolver {
  return { event: (_, { personal }) => ({ payload: {}, personal: without(personal, ofAttempt) }) };
}

/**
 * @returns null for text that is no provider's answer: an answer has a code or an error, and no parameter twice (RFC 6749, 3.1 and 4.1.2)
 */
function answerIn(query: string): 'grant' | 'refusal' | null {
  const parameters = new URLSearchParams(query);
  const names = [...parameters.keys()];
  const [isGrant, isRefusal] = [parameters.has('code'), parameters.has('error')];
  if (isGrant === isRefusal || new Set(names).size < names.length) return null;
  return isGrant ? 'grant' : 'refusal';
}

function without(personal: Personal, names: readonly string[]): Personal {
  return Object.fromEntries(Object.entries(personal).filter(([name]) => !names.includes(name)));
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
