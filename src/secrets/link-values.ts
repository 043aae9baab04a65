/**
 * The values that confirm providers' grants. A value is random and leaves the service once. The session stores a keyed hash of value and
 * grant, so that the value confirms no other grant and no other session.
 */
import { randomBytes } from 'node:crypto';
import { equalsInConstantTime } from '../common/constant-time.ts';
import type { Keyring } from './keyring.ts';

/** A provider's answer, and its session. */
export interface Grant {
  readonly keyId: string;
  readonly sessionId: string;
  readonly state: string;
  /** The query of the callback, including the authorization code. */
  readonly query: string;
}

/** As many bytes as a session token has: too many to guess, even without the limit on wrong values. */
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

  /** True if the hash belongs to the value and the grant. Compares in constant time. */
  matches(grant: Grant, value: string, hash: string): boolean {
    return equalsInConstantTime(Buffer.from(hash, 'base64url'), this.#mac(grant, value));
  }

  #mac({ keyId, sessionId, state, query }: Grant, value: string): Buffer {
    return this.#keyring.mac(keyId, 'link-value', [sessionId, state, query, value]);
  }
}
