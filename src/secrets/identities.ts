/**
 * The ids of sessions, and the fingerprints of requests with an Idempotency-Key. Both use keyed hashes, so that the stored values reveal
 * neither the key nor the body.
 */

import type { Identities } from '../engine/ports.ts';
import type { Idempotency } from '../engine/sessions/idempotency.ts';
import type { Keyring } from './keyring.ts';
import { v7, v8 } from './uuid.ts';

export class SessionIdentities implements Identities {
  readonly #keyring: Keyring;
  readonly keyId: string;

  constructor(keyring: Keyring) {
    this.#keyring = keyring;
    this.keyId = keyring.currentId;
  }

  fresh(now: number): string {
    return v7(now);
  }

  derived(scope: string, key: string, day: number): readonly string[] {
    return this.#keyring.ids.map((id) => v8(this.#keyring.mac(id, 'start', [scope, key, String(day)])));
  }

  child(keyId: string, taskKey: string): string {
    return v8(this.#keyring.mac(keyId, 'start', ['child', taskKey]));
  }

  /**
   * @param scope the route and the session of the key
   * @param body the parsed body of the request; the order of its fields does not matter
   */
  idempotency(scope: string, key: string, body: unknown): Idempotency {
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
