/** The ability of this process to create sessions, judged by its latest attempts. Reads may succeed while writes fail. */
import { monotonicMs } from './database-clock.ts';
import { StoreUnavailable } from './errors.ts';

/**
 * How long a failed start counts. A load balancer that asks each second notices the failure and sends new sessions elsewhere. Afterwards a
 * few starts test if the store has recovered.
 */
const failureCountsForMs = 5_000;

export class StartHealth {
  /** On the process's monotonic clock. */
  #failedAt = Number.NEGATIVE_INFINITY;

  /** True if the store failed a start in the last seconds and has saved none since. */
  get isFailing(): boolean {
    return monotonicMs() - this.#failedAt < failureCountsForMs;
  }

  /** Creates a session, and records if the store saved it. */
  async observed<T>(start: () => Promise<T>): Promise<T> {
    try {
      const started = await start();
      this.#failedAt = Number.NEGATIVE_INFINITY;
      return started;
    } catch (error) {
      if (error instanceof StoreUnavailable) this.#failedAt = monotonicMs();
      throw error;
    }
  }
}
