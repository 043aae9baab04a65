/** Whether this process can make new sessions, as far as the last attempts to do so tell. Reads may succeed while writes fail. */
import { monotonicMs } from './database-clock.ts';
import { StoreUnavailable } from './errors.ts';

/**
 * How long a start that the store failed counts. A load balancer that asks each second notices it, and sends new sessions elsewhere;
 * afterwards a few starts are risked to find out whether the store is well again.
 */
const failureCountsForMs = 5_000;

export class StartHealth {
  /** On the process's monotonic clock. */
  #failedAt = Number.NEGATIVE_INFINITY;

  /** Whether the store failed a start within the last seconds, and has let none through since. */
  get isFailing(): boolean {
    return monotonicMs() - this.#failedAt < failureCountsForMs;
  }

  /** Makes a session, and remembers whether the store let it. */
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
