/**
 * The values that confirm grants of providers. A value is random and leaves the service once; the session keeps a keyed hash of it
 * that covers the grant, so that the value confirms no other grant and no other session.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Keyring } from './keyring.ts';

/** What a provider sent back, and the session that it came for. */
export interface Grant {
  readonly keyId: string;
  readonly sessionId: string;
  readonly state: string;
  /** The query of the callback, the authorization code included. */
  readonly query: string;
}

/** As much as a session's token has: guessing it is no attack, even without the limit on wrong values. */
const valueBytes = 32;

export class LinkValues {
  readonly #keyring: Keyring;

  constructor(keyring: Keyring) {
    this.#keyring = keyring;
  }

  fresh(): string {
    return randomBytes(valueBytes).toString('base64url');
  }

  hash(grant: Grant, value: string): string {
    return this.#mac(grant, value).toString('base64url');
  }

  /** Whether the hash is that of the value and the grant. Compares in constant time. */
  matches(grant: Grant, value: string, hash: string): boolean {
    const [expected, actual] = [Buffer.from(hash, 'base64url'), this.#mac(grant, value)];
    return expected.length === actual.length && timingSafeEqual(expected, actual);
  }

  #mac({ keyId, sessionId, state, query }: Grant, value: string): Buffer {
    return this.#keyring.mac(keyId, 'link-value', [sessionId, state, query, value]);
  }
}
