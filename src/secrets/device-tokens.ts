/**
 * Device tokens, which trusted devices present at a login. They are derived, so that a repeated request gets the same answer. The store
 * holds only their hashes.
 */
import type { Keyring } from './keyring.ts';

export interface TrustingSession {
  readonly id: string;
  readonly keyId: string;
  readonly accountId: string;
}

export class DeviceTokens {
  readonly #keyring: Keyring;

  constructor(keyring: Keyring) {
    this.#keyring = keyring;
  }

  /** @returns the id of the device (that of the session that trusted it) and a secret, joined with a full stop */
  derive({ id, keyId, accountId }: TrustingSession): string {
    return `${id}.${this.#keyring.mac(keyId, 'device-token', [id, accountId]).toString('base64url')}`;
  }
}
