/**
 * A session as Server-Sent Events: its representation now, and again after every change, until it has ended, or until what the reader
 * showed at the beginning shows nothing any more.
 */
import type { Context } from 'hono';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import type { Engine } from '../../engine/engine.ts';
import type { Access, Credential } from '../authentication/session-access.ts';
import { Problem } from '../problems/problem.ts';
import { Shares } from '../requests/shares.ts';
import { type Representation, timeOf } from './representation.ts';

/** A comment this often keeps proxies from closing a quiet connection. */
const beatMs = 15_000;

/** A minute's: whoever has taken nothing for so long does not read any more. */
const mostUntakenBeats = 4;

/** Changes made by other processes are looked for this often. */
const pollMs = 1000;

const streamsPerSession = 5;

/** Of all sessions together: each takes some 30 KB and looks at its session every second, which is a tenth of what a process gets done. */
const mostStreams = 5_000;

/** Streams of one address: an office looks at fewer sessions at a time. Taking all streams needs ten addresses. */
const streamsPerAddress = 500;

/** The open streams: counted per session and address, and closed together when the service stops. */
export class SessionStreams {
  readonly #ofSession = new Shares();
  readonly #ofAddress = new Shares();
  readonly #stop = new AbortController();
  /** Streams that depend on a credential. */
  readonly #resting = new Set<() => void>();
  #all = 0;

  get stopped(): AbortSignal {
    return this.#stop.signal;
  }

  /** How many there are. */
  get open(): number {
    return this.#all;
  }

  /**
   * @param address the address that the stream counts for; null for a stream that is not counted
   * @throws Problem when the session, the address or the process has too many streams already
   * @returns the function to call when the stream is closed
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

  /** Calls the listener whenever a credential has ended. @returns the function that stops it */
  onCredentialEnded(listener: () => void): () => void {
    this.#resting.add(listener);
    return () => this.#resting.delete(listener);
  }

  /** A credential has ended. Every stream that depends on one checks its own at once, instead of at its next beat. */
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
  readonly engine: Engine;
  readonly streams: SessionStreams;
  readonly now: () => number;
}

/** @param look at the session as it is */
export function streamSession(
  c: Context,
  { id, credential, address }: Pick<Access, 'id' | 'credential'> & { readonly address: string | null },
  { engine, streams, now }: StreamDeps,
  look: () => Promise<Seen>,
): Response {
  // Hono answers HEAD by what GET gives, and never reads its body: such a stream would stay open for ever.
  if (c.req.method === 'HEAD') return c.body(null, 200, { 'content-type': 'text/event-stream' });
  const closed = streams.opened(id, address);
  c.header('x-accel-buffering', 'no');
  const response = streamSSE(c, async (stream) => {
    const change = new ChangeSignal();
    const unsubscribe = engine.subscribe(id, change.raise);
    stream.onAbort(change.raise);
    streams.stopped.addEventListener('abort', change.raise);
    // Asked for whenever there is something to tell, and at each beat: whoever is told nothing holds the stream open all the same.
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
    } catch {
      // The status is long sent: all that is left is to end the stream. Its reader comes back, as it does after any break.
    } finally {
      clearInterval(beat);
      clearInterval(poll);
      unsubscribe();
      unask?.();
      streams.stopped.removeEventListener('abort', change.raise);
      closed();
    }
  });
  // streamSSE says no-cache, which lets a proxy keep it.
  response.headers.set('cache-control', 'no-store');
  return response;
}

/** @param isToAsk whether the database is asked: when it expires is known without */
async function hasEnded(credential: Credential, at: number, isToAsk: boolean): Promise<boolean> {
  return at >= credential.expiresAt || (isToAsk && !(await credential.holds()));
}

/** What the service's clock shows, for whoever counts down to a deadline. Those who read events alone do not see it. */
function timeComment(ms: number): string {
  return `: now ${timeOf(ms)}\n`;
}

/** Beats, for as long as somebody takes them: without that, a stream would grow for as long as its session lives. */
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

/** Remembers that something happened until it is asked. */
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
