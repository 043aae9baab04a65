/** What the owner of an account unlocks it with: derived, so that nobody finds it in the database, and good for one lock. */
import { timingSafeEqual } from 'node:crypto';
import type { Keyring } from './keyring.ts';

export interface Unlock {
  readonly accountId: string;
  /** The count that is locked. */
  readonly key: string;
  /** The lock: a count that is locked again has another one. */
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

  /** What a token says of itself; null for what is none. Only `matches` says whether it is one. */
  read(token: string): Omit<Unlock, 'lock'> | null {
    const [, accountId, key, expiry] = shape.exec(token) ?? [];
    return accountId === undefined || key === undefined || expiry === undefined
      ? null
      : { accountId, key, expiresAt: Number.parseInt(expiry, 36) };
  }

  /** Compares in constant time, by each secret key: the lock may be older than the current one. */
  matches(unlock: Unlock, token: string): boolean {
    let matches = false;
    for (const keyId of this.#keyring.ids) matches = sameText(this.#of(keyId, unlock), token) || matches;
    return matches;
  }

  #of(keyId: string, { accountId, key, lock, expiresAt }: Unlock): string {
    const expiry = expiresAt.toString(36);
    return `${accountId}.${key}.${expiry}.${this.#keyring.mac(keyId, 'unlock', [accountId, key, lock, expiry]).toString('base64url')}`;
  }
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
