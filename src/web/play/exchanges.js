// @ts-check
/** What was asked of the service and what it answered, so that it can be shown, and asked again from a terminal. */

/**
 * @typedef {{ method: string, path: string, headers: [string, string][], body: unknown, status: number | 'none' | null, answer: unknown }} Exchange
 *   `status` is null while an answer is waited for
 */

/** Requests that change something are worth showing; the page's own looks are not. */
const shownMethods = new Set(['POST', 'DELETE']);

/** What a caller does not have to send. */
const quietHeaders = new Set(['accept', 'idempotency-key', 'prefer']);

const most = 50;

/** Hides a handed-over value, which is for the service alone and valid once. @param {string} name @param {unknown} value */
function readable(name, value) {
  return name === 'value' ? '(handed over)' : value;
}

export class Exchanges {
  /** @type {Exchange[]} the newest last */
  list = [];
  /** How many there were when the present step began. */
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

  /** From here on, everything belongs to another step. */
  beginStep() {
    this.stepBegan = this.list.length;
  }

  /** Fetches, and keeps what was said. @type {typeof fetch} */
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
    this.#keep(exchange);
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
  #keep(exchange) {
    this.list.push(exchange);
    if (this.list.length > most) {
      this.list.shift();
      this.stepBegan = Math.max(0, this.stepBegan - 1);
    }
    this.changed();
  }
}
