// @ts-check
/**
 * Follows a session over its event stream until the session ends. Reconnects if the connection breaks, and reads the session instead where
 * the platform has no streams.
 */
import { readBlocks } from './event-stream.js';
import { unexpected, VerificationProblem } from './problem.js';
import { pause } from './transport.js';

/** The service sends a heartbeat every 15 s. After two missing ones, the connection counts as dead. */
const longestSilenceMs = 40_000;

/**
 * A stream sends the session first, so it should answer as fast as a read. If nothing has arrived after this time, reads replace the
 * stream.
 */
const longestOpeningMs = 15_000;

/** Pauses before reconnecting. The pause doubles after each connection without data, so that a recovering service is not overloaded. */
const shortestPauseMs = 500;
const longestPauseMs = 15_000;

/** The pause between two reads without streams: short enough for a person who waits, long enough for the service's limits of requests. */
const pollingPauseMs = 2000;

/** Refusals that can end: time-outs and limits. No reconnection changes any other one, nor an answer of another server. */
const passing = new Set([408, 425, 429]);

/**
 * @typedef {{ token: string, agent?: string | undefined, signal?: AbortSignal | undefined }} FollowOptions
 * @typedef {import('./transport.js').Transport} Transport
 */

/**
 * @param {Transport} transport
 * @param {string} path of the session
 * @param {FollowOptions} parts
 * @returns {AsyncGenerator<any, void, undefined>} representations, each revision at most once
 */
export async function* followSession(transport, path, parts) {
  const { signal } = parts;
  const source = { streams: transport.streams };
  let revision = 0;
  let pauseMs = shortestPauseMs;
  while (!signal?.aborted) {
    let wantedMs = 0;
    try {
      const representations = source.streams ? listen(transport, path, parts, source) : poll(transport, path, parts);
      for await (const representation of representations) {
        pauseMs = source.streams ? shortestPauseMs : pollingPauseMs;
        const isNew = representation.revision > revision;
        revision = Math.max(revision, representation.revision);
        if (isNew) yield representation;
        if (representation.status === 'done') return;
      }
    } catch (error) {
      wantedMs = wantedAfter(error);
    }
    await pause(Math.max(wantedMs, pauseMs * (0.5 + Math.random() / 2)), signal).catch(() => {});
    pauseMs = Math.min(2 * pauseMs, longestPauseMs);
  }
}

/**
 * @param {unknown} error
 * @returns the pause that the service asks for, in milliseconds
 * @throws the error if no reconnection can help
 */
function wantedAfter(error) {
  if (!(error instanceof VerificationProblem)) throw error;
  const { code, status, retryAfterMs } = error;
  if (code !== 'unreachable' && status < 500 && !passing.has(status)) throw error;
  return retryAfterMs ?? 0;
}

/**
 * Reads the session once.
 * @param {Transport} transport
 * @param {string} path
 * @param {FollowOptions} parts
 * @returns {AsyncGenerator<any, void, undefined>} the representation; nothing if the signal aborts
 */
async function* poll(transport, path, parts) {
  const representation = await transport.request('GET', path, { ...parts, member: 'revision' }).catch((error) => {
    if (!parts.signal?.aborted) throw error;
  });
  if (representation) yield representation;
}

/**
 * Reads one connection until it ends.
 * @param {Transport} transport
 * @param {string} path
 * @param {FollowOptions} parts
 * @param {{ streams: boolean }} source `streams` becomes false if no stream came
 * @returns {AsyncGenerator<any, void, undefined>} representations
 */
async function* listen(transport, path, { token, agent, signal }, source) {
  const connection = new Connection(signal);
  try {
    const body = await transport.open(`${path}/stream`, { token, agent, signal: connection.signal });
    if (body === null) return;
    for await (const { data, comments } of readBlocks(body, () => connection.heard())) {
      for (const comment of comments) transport.clock.hear(/^now (\S+)$/.exec(comment)?.[1]);
      if (data !== null) yield representationIn(data);
    }
  } finally {
    connection.close();
    source.streams = transport.streams && !connection.isOverdue;
  }
}

/**
 * @param {string} data of an event
 * @returns {any}
 * @throws VerificationProblem for an event of another server
 */
function representationIn(data) {
  try {
    const representation = JSON.parse(data);
    if (typeof representation.revision === 'number') return representation;
  } catch {}
  throw unexpected(200);
}

/** Aborts when it does not open in time, after long silence, when it is closed, or when the caller's signal aborts. */
class Connection {
  /** True if nothing arrived in time: the network is slow, or `fetch` waits for the end of the stream. */
  isOverdue = false;
  #controller = new AbortController();
  #outer;
  /** @type {ReturnType<typeof setTimeout>} */
  #silence;

  /** @param {AbortSignal | undefined} outer */
  constructor(outer) {
    this.#outer = outer;
    outer?.addEventListener('abort', this.close, { once: true });
    this.#silence = setTimeout(() => {
      this.isOverdue = true;
      this.close();
    }, longestOpeningMs);
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
