/** Whether this process can make new sessions, judged by its latest attempts. Reads may succeed while writes fail. */
import { monotonicMs } from './database-clock.ts';
import { StoreUnavailable } from './errors.ts';

/**
 * How long a start that the store failed keeps counting. A load balancer that asks each second notices the failure, and sends new
 * sessions elsewhere. Afterwards a few starts are risked to find out whether the store has recovered.
 */
const failureCountsForMs = 5_000;

export class StartHealth {
  /** On the process's monotonic clock. */
  #failedAt = Number.NEGATIVE_INFINITY;

  /** Whether the store failed a start within the last seconds without a success since. */
  get isFailing(): boolean {
    return monotonicMs() - this.#failedAt < failureCountsForMs;
  }

  /** Makes a session, and remembers whether the store saved it. */
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
