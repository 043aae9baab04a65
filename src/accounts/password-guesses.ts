/**
 * Limits on password guesses. Each guess is counted before the password is checked, in two ways. Per account, wrong guesses lead to
 * pauses and to a lock that the owner lifts. Per client, network and client key, they count over all accounts. An address without an
 * account is counted like one with an account.
 */

import { type LimitName, RateLimited } from '../engine/errors.ts';
import type { Caller, RequestContext } from '../engine/ports.ts';
import type { AccountFigures } from './account.ts';

/** One budget of a client, a network or a client key. */
export interface ClientDraw {
  readonly key: string;
  readonly most: number;
  readonly window: 'sliding' | 'fixed';
  readonly windowMs: number;
  readonly limit: LimitName;
}

interface Limits {
  readonly perPause: number;
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  readonly perLock: number;
  readonly memoryMs: number;
}

/** Guess counts of single accounts. */
export interface GuessStore {
  count(
    guess: { readonly keys: readonly string[]; readonly name: string; readonly network: string; readonly at: number },
    limits: Limits,
  ): Promise<
    | { readonly kind: 'new' | 'again'; readonly key: string; readonly lock: string | null }
    | { readonly kind: 'untold'; readonly key: string }
    | { readonly kind: 'refused'; readonly until: number }
  >;
  /** @returns the count of a guess that was counted before, or null; and the end of the current pause, or null */
  find(guess: { readonly keys: readonly string[]; readonly name: string; readonly at: number }): Promise<{
    readonly counted: { readonly key: string; readonly lock: string | null } | null;
    readonly pausedUntil: number | null;
  }>;
  takeBack(key: string, name: string, limits: Limits): Promise<void>;
  forgive(keys: readonly string[], networks: readonly string[], limits: Limits): Promise<void>;
  forget(keys: readonly string[]): Promise<void>;
  lockOf(key: string, at: number): Promise<string | null>;
  told(key: string, until: number): Promise<void>;
  unlock(key: string, lock: string): Promise<boolean>;
  arrange(keys: readonly string[], wrong: number, endsAt: number): Promise<void>;
}

/** The networks that owners logged in from. */
export interface NetworkStore {
  remember(accountId: string, network: string, at: number, most: number): Promise<void>;
  isKnown(accountId: string, networks: readonly string[], usedAfter: number): Promise<boolean>;
}

export interface PasswordGuessDeps {
  readonly policy: AccountFigures;
  readonly store: GuessStore;
  readonly networks: NetworkStore;
  readonly budgets: {
    spend(draws: readonly ClientDraw[], entry: string, at: number): Promise<{ readonly until: number; readonly limit?: LimitName } | null>;
    refund(draws: readonly ClientDraw[], entry: string, at: number): Promise<void>;
  };
  /** The hashes by each secret key, the current key first. Every key is looked up, so that a new key allows no extra guesses. */
  readonly hashes: (parts: readonly string[]) => readonly string[];
  readonly now: () => number;
  readonly newId: () => string;
}

/** The target of a password guess. */
export interface Tried {
  /** The normalised address: equal for two spellings of one address. */
  readonly identity: string;
  /** The account of the address; if there is none, an id that no account has. */
  readonly accountId: string;
  /** The trusted device that the client presented; null for none. */
  readonly deviceId: string | null;
}

/** The draws of one guess on the budgets of its client. */
interface Draws {
  readonly of: readonly ClientDraw[];
  readonly entry: string;
  readonly at: number;
}

const none: Draws = { of: [], entry: '', at: 0 };

/** A guess that was counted. */
export interface CountedGuess {
  readonly key: string;
  readonly name: string;
  readonly draws: Draws;
  /** True if this guess, when wrong, locks the account, so that the owner must be told. */
  readonly locks: boolean;
  /** False if an earlier guess locked the account and the owner has not been told yet: the password is then not checked. */
  readonly isLookedAt: boolean;
}

/** Above this limit, a budget counts its guesses in a fixed window instead of storing each one. */
const mostStoredDraws = 100;

export class PasswordGuesses {
  readonly #deps: PasswordGuessDeps;
  readonly #limits: Limits;

  constructor(deps: PasswordGuessDeps) {
    this.#deps = deps;
    const { policy } = deps;
    this.#limits = {
      perPause: policy.wrongPasswordsPerPause,
      firstPauseMs: policy.firstPasswordPauseMs,
      longestPauseMs: policy.longestPasswordPauseMs,
      perLock: policy.wrongPasswordsPerLock,
      memoryMs: policy.passwordCountMs,
    };
  }

  /**
   * Counts a guess in every count that applies, or in none.
   * @throws RateLimited with the earliest moment at which the guess would be counted
   */
  async count(tried: Tried, { caller, attempt: name }: RequestContext): Promise<CountedGuess> {
    const { store, budgets, now, newId } = this.#deps;
    const at = now();
    const keys = await this.#keysOf(tried, caller, at);
    // The client's count comes first, so that a client without guesses left brings no pause on an account.
    const draws = { of: this.#drawsOf(tried, caller), entry: newId(), at };
    const spent = draws.of.length === 0 ? null : await budgets.spend(draws.of, draws.entry, at);
    if (spent) {
      const held = await store.find({ keys, name, at });
      if (held.counted) return { ...held.counted, name, draws: none, locks: held.counted.lock !== null, isLookedAt: true };
      // The client's wait must cover the account's pause.
      const paused = held.pausedUntil ?? 0;
      throw paused > spent.until ? new RateLimited(paused, 'password') : new RateLimited(spent.until, spent.limit ?? null);
    }
    const counted = await store.count({ keys, name, network: this.networks(caller)[0] ?? '', at }, this.#limits);
    if (counted.kind === 'new') return { key: counted.key, name, draws, locks: counted.lock !== null, isLookedAt: true };
    // A repeated request has drawn before, and a guess that is not checked draws nothing.
    await this.#refund(draws);
    if (counted.kind === 'refused') throw new RateLimited(counted.until, 'password');
    const isLookedAt = counted.kind === 'again';
    return { key: counted.key, name, draws: none, locks: counted.kind === 'untold' || counted.lock !== null, isLookedAt };
  }

  /** Takes back one guess, because the password was correct or was not checked. Other guesses stay counted. */
  async takeBack({ key, name, draws }: CountedGuess): Promise<void> {
    await this.#deps.store.takeBack(key, name, this.#limits);
    await this.#refund(draws);
  }

  /** Returns draws. Each draw has its own entry, so that requests repeated at the same moment never return more than they drew. */
  async #refund({ of, entry, at }: Draws): Promise<void> {
    if (of.length > 0) await this.#deps.budgets.refund(of, entry, at);
  }

  /** The hashes of a network by each secret key. Empty if the network is unknown: a guess from there never counts as the owner's. */
  networks({ network, address }: Pick<Caller, 'network' | 'address'>): readonly string[] {
    const place = network ?? address;
    return place === null ? [] : this.#deps.hashes(['network', place]);
  }

  /**
   * Records that the owner was present, after a login or an unlock. Forgets wrong passwords from the owner's network and device, and
   * gives the network its own count. Strangers' wrong passwords stay counted, because the owner's login says nothing about them.
   */
  async ownerWas({ identity, accountId, deviceId }: Tried, networks: readonly string[], at: number): Promise<void> {
    const { store, networks: known, hashes, policy } = this.#deps;
    if (deviceId !== null) await store.forget(hashes(['device', identity, deviceId]));
    const [network] = networks;
    if (network === undefined) return;
    await known.remember(accountId, network, at, policy.ownerNetworks);
    for (const each of networks) await store.forget(hashes(['network', identity, each]));
    await store.forgive(hashes(['strangers', identity]), networks, this.#limits);
  }

  /** The id of a count's current lock; null if the count is not locked. */
  lockOf(key: string): Promise<string | null> {
    return this.#deps.store.lockOf(key, this.#deps.now());
  }

  /**
   * Records that the owner was told of a lock. When the link expires, the next login attempt sends another notice.
   * @param until the expiry of the link, in milliseconds since the epoch
   */
  told(key: string, until: number): Promise<void> {
    return this.#deps.store.told(key, until);
  }

  /**
   * Records that the notice of a lock is on its way. Until it is sent, or for an hour if it never is, further guesses are refused like
   * those after a sent notice.
   */
  noticeBegins(key: string): Promise<void> {
    const { store, policy, now } = this.#deps;
    return store.told(key, now() + policy.noticeIntervalMs);
  }

  /** Clears a count if it still has this lock. @returns true if it had the lock */
  unlock(key: string, lock: string): Promise<boolean> {
    return this.#deps.store.unlock(key, lock);
  }

  /** For the sandbox: records wrong passwords of strangers. The next password is still checked. */
  arrange(identity: string, wrong: number): Promise<void> {
    const { store, hashes, now } = this.#deps;
    return store.arrange(hashes(['strangers', identity]), wrong, now() + this.#limits.memoryMs);
  }

  async #keysOf({ identity, accountId, deviceId }: Tried, caller: Caller, at: number): Promise<readonly string[]> {
    const { hashes, networks, policy } = this.#deps;
    const own = this.networks(caller);
    const isKnown = own.length > 0 && (await networks.isKnown(accountId, own, at - policy.ownerNetworkMs));
    // A trusted device has its own count: strangers can't lock out its owner, and a thief of the device can't guess without limit.
    if (deviceId !== null) return hashes(['device', identity, deviceId]);
    return isKnown ? own.flatMap((network) => hashes(['network', identity, network])) : hashes(['strangers', identity]);
  }

  #drawsOf({ deviceId }: Tried, { address, network, clientKey }: Caller): ClientDraw[] {
    if (deviceId !== null) return [];
    const { wrongPasswordsPerClient, wrongPasswordsPerNetwork, wrongPasswordsPerClientKey } = this.#deps.policy;
    if (address === null) return this.#draws('client', clientKey ?? '', wrongPasswordsPerClientKey, 'key');
    const ofClient = this.#draws('client', address, wrongPasswordsPerClient);
    return network === null ? ofClient : [...ofClient, ...this.#draws('network', network, wrongPasswordsPerNetwork)];
  }

  /** One draw for each secret key. Each key counts everything, so removing one loses no count. */
  #draws(limit: LimitName, of: string, most: number, ...kind: readonly string[]): ClientDraw[] {
    const { hashes, policy } = this.#deps;
    const window = most > mostStoredDraws ? 'fixed' : 'sliding';
    return hashes(['of', limit, ...kind, of]).map((key) => ({ key, most, window, windowMs: policy.passwordWindowMs, limit }));
  }
}
