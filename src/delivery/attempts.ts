/** Shared by the providers: the attempts under way, the result of a failed connection, and the Retry-After header. */
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
  const code = codeOf(error);
  if (code !== null && neverConnected.has(code))
    return { outcome: 'unavailable', sent: 'no', reason: `no connection to ${provider} (${code})` };
  return { outcome: 'unavailable', sent: 'unknown', reason: `no answer from ${provider}${code === null ? '' : ` (${code})`}` };
}

/** The code or the name of a network error or a time-out. The error's text is left out, because it may quote the request. */
function codeOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return codeOf(error.cause) ?? (error.name === 'Error' || error.name === 'TypeError' ? null : error.name);
}

/**
 * Retry-After in seconds or as a date (RFC 9110, 10.2.3), converted to milliseconds from now; null if absent, malformed or already over.
 * A wait of zero would use up all attempts at once. With null, the retry policy's own pauses give the provider time to recover.
 */
export function retryAfterMs(header: string | null | undefined, now: number): number | null {
  if (!header) return null;
  const seconds = /^\d{1,6}$/.test(header.trim()) ? Number(header) : (Date.parse(header) - now) / 1000;
  const ms = Math.round(seconds * 1000);
  return ms > 0 ? ms : null;
}

export function unavailable(
  sent: 'no' | 'unknown',
  reason: string,
  after: number | null = null,
): Extract<DeliveryResult, { outcome: 'unavailable' }> {
  return { outcome: 'unavailable', sent, reason, ...(after === null ? {} : { retryAfterMs: after }) };
}
