/**
 * `linkAccount`: sends a person to a provider, with what only their session knows. `providerReturned`: they come back, once. What the
 * answer is held to lies in the private part; the machine hears whether there is anything to exchange.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { ChannelUnavailable, InvalidBody } from '../engine/errors.ts';
import type { Personal, Resolver } from '../engine/ports.ts';

export interface LinkingParts {
  /** The providers that are configured. */
  readonly names: readonly string[];
  readonly request: (
    provider: string,
  ) => Promise<{ readonly nonce: string; readonly verifier: string; readonly url: (state: string) => string }>;
}

type Request = Awaited<ReturnType<LinkingParts['request']>>;

/** The members that belong to one attempt. */
const attemptOf = ['linkProvider', 'linkState', 'linkNonce', 'linkVerifier', 'linkQuery', 'authorizationUrl', 'linkIssuer', 'linkSubject'];

export function linkAccountResolver({ names, request }: LinkingParts): Resolver {
  return {
    prepare: async ({ provider }) => {
      if (!names.includes(String(provider)))
        throw new InvalidBody('/provider', `No such provider is configured: ${names.length === 0 ? 'there is none' : names.join(', ')}`);
      return request(String(provider)).catch((error: unknown) => {
        throw new ChannelUnavailable(`The provider can't be asked now`, { cause: error });
      });
    },
    event: ({ provider }, { id, personal }, { prepared }) => {
      const { nonce, verifier, url } = prepared as Request;
      // It leads back to the session, and nobody guesses it.
      const state = `${id}.${randomBytes(24).toString('base64url')}`;
      const attempt = { linkProvider: String(provider), linkState: state, linkNonce: nonce, linkVerifier: verifier };
      return { payload: {}, personal: { ...without(personal, attemptOf), ...attempt, authorizationUrl: url(state) } };
    },
  };
}

export function providerReturnedResolver(): Resolver {
  return {
    event: ({ state, query }, { personal }) => {
      const { linkState, linkQuery } = personal;
      // Of another attempt, or a second time: nothing happens.
      if (linkState === undefined || linkQuery !== undefined || !sameText(linkState, String(state))) return null;
      const isGrant = new URLSearchParams(String(query)).has('code');
      if (!isGrant) return { payload: { granted: false }, personal: without(personal, attemptOf) };
      return { payload: { granted: true }, personal: { ...without(personal, ['authorizationUrl']), linkQuery: String(query) } };
    },
  };
}

/** `withoutLink`: nothing is linked, be it that something was to be before. */
export function withoutLinkResolver(): Resolver {
  return { event: (_, { personal }) => ({ payload: {}, personal: without(personal, attemptOf) }) };
}

function without(personal: Personal, names: readonly string[]): Personal {
  return Object.fromEntries(Object.entries(personal).filter(([name]) => !names.includes(name)));
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
