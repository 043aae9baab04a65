// @ts-check
/** Requests to the service. Repeats unanswered ones under the same idempotency key: an event is neither lost nor processed twice. */
import { problemOf, unexpected, unreachable, VerificationProblem } from './problem.js';
import { ServiceClock } from './service-clock.js';

/** The service waits up to 2 s for the effects of a request, and some seconds more if its database is slow. */
const defaultTimeoutMs = 15_000;

/** Pauses before the second and the third attempt. After longer ones, the user should decide to try again. */
const pausesMs = [300, 1000];

/** The client does not wait longer than this on its own: a longer `Retry-After` ends the attempts. */
const longestPauseMs = 5000;

/** Statuses of the service, or of a proxy before it, that can be transient. */
const passing = new Set([502, 503, 504]);

/**
 * @typedef {{
 *   token?: string | undefined,
 *   agent?: string | undefined,
 *   body?: unknown,
 *   idempotencyKey?: string | undefined,
 *   starts?: boolean,
 *   member?: string,
 *   signal?: AbortSignal | undefined,
 * }} RequestOptions
 */

/** The longest time of a timer: 25 days. A longer one would fire at once. */
const longestTimerMs = 2 ** 31 - 1;

/** @typedef {{ url: string, init: { method: string, headers: Record<string, string>, body?: string } }} Prepared a valid request */

export class Transport {
  clock = new ServiceClock();
  /** False once a response had no stream: `fetch` of React Native waits for the whole body. */
  streams;
  #base;
  #fetch;
  #clientKey;
  #timeoutMs;

  /**
   * @param {string | URL} baseUrl
   * @param {import('./api.js').ClientOptions} options
   */
  constructor(baseUrl, { clientKey, fetch, timeoutMs = defaultTimeoutMs }) {
    this.#base = String(baseUrl).replace(/\/+$/, '');
    // Looked up at each call, so that a replaced `fetch` is used. Browsers require the global object as its receiver.
    this.#fetch = fetch ?? ((/** @type {string} */ url, /** @type {RequestInit} */ init) => globalThis.fetch(url, init));
    // A platform without streams answers only at the end of the body, so it is recognised before the first stream.
    this.streams = fetch !== undefined || 'body' in Response.prototype;
    this.#clientKey = clientKey;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * @param {'GET' | 'HEAD' | 'POST'} method
   * @param {string} path
   * @param {RequestOptions} parts `member` is a member that every answer of the service has at this path
   * @returns {Promise<any>} the JSON of a successful response; null for HEAD
   */
  async request(method, path, parts) {
    const key = method === 'POST' ? (parts.idempotencyKey ?? randomKey()) : undefined;
    const prepared = this.#prepared(method, path, { ...parts, idempotencyKey: key });
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#attempt(prepared, parts);
      } catch (error) {
        if (!(error instanceof VerificationProblem)) throw error;
        const pauseMs = pauseBefore(attempt, error);
        if (pauseMs === null) throw error;
        await pause(pauseMs, parts.signal);
      }
    }
  }

  /**
   * Opens a stream. The time-out of requests does not apply: the reader decides how long to read.
   * @param {string} path
   * @param {RequestOptions & { signal: AbortSignal }} parts
   * @returns {Promise<ReadableStream<Uint8Array> | null>} null if the platform has no streams
   */
  async open(path, parts) {
    const prepared = this.#prepared('GET', path, parts);
    try {
      const answer = await this.#sent(prepared, parts.signal);
      if (!answer.ok) throw problemOf(answer, await answer.text());
      this.streams = Boolean(answer.body);
      if (this.streams && !/^text\/event-stream\b/i.test(answer.headers.get('content-type') ?? 'text/event-stream'))
        throw unexpected(answer.status);
      return answer.body ?? null;
    } catch (error) {
      throw error instanceof VerificationProblem ? error : unreachable(error);
    }
  }

  /**
   * @param {Prepared} prepared
   * @param {RequestOptions} parts
   */
  async #attempt(prepared, { signal, member }) {
    // React Native has no `throwIfAborted`.
    if (signal?.aborted) throw abortOf(signal);
    const limit = limited(signal, this.#timeoutMs);
    try {
      const answer = await this.#sent(prepared, limit.signal);
      const text = await answer.text();
      if (!answer.ok) throw problemOf(answer, text);
      return prepared.init.method === 'HEAD' ? null : documentOf(text, member, answer.status);
    } catch (error) {
      if (signal?.aborted) throw abortOf(signal);
      throw error instanceof VerificationProblem ? error : unreachable(error);
    } finally {
      limit.end();
    }
  }

  /**
   * Builds a request outside of every attempt: `fetch` throws a TypeError for a wrong argument as it does for a lost connection.
   * @param {string} method
   * @param {string} path
   * @param {RequestOptions} parts
   * @returns {Prepared}
   * @throws TypeError for an address, a token, a key or a body that cannot be sent
   */
  #prepared(method, path, { token, agent, body, idempotencyKey, starts }) {
    const url = addressOf(this.#base, path);
    const headers = {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(agent === undefined ? {} : { 'x-agent': utf8InHeader(agent) }),
      ...(starts && this.#clientKey !== undefined ? { 'x-client-key': this.#clientKey } : {}),
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    for (const [name, value] of Object.entries(headers)) checkHeader(name, value);
    return { url, init: { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) } };
  }

  /**
   * @param {Prepared} prepared
   * @param {AbortSignal} signal
   */
  async #sent({ url, init }, signal) {
    const answer = await this.#fetch(url, { ...init, signal });
    this.clock.hear(answer.headers.get('service-time'));
    return answer;
  }
}

/**
 * `fetch` reports an address that it can't use as if the network were down, and React Native's `URL` accepts any text.
 * @param {string} base on a page also relative to its address
 * @param {string} path
 * @throws TypeError
 */
function addressOf(base, path) {
  const url = base + path;
  void new URL(url, globalThis.location?.href);
  const isRelative = globalThis.location !== undefined && !/^[a-z][a-z\d+.-]*:/i.test(base);
  if (!isRelative && !/^https?:\/\//i.test(base)) throw new TypeError(`The service's URL has to begin with http:// or https://: ${base}`);
  if (/[?#]|^[^/]*\/\/[^/]*@/.test(base)) throw new TypeError("The service's URL can't have a user, a query or a fragment");
  return url;
}

/**
 * Headers carry bytes and no control characters. The platforms differ in what they refuse, and when.
 * @param {string} name
 * @param {string} value
 * @throws TypeError that does not show the value, which may be a token
 */
function checkHeader(name, value) {
  if (/[^\t\x20-\x7e\x80-\xff]/.test(value))
    throw new TypeError(`The value for the header ${name} has characters that no header can carry`);
}

/**
 * Reads a successful answer. A text that was cut short begins like a document, and may be whole the next time.
 * @param {string} text
 * @param {string | undefined} member
 * @param {number} status
 * @returns {any}
 * @throws SyntaxError for half a document; VerificationProblem for an answer of another server, such as a page to log in
 */
function documentOf(text, member, status) {
  if (!/^\s*\{/.test(text)) throw unexpected(status);
  const document = JSON.parse(text);
  if (member !== undefined && !(member in document)) throw unexpected(status);
  return document;
}

/** The UTF-8 bytes of a text, each as one character: headers carry bytes, and `fetch` refuses characters beyond them. @param {string} text */
function utf8InHeader(text) {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
}

/**
 * @param {number} attempt the number of attempts before
 * @param {VerificationProblem} problem
 * @returns the pause before the next attempt in milliseconds; null to give up
 */
function pauseBefore(attempt, { code, status, retryAfterMs }) {
  const pauseMs = pausesMs[attempt];
  if (pauseMs === undefined || !(code === 'unreachable' || passing.has(status))) return null;
  const wantedMs = retryAfterMs ?? pauseMs;
  // Jitter, so that clients which were refused together do not return together.
  return wantedMs <= longestPauseMs ? wantedMs * (1 + Math.random() / 4) : null;
}

/**
 * @param {number} ms
 * @param {AbortSignal} [signal] rejects the pause when it aborts
 * @returns {Promise<void>}
 */
export function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(abortOf(signal));
    const stop = () => {
      clearTimeout(timer);
      reject(abortOf(signal));
    };
    const timer = setTimeout(
      () => {
        signal?.removeEventListener('abort', stop);
        resolve();
      },
      Math.min(ms, longestTimerMs),
    );
    signal?.addEventListener('abort', stop, { once: true });
  });
}

/** The reason of an abort. Signals of React Native have none. @param {AbortSignal | undefined} signal */
function abortOf(signal) {
  return signal?.reason ?? Object.assign(new Error('The caller aborted the request'), { name: 'AbortError' });
}

/**
 * A signal that aborts with another one or after a time-out. `AbortSignal.any` would retain each of them while the other signal lives.
 * @param {AbortSignal | undefined} outer
 * @param {number} ms
 */
function limited(outer, ms) {
  const controller = new AbortController();
  const stop = () => controller.abort(outer?.reason);
  const timer = setTimeout(() => controller.abort(new Error(`No answer within ${ms} ms`)), Math.min(ms, longestTimerMs));
  if (outer?.aborted) stop();
  outer?.addEventListener('abort', stop, { once: true });
  const end = () => {
    clearTimeout(timer);
    outer?.removeEventListener('abort', stop);
  };
  return { signal: controller.signal, end };
}

/**
 * As hard to guess as a token, because the key of a start opens its session. Not `randomUUID`: browsers lack it on plain HTTP.
 */
function randomKey() {
  if (typeof globalThis.crypto?.getRandomValues !== 'function')
    throw new TypeError('The platform has no crypto.getRandomValues: load a polyfill, such as react-native-get-random-values');
  return Array.from(crypto.getRandomValues(new Uint8Array(24)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
