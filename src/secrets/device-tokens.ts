/** What a trusted device shows at a login: derived, so that a lost answer can be given again; the store has its hash alone. */
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

  /** @returns the id of the device, which is that of the session that trusted it, and a secret */
  derive({ id, keyId, accountId }: TrustingSession): string {
    return `${id}.${this.#keyring.mac(keyId, 'device-token', [id, accountId]).toString('base64url')}`;
  }
}
