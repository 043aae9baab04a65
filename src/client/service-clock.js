// @ts-check
/** The service's clock as it can be told from here: what it last said, and what has passed since. */

export class ServiceClock {
  /** How far the service's clock is ahead of the one here; they agree until it was heard. */
  #aheadMs = 0;

  /**
   * What an answer took to arrive is not added, so that this clock is late rather than early: whoever waits for it has waited long enough.
   * @param {string | null | undefined} time ISO 8601, as an answer carries it
   */
  hear(time) {
    const ms = Date.parse(time ?? '');
    if (!Number.isNaN(ms)) this.#aheadMs = ms - Date.now();
  }

  /**
   * The local clock counts on from there, because it goes on while a computer sleeps, as `performance.now()` does not everywhere.
   * @returns milliseconds since the epoch
   */
  now() {
    return Date.now() + this.#aheadMs;
  }
}
