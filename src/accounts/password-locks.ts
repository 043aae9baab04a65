/**
 * What the owner of an account can do about the wrong passwords of strangers: log in, so that their network counts by itself, and lift
 * the lock that a hundred wrong ones bring.
 */
import type { Policy } from '../../machines/policy.ts';
import type { Origin } from '../engine/ports.ts';
import type { Account, PasswordLock } from './account.ts';
import type { PasswordGuesses } from './password-guesses.ts';
import { isUuid } from './trusted-devices.ts';

/** A lock, and until when it can be lifted with one token. */
interface Unlock extends PasswordLock {
  readonly lock: string;
  readonly expiresAt: number;
}

export interface PasswordLockParts {
  readonly guesses: PasswordGuesses;
  readonly tokens: {
    derive(unlock: Unlock): string;
    /** What a token says of itself, which nobody has confirmed; null for what is none. */
    read(token: string): Omit<Unlock, 'lock'> | null;
    matches(unlock: Unlock, token: string): boolean;
  };
  readonly find: (accountId: string) => Promise<Pick<Account, 'email'> | null>;
  readonly normaliseEmail: (input: string) => { readonly identity: string } | null;
  readonly policy: Policy;
  readonly now: () => number;
}

/** A login that is complete. */
export interface OwnersLogin {
  readonly accountId: string;
  /** The trusted device; null for none. */
  readonly deviceId: string | null;
  /** Where it came from, as each secret key hashes it; empty where that is not known. */
  readonly networks: readonly string[];
  readonly at: number;
}

export class PasswordLocks {
  readonly #parts: PasswordLockParts;

  constructor(parts: PasswordLockParts) {
    this.#parts = parts;
  }

  /** The owner has logged in: see `PasswordGuesses.ownerWas`. */
  async rememberNetwork({ accountId, deviceId, networks, at }: OwnersLogin): Promise<void> {
    const identity = await this.#identityOf(accountId);
    if (identity !== null) await this.#parts.guesses.ownerWas({ identity, accountId, deviceId }, networks, at);
  }

  /** @returns what the owner of an account unlocks it with; null where there is no such account, or no such lock any more */
  async token({ accountId, key }: PasswordLock, lockedAt: number): Promise<string | null> {
    const { guesses, tokens } = this.#parts;
    const lock = (await this.#identityOf(accountId)) === null ? null : await guesses.lockOf(key);
    return lock === null ? null : tokens.derive({ accountId, key, lock, expiresAt: this.#unlockableUntil(lockedAt) });
  }

  /** The owner has been told of a lock; of an address without an account there is nobody to tell, and it counts as told all the same. */
  told({ key }: Pick<PasswordLock, 'key'>, lockedAt: number): Promise<void> {
    return this.#parts.guesses.told(key, this.#unlockableUntil(lockedAt));
  }

  #unlockableUntil(lockedAt: number): number {
    return lockedAt + this.#parts.policy.unlockLifetimeMs;
  }

  /**
   * Lifts a lock, once: passwords of the account are looked at again, and the network that this comes from is one of its owner's.
   * @returns whether there was such a lock
   */
  async unlock(token: string, origin: Pick<Origin, 'network'>): Promise<boolean> {
    const { guesses, tokens, now } = this.#parts;
    const claimed = tokens.read(token);
    if (claimed === null || claimed.expiresAt <= now()) return false;
    const { accountId, key } = claimed;
    const lock = await guesses.lockOf(key);
    if (lock === null || !tokens.matches({ ...claimed, lock }, token) || !(await guesses.unlock(key, lock))) return false;
    await this.rememberNetwork({ accountId, deviceId: null, networks: guesses.networks(origin), at: now() });
    return true;
  }

  /** For the sandbox: so many wrong passwords were entered by strangers. @returns whether there is such an account */
  async arrange(accountId: string, wrong: number): Promise<boolean> {
    const identity = isUuid(accountId) ? await this.#identityOf(accountId) : null;
    if (identity !== null) await this.#parts.guesses.arrange(identity, wrong);
    return identity !== null;
  }

  /** The address of an account, as addresses are told apart; null where there is no such account. */
  async #identityOf(accountId: string): Promise<string | null> {
    const account = await this.#parts.find(accountId);
    return account && (this.#parts.normaliseEmail(account.email)?.identity ?? null);
  }
}
