/** The stream of a session: its representation now, and after every change, until the session has ended. */
import { Hono } from 'hono';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Credential } from '../../src/http/authentication/session-access.ts';
import { SessionStreams, streamSession } from '../../src/http/sessions/session-stream.ts';
import { EventReader } from '../support/event-reader.ts';
import { type Client, type Json, otherThan, startTestService, type TestService, type TestSession } from '../support/service.ts';

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

  test('begins with the current representation, in a form that proxies neither delay nor cache', async () => {
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

  test('shows a change by any caller, and ends when the session has ended', async () => {
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

  test('shows the effect of timers', async () => {
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

  test('of an ended session shows it and ends', async () => {
    const session = await newSession();
    const cancelled = (await session.send('cancel')).body;
    const stream = await open(session);
    expect((await stream.next())?.data).toEqual(cancelled);
    expect(await stream.next()).toBeNull();
  });

  test('requires the session’s token', async () => {
    const [session, other] = [await newSession(), await newSession()];
    for (const headers of [undefined, { authorization: `Bearer ${other.token}` }, { authorization: session.token }]) {
      const response = await fetch(`${client.url}${session.path}/stream?token=${session.token}`, headers ? { headers } : {});
      expect([response.status, ((await response.json()) as Json).code]).toEqual([401, 'unauthenticated']);
    }
  });

  test('is open at most five times; a closed one frees its place, and other sessions have their own places', async () => {
    const session = await newSession();
    const streams = await Promise.all([1, 2, 3, 4, 5].map(() => open(session)));
    const sixth = await request(session);
    expect([sixth.status, ((await sixth.json()) as Json).code, sixth.headers.get('retry-after')]).toEqual([429, 'rate-limited', '1']);
    const ofAnotherSession = await open(await newSession());
    expect((await ofAnotherSession.next())?.event).toBe('session');
    await Promise.all([ofAnotherSession.close(), streams[0]?.close()]);
    // The service notices after a while that the reader is gone.
    await vi.waitFor(async () => expect((await request(session)).status).toBe(200), { timeout: 30_000, interval: 20 });
    await session.send('cancel');
  });

  test('is not left open by a HEAD request', async () => {
    const session = await newSession();
    for (let times = 0; times < 6; times += 1) expect((await request(session, 'HEAD')).status).toBeLessThan(500);
    const response = await request(session);
    expect(response.status).toBe(200);
    await response.body?.cancel();
  });
});

describe('a stream with the test’s clock', () => {
  afterEach(() => {
    vi.useRealTimers();
    present = at;
  });

  const at = Date.UTC(2026, 0, 1);
  let present = at;
  const now = () => present;

  /** A stream of a session that consists of its revision. */
  async function streamOf(session: { revision: number; done: boolean }, credential: Credential | null = null) {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const listeners = new Set<() => void>();
    const subscribe = (_: string, listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    };
    const streams = new SessionStreams();
    const look = async () => ({ ...session, representation: { revision: session.revision } });
    const parts = { engine: { subscribe }, streams, now, log: { error: () => {} } };
    const app = new Hono().get('/', (c) => streamSession(c, { id: 'id', credential, address: null }, parts, look));
    const stream = new EventReader(await app.request('/'));
    return { stream, streams, listeners, tell: () => [...listeners].map((listener) => listener()) };
  }

  test('shows a commit of this process at once, and one of another process within a second', async () => {
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

  test('repeats nothing, and beats every 15 seconds, so that no proxy takes it for dead', async () => {
    const { stream } = await streamOf({ revision: 1, done: false });
    expect((await stream.next())?.data.revision).toBe(1);
    for (let beats = 0; beats < 3; beats += 1) {
      vi.advanceTimersByTime(15_000);
      expect(await stream.block()).toBe(': now 2026-01-01T00:00:00.000Z');
    }
    await stream.close();
  });

  test('ends when its reader reads nothing for a minute', async () => {
    const { listeners } = await streamOf({ revision: 1, done: false });
    await vi.waitFor(() => expect(listeners.size).toBe(1));
    for (let beats = 0; beats < 4; beats += 1) vi.advanceTimersByTime(15_000);
    expect(listeners.size).toBe(1);
    vi.advanceTimersByTime(15_000);
    await vi.waitFor(() => expect([listeners.size, vi.getTimerCount()]).toEqual([0, 0]));
  });

  test('checks its reader’s login before each event and at each beat, and sends nothing more once the login has ended', async () => {
    for (const way of ['told', 'quiet'] as const) {
      let asked = 0;
      let counts = true;
      const holds = async () => {
        asked += 1;
        return counts;
      };
      const session = { revision: 1, done: false };
      const { stream, tell } = await streamOf(session, { expiresAt: Number.POSITIVE_INFINITY, holds });
      expect((await stream.next())?.data.revision).toBe(1);
      // Each second it checks for changes, and not the account.
      for (let seconds = 0; seconds < 14; seconds += 1) await vi.advanceTimersByTimeAsync(1000);
      expect(asked).toBe(1);
      for (let seconds = 0; seconds < 2; seconds += 1) await vi.advanceTimersByTimeAsync(1000);
      expect(await stream.block()).toMatch(/^: now/);
      await vi.waitFor(() => expect(asked).toBe(2));
      counts = false;
      if (way === 'told') {
        session.revision = 2;
        tell();
      } else {
        for (let seconds = 0; seconds < 16; seconds += 1) await vi.advanceTimersByTimeAsync(1000);
        expect(await stream.block()).toMatch(/^: now/);
      }
      expect([way, await stream.block(), vi.getTimerCount()]).toEqual([way, null, 0]);
      vi.useRealTimers();
    }
  });

  test('ends when its reader’s login expires, within a second and without a look-up', async () => {
    let asked = 0;
    const holds = async () => {
      asked += 1;
      return true;
    };
    const session = { revision: 1, done: false };
    const { stream } = await streamOf(session, { expiresAt: at + 60_000, holds });
    expect((await stream.next())?.data.revision).toBe(1);
    present = at + 59_999;
    session.revision = 2;
    await vi.advanceTimersByTimeAsync(1000);
    expect((await stream.next())?.data.revision).toBe(2);
    present = at + 60_000;
    session.revision = 3;
    await vi.advanceTimersByTimeAsync(1000);
    expect([await stream.block(), asked, vi.getTimerCount()]).toEqual([null, 2, 0]);
  });

  test('leaves no timer and no listener behind, however it ends', async () => {
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
