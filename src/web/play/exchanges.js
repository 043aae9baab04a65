// @ts-check
/** Records requests to the service and their answers, to show them and to repeat them from a terminal. */

/**
 * @typedef {{ method: string, path: string, headers: [string, string][], body: unknown, status: number | 'none' | null, answer: unknown }} Exchange
 *   `status` is null until the answer arrives
 */

/** The page shows requests that change something. It omits its own reads. */
const shownMethods = new Set(['POST', 'DELETE']);

/** Headers that a caller need not send. */
const quietHeaders = new Set(['accept', 'idempotency-key', 'prefer']);

const most = 50;

/** Hides a handed-over value, which is for the service alone and valid once. @param {string} name @param {unknown} value */
function readable(name, value) {
  return name === 'value' ? '(handed over)' : value;
}

export class Exchanges {
  /** @type {Exchange[]} the newest last */
  list = [];
  /** The length of the list when the current step began. */
  stepBegan = 0;

  #fetch;

  /**
   * @param {typeof fetch} fetching
   * @param {() => void} changed
   */
  constructor(fetching, changed) {
    this.#fetch = fetching;
    this.changed = changed;
  }

  /** Assigns the following exchanges to a new step. */
  beginStep() {
    this.stepBegan = this.list.length;
  }

  /** Fetches, and records the exchange. @type {typeof fetch} */
  fetch = async (input, init = {}) => {
    const request = new Request(input, init);
    if (!shownMethods.has(request.method)) return this.#fetch(request);
    const text = typeof init.body === 'string' ? init.body : '';
    /** @type {Exchange} */
    const exchange = {
      method: request.method,
      path: new URL(request.url).pathname,
      headers: [...request.headers].filter(([name]) => !quietHeaders.has(name)),
      body: text === '' ? undefined : JSON.parse(text, readable),
      status: null,
      answer: undefined,
    };
    this.#add(exchange);
    try {
      const response = await this.#fetch(request);
      exchange.status = response.status;
      exchange.answer = await response
        .clone()
        .json()
        .catch(() => undefined);
      return response;
    } catch (error) {
      exchange.status = 'none';
      throw error;
    } finally {
      this.changed();
    }
  };

  /** @param {Exchange} exchange */
  #add(exchange) {
    this.list.push(exchange);
    if (this.list.length > most) {
      this.list.shift();
      this.stepBegan = Math.max(0, this.stepBegan - 1);
    }
    this.changed();
  }
}
