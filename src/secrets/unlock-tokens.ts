/** Tokens that unlock an account, each valid for one lock. They are derived, so the database does not contain them. */
import { equalsInConstantTime } from '../common/constant-time.ts';
import type { Keyring } from './keyring.ts';

export interface Unlock {
  readonly accountId: string;
  readonly key: string;
  /** The id of the lock. Each lock of a count has a new id. */
  readonly lock: string;
  /** In milliseconds since the epoch. */
  readonly expiresAt: number;
}

const shape = /^([0-9a-f-]{36})\.([\w-]{43})\.([0-9a-z]{1,11})\.([\w-]{43})$/;

export class UnlockTokens {
  readonly #keyring: Keyring;

  constructor(keyring: Keyring) {
    this.#keyring = keyring;
  }

  derive(unlock: Unlock): string {
    return this.#of(this.#keyring.currentId, unlock);
  }

  /** The claims of a token, not yet verified; null for malformed text. `matches` verifies the token. */
  read(token: string): Omit<Unlock, 'lock'> | null {
    const [, accountId, key, expiry] = shape.exec(token) ?? [];
    return accountId === undefined || key === undefined || expiry === undefined
      ? null
      : { accountId, key, expiresAt: Number.parseInt(expiry, 36) };
  }

  /** True if the token is valid for the lock under any secret key, because the lock may be older than the current key. Constant time. */
  matches(unlock: Unlock, token: string): boolean {
    let matches = false;
    for (const keyId of this.#keyring.ids) matches = equalsInConstantTime(this.#of(keyId, unlock), token) || matches;
    return matches;
  }

  #of(keyId: string, { accountId, key, lock, expiresAt }: Unlock): string {
    const expiry = expiresAt.toString(36);
    return `${accountId}.${key}.${expiry}.${this.#keyring.mac(keyId, 'unlock', [accountId, key, lock, expiry]).toString('base64url')}`;
  }
}
