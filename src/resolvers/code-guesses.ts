/**
 * Counts code guesses by destination, over all sessions, channels, networks and processes. A guess is counted durably before its code is
 * compared, and taken back only if it was correct. Requests about one destination are judged in order. Concurrent requests share one read
 * and one write.
 */
import { randomInt } from 'node:crypto';
import { StoreUnavailable } from '../engine/errors.ts';
import type { Caller } from '../engine/ports.ts';
import { Mailboxes } from '../engine/sessions/mailboxes.ts';
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

export type { GuessLimits };

type RecordRevision = Pick<StoredCount, 'key' | 'revision'>;

export interface StoredCount {
  readonly key: string;
  readonly revision: number;
  readonly document: GuessCount & {
    /** The records that this one contains, at the revisions that were read. They count no second time, even if their removal failed. */
    readonly merged?: readonly RecordRevision[];
  };
}

/** Keeps counts; the store's `GuessRecords` implements it. */
export interface GuessStore {
  read(keys: readonly string[]): Promise<(StoredCount | null)[]>;
  /** @returns true if the count was written; false if the record has another revision by now */
  write(count: StoredCount & { readonly endsAt: number }): Promise<boolean>;
  /** Removes records that still have these revisions. */
  remove(records: readonly RecordRevision[]): Promise<void>;
}

export interface CodeGuessesDeps {
  readonly store: GuessStore;
  readonly limits: GuessLimits;
  /** The hashes of the texts by each secret key, the current key first. Every key is looked up, so that a new key loses no count. */
  readonly hashes: (parts: readonly string[]) => readonly string[];
}

/** A code, with the caller of the request for it or of the guess at it. */
export interface GuessedCode {
  readonly destination: string;
  /** Identifies the code in every request about it. */
  readonly code: string;
  readonly caller: Caller;
  readonly at: number;
}

export interface Guess extends GuessedCode {
  /** Identifies the request, so that a repetition counts once. */
  readonly id: string;
}

/** The result of counting a guess; `isLast` if its code allows no further guess. */
export type GuessVerdict = { readonly refusal: GuessRefusal } | { readonly refusal: null; readonly isLast: boolean };

/** A change of a count. @returns the new count, and the refusal of the request, or null */
type Change = (count: GuessCount) => { readonly count: GuessCount; readonly refusal: GuessRefusal | null };

interface Request {
  /** The destination's keys, one for each secret key, the current one first. */
  readonly keys: readonly string[];
  readonly change: Change;
}

interface Reply {
  readonly count: GuessCount;
  readonly refusal: GuessRefusal | null;
}

/** This many lost races in a row are a defect, not load. */
const maxRaces = 50;

/** Later than any clock. PostgreSQL's bigint could hold more, but a double can't. */
const never = Number.MAX_SAFE_INTEGER;

export class CodeGuesses {
  readonly #deps: CodeGuessesDeps;
  readonly #destinations = new Mailboxes((_, requests: readonly Request[]) => this.#judge(requests));

  constructor(deps: CodeGuessesDeps) {
    this.#deps = deps;
  }

  /** True if each code for the destination allows only one guess. */
  async isThrottled(destination: string, at: number): Promise<boolean> {
    const found = await this.#deps.store.read(this.#keysOf(destination));
    return isThrottled(countOf(found.flatMap((stored) => stored ?? [])), at, this.#deps.limits);
  }

  /** Admits a new code, or refuses it. Idempotent for an admitted code. */
  async admitCode({ destination, ...code }: GuessedCode): Promise<GuessRefusal | null> {
    const use = this.#use(code);
    return (await this.#ask(destination, (count) => admitCode(count, use, this.#deps.limits))).refusal;
  }

  /** Takes back a code that was not issued after all. */
  async withdrawCode({ destination, code }: Pick<GuessedCode, 'destination' | 'code'>): Promise<void> {
    await this.#ask(destination, (count) => ({ count: withdrawCode(count, code), refusal: null }));
  }

  /** Counts a guess before its code is compared, or refuses the guess. */
  async reserve({ destination, id, ...code }: Guess): Promise<GuessVerdict> {
    const use = { ...this.#use(code), id: this.#named(id, code.code) };
    const { count, refusal } = await this.#ask(destination, (before) => admitGuess(before, use, this.#deps.limits));
    return refusal === null ? { refusal, isLast: isThrottled(count, code.at, this.#deps.limits) } : { refusal };
  }

  /** Takes back a correct guess. This also clears the number of consecutive wrong guesses. */
  async forgive({ destination, id, code }: Pick<Guess, 'destination' | 'id' | 'code'>): Promise<void> {
    await this.#ask(destination, (count) => ({ count: forgiveGuess(count, this.#named(id, code)), refusal: null }));
  }

  /** Takes back a guess that was not compared after all. */
  async withdraw({ destination, id, code }: Pick<Guess, 'destination' | 'id' | 'code'>): Promise<void> {
    await this.#ask(destination, (count) => ({ count: withdrawGuess(count, this.#named(id, code)), refusal: null }));
  }

  /** Opens a closed destination, and clears the number of consecutive wrong guesses. Earlier guesses still count within the window. */
  async open(destination: string): Promise<void> {
    await this.#ask(destination, (count) => ({ count: { ...count, failures: 0, closed: false }, refusal: null }));
  }

  /** For the sandbox: clears and opens a destination, or brings it into the state that many wrong guesses lead to. */
  async set(destination: string, state: 'open' | 'throttled' | 'closed', at: number): Promise<void> {
    const guesses = Array.from({ length: this.#deps.limits.wrong }, (_, n) => ({ at, id: `set ${n}` }));
    const count = { ...nothingGuessed, ...(state === 'throttled' ? { guesses } : {}), closed: state === 'closed' };
    await this.#ask(destination, () => ({ count, refusal: null }));
  }

  #use({ code, caller, at }: Omit<GuessedCode, 'destination'>) {
    return { code, networks: this.#deps.hashes(['network', networkOf(caller)]), at };
  }

  /** Adds the code to the id, because an Idempotency-Key can outlive a code, and a guess at the next code needs another id. */
  #named(id: string, code: string): string {
    return `${id} ${code}`;
  }

  #keysOf(destination: string): readonly string[] {
    return this.#deps.hashes(['destination', destination]);
  }

  #ask(destination: string, change: Change): Promise<Reply> {
    const keys = this.#keysOf(destination);
    return this.#destinations.send(keys[0] ?? '', { keys, change });
  }

  /** Applies the changes in order. If another process wrote first, reads and applies again. */
  async #judge(requests: readonly Request[]): Promise<Reply[]> {
    const [key = '', ...formerKeys] = requests[0]?.keys ?? [];
    const { store, limits } = this.#deps;
    for (let race = 0; race < maxRaces; race += 1) {
      const [stored = null, ...former] = await store.read([key, ...formerKeys]);
      const merged = former.flatMap((found) => found ?? []);
      const before = countOf(stored === null ? merged : [stored, ...merged]);
      let count = before;
      const replies = requests.map(({ change }): Reply => {
        const judged = change(count);
        count = judged.count;
        return judged;
      });
      if (count === before) return replies;
      // A deleted record may have been replaced in the meantime. Revisions start at random numbers, so that no revision repeats.
      const revision = (stored?.revision ?? randomInt(2 ** 30)) + 1;
      const document = merged.length === 0 ? count : { ...count, merged: merged.map(revisionOf) };
      if (!(await store.write({ key, revision, document, endsAt: endOf(count, limits) ?? never }))) continue;
      // A process that still uses a former key as its current one may count there again. The next guess merges that record.
      if (merged.length > 0) await store.remove(merged);
      return replies;
    }
    throw new StoreUnavailable('Guesses at one destination are counted faster than they can be read');
  }
}

function revisionOf({ key, revision }: StoredCount): RecordRevision {
  return { key, revision };
}

/** The count of a destination's records, without those that another one contains. */
function countOf(records: readonly StoredCount[]): GuessCount {
  const isContained = ({ key, revision }: RecordRevision) =>
    records.some(({ document }) => document.merged?.some((each) => each.key === key && each.revision === revision));
  return together(records.filter((record) => !isContained(record)).map(({ document }) => document));
}

/** The network of a request. A server that names no client addresses counts as one network, and so does the local machine. */
function networkOf({ network, clientKey }: Caller): string {
  return network ?? (clientKey === null ? 'this machine' : `key ${clientKey}`);
}
