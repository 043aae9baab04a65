// @ts-check
/** Follows a session over its event stream until the session ends. Reconnects if the connection breaks. */
import { readBlocks } from './event-stream.js';
import { VerificationProblem } from './problem.js';
import { pause } from './transport.js';

/** The service sends a heartbeat every 15 s. After two missing ones, the connection counts as dead. */
const longestSilenceMs = 40_000;

/** Pauses before reconnecting. The pause doubles after each connection without data, so that a recovering service is not overloaded. */
const shortestPauseMs = 500;
const longestPauseMs = 15_000;

/** Statuses that no reconnection can change. */
const final = new Set([400, 401, 403, 404]);

/**
 * @typedef {{ token: string, agent?: string | undefined, signal?: AbortSignal | undefined }} FollowOptions
 * @typedef {import('./transport.js').Transport} Transport
 */

/**
 * @param {Transport} transport
 * @param {string} path of the stream
 * @param {FollowOptions} parts
 * @returns {AsyncGenerator<any, void, undefined>} representations, each revision at most once
 */
export async function* followSession(transport, path, parts) {
  const { signal } = parts;
  let revision = 0;
  let pauseMs = shortestPauseMs;
  while (!signal?.aborted) {
    let wantedMs = 0;
    try {
      for await (const representation of listen(transport, path, parts)) {
        pauseMs = shortestPauseMs;
        const isNew = representation.revision > revision;
        revision = Math.max(revision, representation.revision);
        if (isNew) yield representation;
        if (representation.status === 'done') return;
      }
    } catch (error) {
      if (!(error instanceof VerificationProblem) || final.has(error.status)) throw error;
      wantedMs = error.retryAfterMs ?? 0;
    }
    await pause(Math.max(wantedMs, pauseMs * (0.5 + Math.random() / 2)), signal).catch(() => {});
    pauseMs = Math.min(2 * pauseMs, longestPauseMs);
  }
}

/**
 * Reads one connection until it ends.
 * @param {Transport} transport
 * @param {string} path
 * @param {FollowOptions} parts
 * @returns {AsyncGenerator<any, void, undefined>} representations
 */
async function* listen(transport, path, { token, agent, signal }) {
  const connection = new Connection(signal);
  try {
    const body = await transport.open(path, { token, agent, signal: connection.signal });
    for await (const { data, comments } of readBlocks(body, () => connection.heard())) {
      for (const comment of comments) transport.clock.hear(/^now (\S+)$/.exec(comment)?.[1]);
      if (data !== null) yield JSON.parse(data);
    }
  } finally {
    connection.close();
  }
}

/** Aborts after long silence, when it is closed, or when the caller's signal aborts. */
class Connection {
  #controller = new AbortController();
  #outer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #silence;

  /** @param {AbortSignal | undefined} outer */
  constructor(outer) {
    this.#outer = outer;
    outer?.addEventListener('abort', this.close, { once: true });
    this.heard();
  }

  get signal() {
    return this.#controller.signal;
  }

  heard() {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(this.close, longestSilenceMs);
  }

  close = () => {
    clearTimeout(this.#silence);
    this.#outer?.removeEventListener('abort', this.close);
    this.#controller.abort();
  };
}
