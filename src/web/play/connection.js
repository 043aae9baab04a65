// @ts-check
/** Detects if the service is unreachable, and polls until it answers again. Then the page continues by itself. */

import { addressOf } from '../diagrams/address.js';

const askAgainMs = 2000;

/** Statuses of a stopping service, or of a proxy without one behind it. */
const absent = new Set([502, 503, 504]);

export class Connection {
  isDown = false;

  /** @param {{ changed: () => void, recovered: () => void }} parts */
  constructor(parts) {
    this.parts = parts;
  }

  /** Fetches, and updates `isDown` from the result. @type {typeof fetch} */
  fetch = async (input, init) => {
    try {
      const answer = await fetch(input, init);
      this.#learn(absent.has(answer.status));
      return answer;
    } catch (error) {
      // An aborted request says nothing about the service.
      if (!(error instanceof DOMException && error.name === 'AbortError')) this.#learn(true);
      throw error;
    }
  };

  /** @param {boolean} isDown */
  #learn(isDown) {
    if (isDown === this.isDown) return;
    this.isDown = isDown;
    this.parts.changed();
    if (isDown) void this.#askAgain();
    else this.parts.recovered();
  }

  async #askAgain() {
    while (this.isDown) {
      await new Promise((resolve) => setTimeout(resolve, askAgainMs));
      if (this.isDown) await this.fetch(addressOf('/readyz')).catch(() => {});
    }
  }
}
