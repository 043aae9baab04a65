/**
 * The owner's remedies against strangers' wrong passwords. A login gives the owner's network its own count. A link lifts the lock that a
 * hundred wrong passwords bring.
 */

import type { Caller } from '../engine/ports.ts';
import type { Account, AccountFigures, PasswordLock } from './account.ts';
import type { PasswordGuesses } from './password-guesses.ts';

/** A lock, and the expiry of one token that lifts it. */
interface Unlock extends PasswordLock {
  readonly lock: string;
  readonly expiresAt: number;
}

export interface PasswordLockDeps {
  readonly guesses: PasswordGuesses;
  readonly tokens: {
    derive(unlock: Unlock): string;
    /** The claims of a token, not yet verified; null for malformed text. */
    read(token: string): Omit<Unlock, 'lock'> | null;
    matches(unlock: Unlock, token: string): boolean;
  };
  readonly find: (accountId: string) => Promise<Pick<Account, 'email'> | null>;
  readonly normaliseEmail: (input: string) => { readonly identity: string } | null;
  readonly policy: AccountFigures;
  readonly now: () => number;
}

/** A completed login. */
export interface OwnersLogin {
  readonly accountId: string;
  /** The trusted device; null for none. */
  readonly deviceId: string | null;
  /** The network of the login, hashed by each secret key; empty if unknown. */
  readonly networks: readonly string[];
  readonly at: number;
}

export class PasswordLocks {
  readonly #deps: PasswordLockDeps;

  constructor(deps: PasswordLockDeps) {
    this.#deps = deps;
  }

  /** Records a login of the owner: see `PasswordGuesses.ownerWas`. */
  async rememberNetwork({ accountId, deviceId, networks, at }: OwnersLogin): Promise<void> {
    const identity = await this.#identityOf(accountId);
    if (identity !== null) await this.#deps.guesses.ownerWas({ identity, accountId, deviceId }, networks, at);
  }

  /** The network of a client, hashed by each secret key; empty if unknown. */
  networks(caller: Pick<Caller, 'network' | 'address'>): readonly string[] {
    return this.#deps.guesses.networks(caller);
  }

  /** @returns the token that unlocks the account; null if the account or the lock is gone */
  async token({ accountId, key }: PasswordLock, lockedAt: number): Promise<string | null> {
    const { guesses, tokens } = this.#deps;
    const lock = (await this.#identityOf(accountId)) === null ? null : await guesses.lockOf(key);
    return lock === null ? null : tokens.derive({ accountId, key, lock, expiresAt: this.#unlockableUntil(lockedAt) });
  }

  /** Records that the owner was told of a lock. A lock without an account is recorded in the same way. */
  told({ key }: Pick<PasswordLock, 'key'>, lockedAt: number): Promise<void> {
    return this.#deps.guesses.told(key, this.#unlockableUntil(lockedAt));
  }

  #unlockableUntil(lockedAt: number): number {
    return lockedAt + this.#deps.policy.unlockLifetimeMs;
  }

  /**
   * Lifts a lock, once. The service then checks passwords of the account again, and the network of this request counts as the owner's.
   * @returns true if the lock existed
   */
  async unlock(token: string, caller: Pick<Caller, 'network' | 'address'>): Promise<boolean> {
    const { guesses, tokens, now } = this.#deps;
    const claimed = tokens.read(token);
    if (claimed === null || claimed.expiresAt <= now()) return false;
    const { accountId, key } = claimed;
    const lock = await guesses.lockOf(key);
    if (lock === null || !tokens.matches({ ...claimed, lock }, token) || !(await guesses.unlock(key, lock))) return false;
    await this.rememberNetwork({ accountId, deviceId: null, networks: this.networks(caller), at: now() });
    return true;
  }

  /** For the sandbox: records wrong passwords of strangers. @returns true if the account exists */
  async arrange(accountId: string, wrong: number): Promise<boolean> {
    const identity = await this.#identityOf(accountId);
    if (identity !== null) await this.#deps.guesses.arrange(identity, wrong);
    return identity !== null;
  }

  /** The normalised address of an account; null if the account does not exist. */
  async #identityOf(accountId: string): Promise<string | null> {
    const account = await this.#deps.find(accountId);
    return account && (this.#deps.normaliseEmail(account.email)?.identity ?? null);
  }
}
