// @ts-check
/** Estimates the service's clock from its last answer and the time since then. */

export class ServiceClock {
  /** How far the service's clock is ahead of the local one; 0 before the first answer. */
  #aheadMs = 0;

  /**
   * Adopts a time of the service. The transit time is not added, so that the estimate is late rather than early: a countdown that ends here
   * has ended at the service.
   * @param {string | null | undefined} time ISO 8601, from a response
   */
  hear(time) {
    const ms = Date.parse(time ?? '');
    if (!Number.isNaN(ms)) this.#aheadMs = ms - Date.now();
  }

  /**
   * Counts on with the local clock, which continues while a computer sleeps. `performance.now()` does not on every platform.
   * @returns milliseconds since the epoch
   */
  now() {
    return Date.now() + this.#aheadMs;
  }
}
