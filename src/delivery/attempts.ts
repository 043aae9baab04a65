/** Shared by the providers: the attempts under way, and the result of a failed connection. */
import { errorCodeOf } from '../common/failed-requests.ts';
import { privateAddressIn } from '../common/outbound.ts';
import type { DeliveryResult } from './message.ts';

/** The attempts of one provider, so that closing it can wait for them. */
export class Attempts {
  readonly #underWay = new Set<Promise<DeliveryResult>>();
  #closed = false;

  async run(attempt: () => Promise<DeliveryResult>): Promise<DeliveryResult> {
    if (this.#closed) return { outcome: 'unavailable', sent: 'no', reason: 'the provider is closed' };
    const running = attempt();
    this.#underWay.add(running);
    try {
      return await running;
    } finally {
      this.#underWay.delete(running);
    }
  }

  /** Refuses new attempts, and resolves when the attempts under way have ended. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#underWay);
  }
}

/** Errors that occur before a connection is open, so nothing was sent. */
const neverConnected: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** @returns the result of a request that got no answer */
export function unanswered(provider: string, error: unknown): DeliveryResult {
  const refused = privateAddressIn(error);
  if (refused !== null) return { outcome: 'unavailable', sent: 'no', reason: refused.message };
  const code = errorCodeOf(error);
  if (code !== null && neverConnected.has(code))
    return { outcome: 'unavailable', sent: 'no', reason: `no connection to ${provider} (${code})` };
  return { outcome: 'unavailable', sent: 'unknown', reason: `no answer from ${provider}${code === null ? '' : ` (${code})`}` };
}

export function unavailable(
  sent: 'no' | 'unknown',
  reason: string,
  after: number | null = null,
): Extract<DeliveryResult, { outcome: 'unavailable' }> {
  return { outcome: 'unavailable', sent, reason, ...(after === null ? {} : { retryAfterMs: after }) };
}
