/**
 * Guesses at codes, counted by destination over all sessions, channels, networks and processes. A guess is counted durably before
 * its code is compared, and taken back only when it was right. Requests about one destination are judged in order, those that
 * arrive together by one read and one write.
 */
import { randomInt } from 'node:crypto';
import { StoreUnavailable } from '../engine/errors.ts';
import { Mailboxes } from '../engine/mailboxes.ts';
import type { Origin } from '../engine/ports.ts';
import {
  admitCode,
  admitGuess,
  endOf,
  forgiveGuess,
  type GuessCount,
  type GuessLimits,
  type GuessRefusal,
  isThrottled,
  nothingGuessed,
  together,
  withdrawCode,
  withdrawGuess,
} from './guess-rule.ts';

export interface StoredCount {
  readonly key: string;
  readonly revision: number;
  readonly document: GuessCount;
}

/** Keeps counts; `GuessRecords` of the store satisfies it. */
export interface GuessStore {
  read(keys: readonly string[]): Promise<(StoredCount | null)[]>;
  /** @returns whether it was written: not where another revision is there by now */
  write(count: StoredCount & { readonly endsAt: number }): Promise<boolean>;
  remove(keys: readonly string[]): Promise<void>;
}

export interface CodeGuessesParts {
  readonly store: GuessStore;
  readonly limits: GuessLimits;
  /** The texts hashed by each secret key, the current one first: a new key forgets nothing. */
  readonly hashes: (parts: readonly string[]) => readonly string[];
}

/** A code, and who asks for it or guesses at it. */
export interface GuessedCode {
  readonly destination: string;
  /** The same whenever it is asked about. */
  readonly code: string;
  readonly origin: Origin;
  readonly at: number;
}

export interface Guess extends GuessedCode {
  /** Names the request: the same again counts once. */
  readonly id: string;
}

/** What came of counting a guess; `isLast` when its code allows no other one. */
export type GuessVerdict = { readonly refusal: GuessRefusal } | { readonly refusal: null; readonly isLast: boolean };

/** A change of a count. @returns what it comes to, and whether it is refused */
type Change = (count: GuessCount) => { readonly count: GuessCount; readonly refusal: GuessRefusal | null };

interface Request {
  /** Of the destination, by each secret key, the current one first. */
  readonly keys: readonly string[];
  readonly change: Change;
}

interface Reply {
  readonly count: GuessCount;
  readonly refusal: GuessRefusal | null;
}

/** Losing the race so often in a row means that something is wrong, not busy. */
const maxRaces = 50;

/** Later than any clock: PostgreSQL's bigint holds more, a double does not. */
const never = Number.MAX_SAFE_INTEGER;

export class CodeGuesses {
  readonly #parts: CodeGuessesParts;
  readonly #destinations = new Mailboxes((_, requests: readonly Request[]) => this.#judge(requests));

  constructor(parts: CodeGuessesParts) {
    this.#parts = parts;
  }

  /** Whether codes for the destination are good for one guess alone. */
  async isThrottled(destination: string, at: number): Promise<boolean> {
    const found = await this.#parts.store.read(this.#keysOf(destination));
    return isThrottled(together(found.flatMap((stored) => stored?.document ?? [])), at, this.#parts.limits);
  }

  /** Lets a new code through, or refuses it: the same code again is let through again. */
  async admitCode({ destination, ...code }: GuessedCode): Promise<GuessRefusal | null> {
    const use = this.#use(code);
    return (await this.#ask(destination, (count) => admitCode(count, use, this.#parts.limits))).refusal;
  }

  /** The code was not issued after all. */
  async withdrawCode({ destination, code }: Pick<GuessedCode, 'destination' | 'code'>): Promise<void> {
    await this.#ask(destination, (count) => ({ count: withdrawCode(count, code), refusal: null }));
  }

  /** Counts a guess before its code is compared, or refuses it. */
  async reserve({ destination, id, ...code }: Guess): Promise<GuessVerdict> {
    const use = { ...this.#use(code), id: this.#named(id, code.code) };
    const { count, refusal } = await this.#ask(destination, (before) => admitGuess(before, use, this.#parts.limits));
    return refusal === null ? { refusal, isLast: isThrottled(count, code.at, this.#parts.limits) } : { refusal };
  }

  /** The guess was right. */
  async forgive({ destination, id, code }: Pick<Guess, 'destination' | 'id' | 'code'>): Promise<void> {
    await this.#ask(destination, (count) => ({ count: forgiveGuess(count, this.#named(id, code)), refusal: null }));
  }

  /** Nobody looked at the guess after all. */
  async withdraw({ destination, id, code }: Pick<Guess, 'destination' | 'id' | 'code'>): Promise<void> {
    await this.#ask(destination, (count) => ({ count: withdrawGuess(count, this.#named(id, code)), refusal: null }));
  }

  /** Opens a destination that is closed. Wrong guesses of before count on, but for those in a row. */
  async open(destination: string): Promise<void> {
    await this.#ask(destination, (count) => ({ count: { ...count, failures: 0, closed: false }, refusal: null }));
  }

  /** Forgets all that was guessed at a destination, and opens it; or makes it what many wrong guesses would have made it. */
  async set(destination: string, state: 'open' | 'throttled' | 'closed', at: number): Promise<void> {
    const guesses = Array.from({ length: this.#parts.limits.wrong }, (_, n) => ({ at, id: `set ${n}` }));
    const count = { ...nothingGuessed, ...(state === 'throttled' ? { guesses } : {}), closed: state === 'closed' };
    await this.#ask(destination, () => ({ count, refusal: null }));
  }

  #use({ code, origin, at }: Omit<GuessedCode, 'destination'>) {
    return { code, networks: this.#parts.hashes(['network', networkOf(origin)]), at };
  }

  /** With an Idempotency-Key that outlives a code, the next code's guess has another name. */
  #named(id: string, code: string): string {
    return `${id} ${code}`;
  }

  #keysOf(destination: string): readonly string[] {
    return this.#parts.hashes(['destination', destination]);
  }

  #ask(destination: string, change: Change): Promise<Reply> {
    const keys = this.#keysOf(destination);
    return this.#destinations.send(keys[0] ?? '', { keys, change });
  }

  /** Applies the changes in order; what was read in vain because another process was quicker is read again. */
  async #judge(requests: readonly Request[]): Promise<Reply[]> {
    const [key = '', ...formerKeys] = requests[0]?.keys ?? [];
    const { store, limits } = this.#parts;
    for (let race = 0; race < maxRaces; race += 1) {
      const [stored = null, ...former] = await store.read([key, ...formerKeys]);
      const known = [stored, ...former].flatMap((found) => found ?? []);
      const before = known.length === 0 ? nothingGuessed : together(known.map(({ document }) => document));
      let count = before;
      const replies = requests.map(({ change }): Reply => {
        const judged = change(count);
        count = judged.count;
        return judged;
      });
      if (count === before) return replies;
      // Of a record that was forgotten meanwhile, no revision comes again.
      const revision = (stored?.revision ?? randomInt(2 ** 30)) + 1;
      if (!(await store.write({ key, revision, document: count, endsAt: endOf(count, limits) ?? never }))) continue;
      const merged = former.flatMap((found) => (found ? [found.key] : []));
      if (merged.length > 0) await store.remove(merged);
      return replies;
    }
    throw new StoreUnavailable('Guesses at one destination are counted faster than they can be read');
  }
}

/** A server that asks for many people, and does not say for whom, is a network of its own; so is this machine. */
function networkOf({ network, clientKey }: Origin): string {
  return network ?? (clientKey === null ? 'this machine' : `key ${clientKey}`);
}
