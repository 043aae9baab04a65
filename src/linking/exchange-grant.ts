/** The task `exchangeGrant`: asks the provider who it is that came back, and remembers that of them and nothing else. */
import { claimLost, type TaskHandler } from '../engine/ports.ts';
import type { LinkProviders } from './link-providers.ts';

export function exchangeGrant(providers: Pick<LinkProviders, 'discover' | 'exchange'>): TaskHandler {
  return {
    async run({ personal }, _signal, isStillClaimed = () => true) {
      const { linkProvider, linkState, linkNonce, linkVerifier, linkQuery } = personal;
      if (!linkProvider || !linkState || !linkNonce || !linkVerifier || !linkQuery) throw new Error('Nobody came back');
      const answer = { provider: linkProvider, query: linkQuery, state: linkState, nonce: linkNonce, verifier: linkVerifier };
      // Discovery can take seconds, and a provider may revoke what it gave for a code that comes twice (RFC 6749, 4.1.2).
      await providers.discover(linkProvider);
      if (!(await isStillClaimed())) return claimLost;
      const identity = await providers.exchange(answer);
      if (identity === null) return { outcome: 'done', output: { outcome: 'refused' } };
      return { outcome: 'done', output: { outcome: 'linked' }, personal: { linkIssuer: identity.issuer, linkSubject: identity.subject } };
    },
  };
}
