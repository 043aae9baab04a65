/** The stream of a session: what it is now, and every change, until it has ended. */
import { Hono } from 'hono';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Engine } from '../../src/engine/engine.ts';
import { SessionStreams, streamSession } from '../../src/http/session-stream.ts';
import { type Client, type Json, otherThan, startTestService, type TestService, type TestSession } from '../support/service.ts';

interface Event {
  readonly event: string;
  readonly id: string;
  readonly data: Json;
}

/** Reads Server-Sent Events as they come. */
class EventReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #text = '';

  constructor(response: Response) {
    if (!response.body) throw new Error('A stream without a body');
    this.#reader = response.body.getReader();
  }

  /** @returns the next block, or null when the stream has ended */
  async block(): Promise<string | null> {
    for (let end = this.#text.indexOf('\n\n'); ; end = this.#text.indexOf('\n\n')) {
      if (end >= 0) {
        const block = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 2);
        return block;
      }
      const { done, value } = await this.#reader.read();
      if (done) return null;
      this.#text += this.#decoder.decode(value, { stream: true });
    }
  }

  /** @returns the next event, or null when the stream has ended */
  async next(): Promise<Event | null> {
    const block = await this.block();
    if (block === null) return null;
    const fields = Object.fromEntries(
      block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
    );
    return { event: fields['event'] ?? '', id: fields['id'] ?? '', data: JSON.parse(fields['data'] ?? 'null') };
  }

  close(): Promise<void> {
    return this.#reader.cancel();
  }
}

describe('the stream of a session', () => {
  let service: TestService;
  let client: Client;
  let now: number;
  let sessions = 0;
  beforeAll(async () => {
    service = await startTestService('PostgreSQL');
    client = service.client;
    now = await client.freeze();
  });
  afterAll(() => service.remove());

  const newSession = () => client.verify(`stream${++sessions}@example.com`);
  const request = ({ path, token }: TestSession, method = 'GET') =>
    fetch(`${client.url}${path}/stream`, { method, headers: { authorization: `Bearer ${token}` } });
  const open = async (session: TestSession) => new EventReader(await request(session));

  test('begins with the session as it is, in a form that no proxy holds back or keeps', async () => {
    const session = await newSession();
    const response = await request(session);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    const stream = new EventReader(response);
    const seen = await session.read();
    expect(await stream.next()).toEqual({ event: 'session', id: String(seen.revision), data: seen });
    await stream.close();
  });

  test('shows a change, whoever made it, and ends when the session has ended', async () => {
    const session = await newSession();
    const [one, other] = [await open(session), await open(session)];
    for (const stream of [one, other]) expect((await stream.next())?.data.state).toBe('codeActive.cooldown');
    const code = await client.codeFor(`stream${sessions}@example.com`);
    await session.submit(otherThan(code));
    for (const stream of [one, other]) expect((await stream.next())?.data.data.attemptsLeft).toBe(4);
    const verified = (await session.submit(code)).body;
    for (const stream of [one, other]) {
      expect(await stream.next()).toEqual({ event: 'session', id: String(verified.revision), data: verified });
      expect(await stream.next()).toBeNull();
    }
  });

  test('shows what time does', async () => {
    const session = await newSession();
    const stream = await open(session);
    const canResendAt = new Date(now + 90_000).toISOString();
    expect((await stream.next())?.data).toMatchObject({ state: 'codeActive.cooldown', canResendAt });
    now = await client.at(now + 90_000);
    const resendable = (await stream.next())?.data;
    expect(resendable).toMatchObject({ state: 'codeActive.resendable', canResendAt: null, updatedAt: canResendAt });
    expect(resendable.events.map(({ type }: { type: string }) => type)).toContain('resend-code');
    now = await client.at(now + 24 * 3_600_000);
    const last: Json[] = [];
    for (let event = await stream.next(); event !== null; event = await stream.next()) last.push(event.data);
    expect(last.at(-1)).toMatchObject({ status: 'done', outcome: 'abandoned' });
    expect(last.every(({ revision }, index) => index === 0 || revision > last[index - 1].revision)).toBe(true);
  });

  test('of a session that has ended says so and ends', async () => {
    const session = await newSession();
    const cancelled = (await session.send('cancel')).body;
    const stream = await open(session);
    expect((await stream.next())?.data).toEqual(cancelled);
    expect(await stream.next()).toBeNull();
  });

  test('is for the holder of the session’s token', async () => {
    const [session, other] = [await newSession(), await newSession()];
    for (const headers of [undefined, { authorization: `Bearer ${other.token}` }, { authorization: session.token }]) {
      const response = await fetch(`${client.url}${session.path}/stream?token=${session.token}`, headers ? { headers } : {});
      expect([response.status, ((await response.json()) as Json).code]).toEqual([401, 'unauthenticated']);
    }
  });

  test('is open five times at most; one that was left makes room, and other sessions have room of their own', async () => {
    const session = await newSession();
    const streams = await Promise.all([1, 2, 3, 4, 5].map(() => open(session)));
    const sixth = await request(session);
    expect([sixth.status, ((await sixth.json()) as Json).code, sixth.headers.get('retry-after')]).toEqual([429, 'rate-limited', '1']);
    const elsewhere = await open(await newSession());
    expect((await elsewhere.next())?.event).toBe('session');
    await Promise.all([elsewhere.close(), streams[0]?.close()]);
    // The service notices in its own time that the reader is gone.
    await vi.waitFor(async () => expect((await request(session)).status).toBe(200), { timeout: 30_000, interval: 20 });
    await session.send('cancel');
  });

  test('is not left open by a request for its headers alone', async () => {
    const session = await newSession();
    for (let times = 0; times < 6; times += 1) expect((await request(session, 'HEAD')).status).toBeLessThan(500);
    const response = await request(session);
    expect(response.status).toBe(200);
    await response.body?.cancel();
  });
});

describe('a stream whose clock is the test’s', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  /** A stream of a session that is nothing but its revision. */
  async function streamOf(session: { revision: number; done: boolean }) {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const listeners = new Set<() => void>();
    const subscribe = (_: string, listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    };
    const streams = new SessionStreams();
    const now = () => Date.UTC(2026, 0, 1);
    const look = async () => ({ ...session, representation: { revision: session.revision } });
    const app = new Hono().get('/', (c) => streamSession(c, 'id', { engine: { subscribe } as unknown as Engine, streams, now }, look));
    const stream = new EventReader(await app.request('/'));
    return { stream, streams, listeners, tell: () => [...listeners].map((listener) => listener()) };
  }

  test('tells of a commit of this process at once, and of one of another process within a second', async () => {
    const session = { revision: 1, done: false };
    const { stream, tell } = await streamOf(session);
    expect((await stream.next())?.data.revision).toBe(1);
    session.revision = 2;
    tell();
    expect((await stream.next())?.data.revision).toBe(2);
    session.revision = 3;
    vi.advanceTimersByTime(1000);
    expect((await stream.next())?.data.revision).toBe(3);
    await stream.close();
  });

  test('says nothing twice, and beats every 15 seconds, so that no proxy takes it for dead', async () => {
    const { stream } = await streamOf({ revision: 1, done: false });
    expect((await stream.next())?.data.revision).toBe(1);
    for (let beats = 0; beats < 3; beats += 1) {
      vi.advanceTimersByTime(15_000);
      expect(await stream.block()).toBe(': now 2026-01-01T00:00:00.000Z');
    }
    await stream.close();
  });

  test('ends when its reader takes nothing for a minute', async () => {
    const { listeners } = await streamOf({ revision: 1, done: false });
    await vi.waitFor(() => expect(listeners.size).toBe(1));
    for (let beats = 0; beats < 4; beats += 1) vi.advanceTimersByTime(15_000);
    expect(listeners.size).toBe(1);
    vi.advanceTimersByTime(15_000);
    await vi.waitFor(() => expect([listeners.size, vi.getTimerCount()]).toEqual([0, 0]));
  });

  test('leaves no timer and no listener behind, whichever way it ends', async () => {
    const ended = { revision: 1, done: true };
    const open = { revision: 1, done: false };
    const ends: Record<string, (of: Awaited<ReturnType<typeof streamOf>>) => unknown> = {
      done: () => {},
      stopped: ({ streams }) => streams.closeAll(),
      left: ({ stream }) => stream.close(),
    };
    for (const [way, end] of Object.entries(ends)) {
      const opened = await streamOf(way === 'done' ? ended : open);
      expect((await opened.stream.next())?.data.revision).toBe(1);
      await end(opened);
      expect([way, await opened.stream.block()]).toEqual([way, null]);
      await vi.waitFor(() => expect([way, opened.listeners.size, vi.getTimerCount()]).toEqual([way, 0, 0]));
      vi.useRealTimers();
    }
  });
});
