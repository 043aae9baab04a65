/**
 * `linkAccount` sends a person to a provider, with a state that only the session has. `providerReturned` stores the provider's answer,
 * once. `confirmLink` compares the value from the callback with the stored hash of value and grant. All these values are sealed personal
 * details. The machine learns only the kind of the answer, and if the value matches.
 */
import { randomBytes } from 'node:crypto';
import type { ProviderAnswer } from '../../machines/linking.ts';
import { equalsInConstantTime } from '../common/constant-time.ts';
import { InvalidBody } from '../engine/errors.ts';
import type { Personal, Resolver } from '../engine/ports.ts';

export interface LinkingDeps {
  /** The names of the configured providers. */
  readonly names: readonly string[];
  /** The allowed return addresses, which receive a secret value. */
  readonly returnUrls: readonly string[];
  /** @throws ChannelUnavailable */
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

type Request = Awaited<ReturnType<LinkingDeps['request']>>;

/** The details that check a grant, and the URL that the person goes to. */
const ofCheck = ['linkNonce', 'linkVerifier', 'authorizationUrl'];

/** The details of one attempt. */
const ofAttempt = [...ofCheck, 'linkProvider', 'linkState', 'linkQuery', 'linkValueHash', 'linkReturnTo', 'linkIssuer', 'linkSubject'];

export function linkAccountResolver({ names, returnUrls, request }: LinkingDeps): Resolver {
  return {
    prepare: async ({ provider, returnTo }) => {
      if (!names.includes(String(provider)))
        throw new InvalidBody('/provider', `No such provider is configured: ${names.length === 0 ? 'there is none' : names.join(', ')}`);
      // The comparison is exact, because an address that differs anywhere may belong to an attacker (RFC 9700, 4.1.3).
      if (returnTo !== undefined && !returnUrls.includes(String(returnTo)))
        throw new InvalidBody('/returnTo', 'The address is not in LINK_RETURN_URLS');
      return request(String(provider));
    },
    event: ({ provider, returnTo }, { id, personal }, { prepared }) => {
      const { nonce, verifier, url } = prepared as Request;
      // The state names the session for the callback, and its random part can't be guessed.
      const state = `${id}.${randomBytes(24).toString('base64url')}`;
      const attempt = { linkProvider: String(provider), linkState: state, linkNonce: nonce, linkVerifier: verifier };
      const back = returnTo === undefined ? {} : { linkReturnTo: String(returnTo) };
      return { payload: {}, personal: { ...without(personal, ofAttempt), ...attempt, ...back, authorizationUrl: url(state) } };
    },
  };
}

/** @param answerIn the kind of the answer in a query; null if there is none */
export function providerReturnedResolver(values: Pick<GrantValues, 'hash'>, answerIn: (query: string) => ProviderAnswer | null): Resolver {
  return {
    event: (body, { id: sessionId, keyId, personal }) => {
      const [state, query, value] = [String(body['state']), String(body['query']), String(body['value'])];
      const { linkState, linkQuery } = personal;
      // An answer to another attempt, or a second answer, changes nothing.
      if (linkState === undefined || linkQuery !== undefined || !equalsInConstantTime(linkState, state)) return null;
      const answer = answerIn(query);
      if (answer === null) return null;
      // The hash also tells the callback which visit brought the answer.
      const linkValueHash = values.hash({ keyId, sessionId, state, query }, value);
      const used = answer === 'granted' ? ['authorizationUrl'] : ofCheck;
      return { payload: { answer }, personal: { ...without(personal, used), linkQuery: query, linkValueHash } };
    },
  };
}

export function confirmLinkResolver(values: Pick<GrantValues, 'matches'>): Resolver {
  return {
    event: ({ value }, { id: sessionId, keyId, personal }) => {
      const { linkState: state, linkQuery: query, linkValueHash } = personal;
      const isMatch =
        state !== undefined &&
        query !== undefined &&
        linkValueHash !== undefined &&
        values.matches({ keyId, sessionId, state, query }, String(value), linkValueHash);
      return isMatch ? { payload: { correct: true }, personal: without(personal, ['linkValueHash']) } : { payload: { correct: false } };
    },
  };
}

/** `withoutLink`: removes the details of a link, so that the set-up continues without one. */
export function withoutLinkResolver(): Resolver {
  return { event: (_, { personal }) => ({ payload: {}, personal: without(personal, ofAttempt) }) };
}

function without(personal: Personal, names: readonly string[]): Personal {
  return Object.fromEntries(Object.entries(personal).filter(([name]) => !names.includes(name)));
}
