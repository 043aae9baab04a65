/**
 * Joins the commits that are waiting into one statement. An idle service writes at once; a busy one
 * writes larger batches, never later than it would have written alone.
 */
import type { Commit, SessionStore } from './session-store.ts';

/** Two: while one statement is being flushed to disk, the next is on its way. More would only queue in the database. */
const maxInFlight = 2;

/** Beyond this a larger batch gains nothing and makes the last one wait. */
const maxBatch = 64;

interface Waiting {
  readonly commit: Commit;
  readonly resolve: (written: boolean) => void;
  readonly reject: (error: unknown) => void;
}

export class Committer {
  readonly #store: Pick<SessionStore, 'commit'>;
  readonly #waiting: Waiting[] = [];
  #inFlight = 0;

  constructor(store: Pick<SessionStore, 'commit'>) {
    this.#store = store;
  }

  /**
   * Writes a step. Two of one session (starts with the same key are) go into different statements.
   * @returns whether it was written; false when the session was changed by another process since it was read
   */
  commit(commit: Commit): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ commit, resolve, reject });
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#inFlight < maxInFlight && this.#waiting.length > 0) void this.#write(this.#nextBatch());
  }

  /** The commits that have waited longest, each session once; what is left over waits for the next statement. */
  #nextBatch(): Waiting[] {
    const batch = new Map<string, Waiting>();
    const later: Waiting[] = [];
    while (batch.size < maxBatch) {
      const waiting = this.#waiting.shift();
      if (!waiting) break;
      const { id } = waiting.commit.session;
      if (batch.has(id)) later.push(waiting);
      else batch.set(id, waiting);
    }
    this.#waiting.unshift(...later);
    return [...batch.values()];
  }

  async #write(batch: readonly Waiting[]): Promise<void> {
    this.#inFlight += 1;
    try {
      const written = await this.#store.commit(batch.map((waiting) => waiting.commit));
      batch.forEach((waiting, index) => {
        waiting.resolve(written[index] === true);
      });
    } catch (error) {
      for (const waiting of batch) waiting.reject(error);
    } finally {
      this.#inFlight -= 1;
      this.#pump();
    }
  }
}
