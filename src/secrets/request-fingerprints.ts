/**
 * The fingerprints of requests with an Idempotency-Key: of the key, and of the body. Keyed hashes reveal neither from the stored values.
 */
import type { Idempotency } from '../engine/sessions/idempotency.ts';
import type { Keyring } from './keyring.ts';

export class RequestFingerprints {
  readonly #keyring: Keyring;

  constructor(keyring: Keyring) {
    this.#keyring = keyring;
  }

  /**
   * @param scope the route and the session of the key
   * @param body the parsed body of the request; the order of its fields does not matter
   */
  of(scope: string, key: string, body: unknown): Idempotency {
    const canonical = JSON.stringify(body, (_, value: unknown) => sorted(value));
    return {
      keys: this.#keyring.ids.map((id) => this.#fingerprint(id, ['key', scope, key])),
      fingerprints: this.#keyring.ids.map((id) => this.#fingerprint(id, ['body', scope, canonical])),
    };
  }

  #fingerprint(keyId: string, parts: readonly string[]): string {
    return this.#keyring.mac(keyId, 'fingerprint', parts).toString('base64url').slice(0, 22);
  }
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
