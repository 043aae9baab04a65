// @ts-check
/** Requests to the service: repeated while no answer comes, under one key, so that a lost answer is no lost event and none that happens twice. */
import { problemOf, unreachable, VerificationProblem } from './problem.js';
import { ServiceClock } from './service-clock.js';

/** The service takes 2 s for what it waits for, and some seconds more where its database is slow. */
const defaultTimeoutMs = 15_000;

/** Before the second and the third attempt. Longer, and whoever waits for it rather decides again. */
const pausesMs = [300, 1000];

/** A service that wants to be left alone for longer is not asked again without its user. */
const longestPauseMs = 5000;

/** Answers of a service, or of a proxy before it, that can be others a moment later. */
const passing = new Set([502, 503, 504]);

/**
 * @typedef {{
 *   token?: string | undefined,
 *   agent?: string | undefined,
 *   body?: unknown,
 *   idempotencyKey?: string | undefined,
 *   starts?: boolean,
 *   signal?: AbortSignal | undefined,
 * }} RequestParts
 */

export class Transport {
  clock = new ServiceClock();
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
    // Looked up at each call, and called as a function of the platform's: browsers refuse it as anything else.
    this.#fetch = fetch ?? ((/** @type {string} */ url, /** @type {RequestInit} */ init) => globalThis.fetch(url, init));
    this.#clientKey = clientKey;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * @param {'GET' | 'HEAD' | 'POST'} method
   * @param {string} path
   * @param {RequestParts} parts
   * @returns {Promise<any>} the JSON of a success; null where there is none
   */
  async request(method, path, parts) {
    const key = method === 'POST' ? (parts.idempotencyKey ?? randomKey()) : undefined;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#attempt(method, path, { ...parts, idempotencyKey: key });
      } catch (error) {
        if (!(error instanceof VerificationProblem)) throw error;
        const pauseMs = pauseBefore(attempt, error);
        if (pauseMs === null) throw error;
        await pause(pauseMs, parts.signal);
      }
    }
  }

  /**
   * Opens a stream. Once it is open, how long it takes is its reader's to decide.
   * @param {string} path
   * @param {RequestParts & { signal: AbortSignal }} parts
   * @returns {Promise<ReadableStream<Uint8Array>>}
   */
  async open(path, parts) {
    try {
      const answer = await this.#sent('GET', path, parts, parts.signal);
      if (answer.ok && answer.body !== null) return answer.body;
      throw problemOf(answer, await answer.text());
    } catch (error) {
      throw error instanceof VerificationProblem ? error : unreachable(error);
    }
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {RequestParts} parts
   */
  async #attempt(method, path, parts) {
    const limit = limited(parts.signal, this.#timeoutMs);
    try {
      const answer = await this.#sent(method, path, parts, limit.signal);
      const text = await answer.text();
      if (!answer.ok) throw problemOf(answer, text);
      return text === '' ? null : JSON.parse(text);
    } catch (error) {
      parts.signal?.throwIfAborted();
      throw error instanceof VerificationProblem ? error : unreachable(error);
    } finally {
      limit.end();
    }
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {RequestParts} parts
   * @param {AbortSignal} signal
   */
  async #sent(method, path, { token, agent, body, idempotencyKey, starts }, signal) {
    const answer = await this.#fetch(this.#base + path, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(agent === undefined ? {} : { 'x-agent': agent }),
        ...(starts && this.#clientKey !== undefined ? { 'x-client-key': this.#clientKey } : {}),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      signal,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    this.clock.hear(answer.headers.get('service-time'));
    return answer;
  }
}

/**
 * @param {number} attempt how many there were before
 * @param {VerificationProblem} problem
 * @returns how long to wait before the next; null where there is none
 */
function pauseBefore(attempt, { code, status, retryAfterMs }) {
  const pauseMs = pausesMs[attempt];
  if (pauseMs === undefined || !(code === 'unreachable' || passing.has(status))) return null;
  const wantedMs = retryAfterMs ?? pauseMs;
  // Not all who were turned away at once come back at once.
  return wantedMs <= longestPauseMs ? wantedMs * (1 + Math.random() / 4) : null;
}

/**
 * @param {number} ms
 * @param {AbortSignal} [signal] ends it early, by an error
 * @returns {Promise<void>}
 */
export function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
}

/**
 * A signal that follows another and comes by itself after a while. `AbortSignal.any` would keep each of them as long as the other lives.
 * @param {AbortSignal | undefined} outer
 * @param {number} ms
 */
function limited(outer, ms) {
  const controller = new AbortController();
  const stop = () => controller.abort(outer?.reason);
  const timer = setTimeout(() => controller.abort(new Error(`No answer within ${ms} ms`)), ms);
  if (outer?.aborted) stop();
  outer?.addEventListener('abort', stop, { once: true });
  const end = () => {
    clearTimeout(timer);
    outer?.removeEventListener('abort', stop);
  };
  return { signal: controller.signal, end };
}

/** As hard to guess as a token: whoever repeats the key of a start gets its session. Not `randomUUID`, which plain HTTP does not have. */
function randomKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(24)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
