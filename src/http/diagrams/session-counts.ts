/** The number of sessions in each state, for the pictures. Each answer is cached briefly, because the count reads every row. */
import type { StateCount } from '../../engine/session-store.ts';

/** Counting a million sessions takes the database a good part of a second. No picture needs newer figures. */
const keptMs = 3000;

export class SessionCounts {
  readonly #count: () => Promise<readonly StateCount[]>;
  #kept: Promise<readonly StateCount[]> | null = null;

  constructor(count: () => Promise<readonly StateCount[]>) {
    this.#count = count;
  }

  /** Readers during a count, or soon after, share its result. */
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
