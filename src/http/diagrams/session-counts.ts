/** How many sessions are in each state, for whoever looks at the pictures. The answer is kept for a moment: the count reads every row. */
import type { StateCount } from '../../engine/session-store.ts';

/** A count of a million sessions takes the database a good part of a second; no picture needs it more often. */
const keptMs = 3000;

export class SessionCounts {
  readonly #count: () => Promise<readonly StateCount[]>;
  #kept: Promise<readonly StateCount[]> | null = null;

  constructor(count: () => Promise<readonly StateCount[]>) {
    this.#count = count;
  }

  /** Whoever asks while a count is under way, or soon after, gets that one. */
  async of(workflow: string): Promise<StateCount[]> {
    this.#kept ??= this.#counted();
    return (await this.#kept).filter((count) => count.workflow === workflow);
  }

  async #counted(): Promise<readonly StateCount[]> {
    const forget = () => {
      this.#kept = null;
    };
    try {
      const counts = await this.#count();
      setTimeout(forget, keptMs).unref();
      return counts;
    } catch (error) {
      forget();
      throw error;
    }
  }
}
