/**
 * A session as Server-Sent Events: its representation now and after every change. The stream ends with the session, or when the reader's
 * credential expires.
 */
import type { Context } from 'hono';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import type { Engine } from '../../engine/engine.ts';
import { Overloaded, StoreUnavailable } from '../../engine/errors.ts';
import type { Log } from '../../engine/ports.ts';
import type { Access, Credential } from '../authentication/session-access.ts';
import { Problem } from '../problems/problem.ts';
import { Shares } from '../requests/shares.ts';
import { type Representation, timeOf } from './representation.ts';

/** A comment at this interval keeps proxies from closing a quiet connection. */
const beatMs = 15_000;

/** One minute. A reader that has taken no comment for so long is gone. */
const mostUntakenBeats = 4;

/** How often the stream looks for changes by other processes. */
const pollMs = 1000;

const streamsPerSession = 5;

/** All streams of a process. Each takes some 30 KB and reads its session every second: all together, a tenth of what a process can do. */
const mostStreams = 5_000;

/** Streams of one address. An office follows fewer sessions at a time, and taking all streams needs ten addresses. */
const streamsPerAddress = 500;

/** The open streams, counted by session and address. They close together when the service stops. */
export class SessionStreams {
  readonly #ofSession = new Shares();
  readonly #ofAddress = new Shares();
  readonly #stop = new AbortController();
  /** Streams that depend on a credential, each with its check. */
  readonly #resting = new Set<() => void>();
  #all = 0;

  get stopped(): AbortSignal {
    return this.#stop.signal;
  }

  /** The number of open streams. */
  get open(): number {
    return this.#all;
  }

  /**
   * @param address the address that the stream counts for; null if the stream is not counted
   * @throws Problem if the session, the address or the process has too many streams
   * @returns the function to call when the stream closes
   */
  opened(id: string, address: string | null): () => void {
    if (this.#all >= mostStreams) throw new Problem('unavailable', 'Too many streams are open', { retryAfter: 2, reason: 'overload' });
    if (this.#ofSession.of(id) >= streamsPerSession)
      throw new Problem('rate-limited', `At most ${streamsPerSession} streams may be open for a session`, { retryAfter: 1 });
    if (address !== null && this.#ofAddress.of(address) >= streamsPerAddress)
      throw new Problem('rate-limited', `At most ${streamsPerAddress} streams may be open for an address`, { retryAfter: 1 });
    const leave = [this.#ofSession.enter(id), ...(address === null ? [] : [this.#ofAddress.enter(address)])];
    this.#all += 1;
    return () => {
      this.#all -= 1;
      for (const each of leave) each();
    };
  }

  closeAll(): void {
    this.#stop.abort();
  }

  /** Calls the listener whenever a credential ends. @returns the function that removes the listener */
  onCredentialEnded(listener: () => void): () => void {
    this.#resting.add(listener);
    return () => this.#resting.delete(listener);
  }

  /** Makes each stream that depends on a credential check it now, instead of at the next comment. Called when a login ends. */
  credentialEnded(): void {
    for (const listener of this.#resting) listener();
  }
}

export interface Seen {
  readonly revision: number;
  readonly done: boolean;
  readonly representation: Representation;
}

export interface StreamDeps {
  readonly engine: Pick<Engine, 'subscribe'>;
  readonly streams: SessionStreams;
  readonly now: () => number;
  readonly log: Pick<Log, 'error'>;
}

/** @param look reads the session's representation */
export function streamSession(
  c: Context,
  { id, credential, address }: Pick<Access, 'id' | 'credential'> & { readonly address: string | null },
  { engine, streams, now, log }: StreamDeps,
  look: () => Promise<Seen>,
): Response {
  // Hono answers HEAD with the route of GET and never reads the body, so the stream would stay open for ever.
  if (c.req.method === 'HEAD') return c.body(null, 200, { 'content-type': 'text/event-stream' });
  const closed = streams.opened(id, address);
  c.header('x-accel-buffering', 'no');
  const response = streamSSE(c, async (stream) => {
    const change = new ChangeSignal();
    const unsubscribe = engine.subscribe(id, change.raise);
    stream.onAbort(change.raise);
    streams.stopped.addEventListener('abort', change.raise);
    // The credential is checked at each change and at each comment: a stream without changes must end too.
    let isToAsk = false;
    const ask = () => {
      isToAsk = true;
    };
    const beat = beating(stream, now, ask);
    const askNow = () => {
      ask();
      change.raise();
    };
    const unask = credential === null ? null : streams.onCredentialEnded(askNow);
    const poll = setInterval(change.raise, pollMs);
    try {
      for (let revision = 0; !stream.aborted && !streams.stopped.aborted; await change.raised()) {
        const seen = await look();
        const isNews = seen.revision !== revision;
        const asks = isNews || isToAsk;
        isToAsk = false;
        if (credential !== null && (await hasEnded(credential, now(), asks))) return;
        if (!isNews) continue;
        revision = seen.revision;
        await stream.write(timeComment(now()));
        await stream.writeSSE({ event: 'session', id: String(revision), data: JSON.stringify(seen.representation) });
        if (seen.done) return;
      }
    } catch (error) {
      // The status was sent long ago, so ending the stream is all that is left. The reader reconnects, as after any break.
      logFailure(error, { session: id, requestId: c.get('requestId') }, log);
    } finally {
      clearInterval(beat);
      clearInterval(poll);
      unsubscribe();
      unask?.();
      streams.stopped.removeEventListener('abort', change.raise);
      closed();
    }
  });
  // streamSSE sets no-cache, which lets a proxy store the response.
  response.headers.set('cache-control', 'no-store');
  return response;
}

/** An unavailable database needs no line here: the reader reconnects, and the log counts its request. Neither does a reader who has gone. */
function logFailure(error: unknown, fields: { readonly session: string; readonly requestId: unknown }, log: StreamDeps['log']): void {
  if (error instanceof StoreUnavailable || error instanceof Overloaded) return;
  if (error instanceof Error && error.name === 'AbortError') return;
  log.error({ err: error, ...fields }, 'a stream failed inside');
}

/** @param isToAsk true to ask the database as well. The expiry is known without asking */
async function hasEnded(credential: Credential, at: number, isToAsk: boolean): Promise<boolean> {
  return at >= credential.expiresAt || (isToAsk && !(await credential.holds()));
}

/** The service's time as a comment, for readers that count down to a deadline. Readers of events alone do not see it. */
function timeComment(ms: number): string {
  return `: now ${timeOf(ms)}\n`;
}

/**
 * Sends a comment at each interval while the reader takes them. Without this check, a stream with a stalled reader would grow for as long
 * as its session lives.
 */
function beating(stream: SSEStreamingApi, now: () => number, onBeat: () => void): ReturnType<typeof setInterval> {
  let untaken = 0;
  return setInterval(() => {
    onBeat();
    if (untaken >= mostUntakenBeats) return stream.abort();
    untaken += 1;
    void stream.write(`${timeComment(now())}\n`).then(() => {
      untaken -= 1;
    });
  }, beatMs);
}

/** Remembers a change until the stream asks for it. */
class ChangeSignal {
  #happened = false;
  #resume: () => void = () => {};

  readonly raise = (): void => {
    this.#happened = true;
    this.#resume();
  };

  async raised(): Promise<void> {
    if (!this.#happened) {
      await new Promise<void>((resolve) => {
        this.#resume = resolve;
      });
    }
    this.#happened = false;
  }
}
