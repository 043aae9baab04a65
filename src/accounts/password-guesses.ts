/**
 * How often passwords may be tried. A guess is counted before anybody looks at it, in two ways: per account, where wrong ones lead to
 * pauses and to a lock that the owner lifts, and per client, network and client key, over all accounts. An address that has no account
 * is counted like one that has.
 */
import type { Policy } from '../../machines/policy.ts';
import { type LimitName, RateLimited } from '../engine/errors.ts';
import type { Arrival, Origin } from '../engine/ports.ts';

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

/** Counts of single accounts. */
export interface GuessStore {
  count(
    guess: { readonly keys: readonly string[]; readonly name: string; readonly network: string; readonly at: number },
    limits: Limits,
  ): Promise<
    | { readonly kind: 'new' | 'again'; readonly key: string; readonly lock: string | null }
    | { readonly kind: 'untold'; readonly key: string }
    | { readonly kind: 'refused'; readonly until: number }
  >;
  pausedUntil(keys: readonly string[], at: number): Promise<number | null>;
  takeBack(key: string, name: string, limits: Limits): Promise<boolean>;
  forgive(keys: readonly string[], networks: readonly string[], limits: Limits): Promise<void>;
  forget(keys: readonly string[]): Promise<void>;
  lockOf(key: string, at: number): Promise<string | null>;
  told(key: string, until: number): Promise<void>;
  unlock(key: string, lock: string): Promise<boolean>;
  arrange(keys: readonly string[], wrong: number, endsAt: number): Promise<void>;
}

/** Where owners logged in from. */
export interface NetworkStore {
  remember(accountId: string, network: string, at: number, most: number): Promise<void>;
  isKnown(accountId: string, networks: readonly string[], usedAfter: number): Promise<boolean>;
}

export interface PasswordGuessParts {
  readonly policy: Policy;
  readonly store: GuessStore;
  readonly networks: NetworkStore;
  readonly budgets: {
    spend(draws: readonly ClientDraw[], entry: string, at: number): Promise<{ readonly until: number; readonly limit?: LimitName } | null>;
    refund(draws: readonly ClientDraw[], entry: string, at: number): Promise<void>;
  };
  /** As each secret key hashes it, the current one first: a new key must not make room for guesses. */
  readonly hashes: (parts: readonly string[]) => readonly string[];
  readonly now: () => number;
}

/** Whose password is to be looked at. */
export interface Tried {
  /** The address, as addresses are told apart. */
  readonly identity: string;
  /** The account of the address, or an id that no account has. */
  readonly accountId: string;
  /** The trusted device that was shown; null for none. */
  readonly deviceId: string | null;
}

/** A guess that was counted. */
export interface CountedGuess {
  readonly key: string;
  readonly name: string;
  readonly draws: readonly ClientDraw[];
  readonly at: number;
  /** If it is wrong, the owner has to be told that the account is locked. */
  readonly locks: boolean;
  /** Whether the password may be looked at; not where the account was locked before, and its owner does not know. */
  readonly isLookedAt: boolean;
}

/** More than that within a window are counted and not remembered one by one. */
const mostRemembered = 100;

export class PasswordGuesses {
  readonly #parts: PasswordGuessParts;
  readonly #limits: Limits;

  constructor(parts: PasswordGuessParts) {
    this.#parts = parts;
    const { policy } = parts;
    this.#limits = {
      perPause: policy.wrongPasswordsPerPause,
      firstPauseMs: policy.firstPasswordPauseMs,
      longestPauseMs: policy.longestPasswordPauseMs,
      perLock: policy.wrongPasswordsPerLock,
      memoryMs: policy.passwordCountMs,
    };
  }

  /**
   * Counts a guess in every way that it counts, or in none.
   * @throws RateLimited until the moment from which on it would be counted
   */
  async count(tried: Tried, { origin, attempt: name }: Arrival): Promise<CountedGuess> {
    const { store, budgets, now } = this.#parts;
    const at = now();
    const keys = await this.#keysOf(tried, origin, at);
    // The client's count comes first: a client that has used up its own brings no pause on anybody.
    const draws = this.#drawsOf(tried, origin);
    const spent = draws.length === 0 ? null : await budgets.spend(draws, name, at);
    if (spent) {
      // What a client waits for must not be too short for the account.
      const paused = (await store.pausedUntil(keys, at)) ?? 0;
      throw paused > spent.until ? new RateLimited(paused, 'password') : new RateLimited(spent.until, spent.limit ?? null);
    }
    const counted = await store.count({ keys, name, network: this.networks(origin)[0] ?? '', at }, this.#limits);
    const isLookedAt = counted.kind === 'new' || counted.kind === 'again';
    // A fixed window has counted a repetition once more.
    const isTwice = counted.kind === 'again' && draws.every(({ window }) => window === 'fixed');
    if (!isLookedAt || isTwice) await budgets.refund(draws, name, at);
    if (counted.kind === 'refused') throw new RateLimited(counted.until, 'password');
    return { key: counted.key, name, draws, at, locks: counted.kind === 'untold' || counted.lock !== null, isLookedAt };
  }

  /** The password was right, or nobody looked at it: this guess counts no more. All others do. */
  async takeBack({ key, name, draws, at }: CountedGuess): Promise<void> {
    // Once, however often the same request is repeated: what was taken back twice would make room for a guess.
    if (await this.#parts.store.takeBack(key, name, this.#limits)) await this.#parts.budgets.refund(draws, name, at);
  }

  /** A network, as each secret key hashes it. Empty where it is not known: guesses from there are never the owner's. */
  networks({ network }: Pick<Origin, 'network'>): readonly string[] {
    return network === null ? [] : this.#parts.hashes(['network', network]);
  }

  /**
   * The owner was here, which a login shows or an unlock. Wrong passwords from the network, or on the device, count no more, and from
   * now on the network has a count of its own. Those of strangers stay: a login of the owner says nothing about them.
   */
  async ownerWas({ identity, accountId, deviceId }: Tried, networks: readonly string[], at: number): Promise<void> {
    const { store, networks: known, hashes, policy } = this.#parts;
    if (deviceId !== null) await store.forget(hashes(['device', identity, deviceId]));
    const [network] = networks;
    if (network === undefined) return;
    await known.remember(accountId, network, at, policy.ownerNetworks);
    for (const each of networks) await store.forget(hashes(['network', identity, each]));
    await store.forgive(hashes(['strangers', identity]), networks, this.#limits);
  }

  /** The name of the lock of a count; null where it has none now. */
  lockOf(key: string): Promise<string | null> {
    return this.#parts.store.lockOf(key, this.#parts.now());
  }

  /** The owner was told of a lock, in a way that is good until a moment: then, whoever tries to log in has them told again. */
  told(key: string, until: number): Promise<void> {
    return this.#parts.store.told(key, until);
  }

  /** Forgets what a count has counted, if it still has this lock. @returns whether it had */
  unlock(key: string, lock: string): Promise<boolean> {
    return this.#parts.store.unlock(key, lock);
  }

  /** For the sandbox: strangers have entered so many wrong passwords, and the next one is looked at. */
  arrange(identity: string, wrong: number): Promise<void> {
    const { store, hashes, now } = this.#parts;
    return store.arrange(hashes(['strangers', identity]), wrong, now() + this.#limits.memoryMs);
  }

  async #keysOf({ identity, accountId, deviceId }: Tried, origin: Origin, at: number): Promise<readonly string[]> {
    const { hashes, networks, policy } = this.#parts;
    const own = this.networks(origin);
    const isKnown = own.length > 0 && (await networks.isKnown(accountId, own, at - policy.ownerNetworkMs));
    // A trusted device counts by itself: strangers can't shut its owner out, and who has stolen it can't guess for ever.
    if (deviceId !== null) return hashes(['device', identity, deviceId]);
    return isKnown ? own.flatMap((network) => hashes(['network', identity, network])) : hashes(['strangers', identity]);
  }

  #drawsOf({ deviceId }: Tried, { address, network, clientKey }: Origin): ClientDraw[] {
    if (deviceId !== null) return [];
    const { wrongPasswordsPerClient, wrongPasswordsPerNetwork, wrongPasswordsPerClientKey } = this.#parts.policy;
    if (address !== null && network !== null)
      return [...this.#draws('client', address, wrongPasswordsPerClient), ...this.#draws('network', network, wrongPasswordsPerNetwork)];
    return this.#draws('client', clientKey ?? '', wrongPasswordsPerClientKey, 'key');
  }

  /** One for each secret key: each counts all, so that the counts go on whichever of them is taken out. */
  #draws(limit: LimitName, of: string, most: number, ...kind: readonly string[]): ClientDraw[] {
    const { hashes, policy } = this.#parts;
    const window = most > mostRemembered ? 'fixed' : 'sliding';
    return hashes(['of', limit, ...kind, of]).map((key) => ({ key, most, window, windowMs: policy.passwordWindowMs, limit }));
  }
}
