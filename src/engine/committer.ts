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
   * Writes a step. A session must have one commit waiting at a time.
   * @returns whether it was written; false when the session was changed by another process since it was read
   */
  commit(commit: Commit): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ commit, resolve, reject });
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#inFlight < maxInFlight && this.#waiting.length > 0) void this.#write(this.#waiting.splice(0, maxBatch));
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
