/** The task `exchangeGrant`: exchanges the authorization code for the person's identity at the provider, and stores only the identity. */
import { ChannelUnavailable } from '../engine/errors.ts';
import { claimLost, type TaskHandler, type TaskResult } from '../engine/ports.ts';
import type { LinkProviders } from './link-providers.ts';

export function exchangeGrant(providers: Pick<LinkProviders, 'discover' | 'exchange'>): TaskHandler {
  return {
    async run({ personal, attempt }, _signal, isStillClaimed = () => true) {
      const { linkProvider, linkState, linkNonce, linkVerifier, linkQuery } = personal;
      if (!linkProvider || !linkState || !linkNonce || !linkVerifier || !linkQuery)
        throw new Error('The session has no answer of a provider');
      const answer = { provider: linkProvider, query: linkQuery, state: linkState, nonce: linkNonce, verifier: linkVerifier };
      try {
        // Discovery can take seconds, so check the claim after it. A provider may revoke the tokens of a code used twice (RFC 6749, 4.1.2).
        await providers.discover(linkProvider);
        if (!(await isStillClaimed())) return claimLost;
        const identity = await providers.exchange(answer);
        // A code can be used once, and an earlier attempt ended without an answer. The person has agreed all the same.
        if (identity === null && attempt > 1)
          return {
            outcome: 'failed',
            reason: `${linkProvider} refuses the code, which an earlier attempt without an answer may have used`,
          };
        if (identity === null) return { outcome: 'done', output: { outcome: 'refused' } };
        return { outcome: 'done', output: { outcome: 'linked' }, personal: { linkIssuer: identity.issuer, linkSubject: identity.subject } };
      } catch (error) {
        return failureOf(error);
      }
    },
  };
}

/** A setting or a clock that only an operator can correct fails the task at once: a code is valid for minutes. */
function failureOf(error: unknown): TaskResult {
  if (!(error instanceof ChannelUnavailable)) throw error;
  return { outcome: error.isPassing ? 'retry' : 'failed', reason: error.message };
}
