/** The client in React Native: `fetch` has no streams, and `crypto` is absent without a polyfill. The test plays the server. */
import { createClient } from 'verification-workflows/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

const base = 'https://verify.example.com';
const path = '/v1/email-verifications/id';

let asked: string[];
let replies: (() => Response | Promise<Response>)[];

async function answer(url: string | URL | Request): Promise<Response> {
  asked.push(new URL(String(url)).pathname);
  const reply = replies.shift();
  if (reply === undefined) throw new Error('Unexpected request');
  return reply();
}

/** As in React Native, whose responses have no `body`. */
function bodiless(revision: number, status = 'active') {
  const response = new Response(JSON.stringify({ id: 'id', workflow: 'email-verification', revision, status }));
  return () => Object.defineProperty(response.clone(), 'body', { value: undefined });
}

async function follow({ fetch }: { fetch?: typeof globalThis.fetch } = { fetch: answer }, signal?: AbortSignal) {
  const client = createClient(base, fetch === undefined ? {} : { fetch });
  const session = await client.resume('email-verification', 'id', 'token');
  return session.follow(signal === undefined ? {} : { signal });
}

/** The revisions, once the session has ended. */
async function revisionsOf(followed: ReturnType<typeof follow>): Promise<number[]> {
  const revisions: number[] = [];
  for await (const { revision } of await followed) revisions.push(revision);
  return revisions;
}

beforeEach(() => {
  asked = [];
  replies = [bodiless(1)];
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test('reads replace the stream where responses have none, one to two seconds apart', async () => {
  replies.push(bodiless(0), bodiless(2), () => Promise.reject(new TypeError('fetch failed')), bodiless(2), bodiless(5, 'done'));
  const revisions = revisionsOf(follow());
  await vi.advanceTimersByTimeAsync(250);
  expect(asked).toEqual([path, `${path}/stream`, path]);
  await vi.advanceTimersByTimeAsync(999);
  expect(asked).toHaveLength(3);
  await vi.advanceTimersByTimeAsync(2301);
  expect(await revisions).toEqual([2, 5]);
  expect(asked.slice(3)).toEqual([path, path, path]);
  expect(vi.getTimerCount()).toBe(0);
});

test('reads replace the stream where `fetch` waits for its end', async () => {
  replies.push(() => new Promise<Response>(() => {}), bodiless(2, 'done'));
  const signals: (AbortSignal | null | undefined)[] = [];
  const fetch: typeof globalThis.fetch = (url, init) => {
    signals.push(init?.signal);
    return Promise.race([answer(String(url)), new Promise<never>((_, reject) => init?.signal?.addEventListener('abort', reject))]);
  };
  const revisions = revisionsOf(follow({ fetch }));
  await vi.advanceTimersByTimeAsync(14_999);
  expect(signals[1]?.aborted).toBe(false);
  await vi.advanceTimersByTimeAsync(251);
  expect(await revisions).toEqual([2]);
  expect(vi.getTimerCount()).toBe(0);
});

test('no stream is asked for where the platform has none, and following ends when the caller aborts', async () => {
  replies.push(bodiless(2));
  vi.stubGlobal('Response', class {});
  vi.stubGlobal('fetch', answer);
  const controller = new AbortController();
  for await (const { revision } of await follow({}, controller.signal)) {
    expect(revision).toBe(2);
    controller.abort();
  }
  expect(asked).toEqual([path, path]);
  expect(vi.getTimerCount()).toBe(0);
});

test('an abort without a reason rejects with an error', async () => {
  class Signal extends EventTarget {
    aborted = false;
    abort() {
      this.aborted = true;
      this.dispatchEvent(new Event('abort'));
    }
  }
  replies = [() => Promise.reject(new TypeError('Network request failed'))];
  const signal = new Signal();
  const started = createClient(base, { fetch: answer }).start(
    'email-verification',
    { email: 'jane@example.com' },
    { signal: signal as unknown as AbortSignal },
  );
  const outcome = expect(started).rejects.toMatchObject({ name: 'AbortError' });
  await vi.advanceTimersByTimeAsync(100);
  signal.abort();
  await outcome;
  expect([asked.length, vi.getTimerCount()]).toEqual([1, 0]);
});

test('a start on a platform without random numbers names the missing part', async () => {
  vi.stubGlobal('crypto', undefined);
  const started = createClient(base, { fetch: answer }).start('email-verification', { email: 'jane@example.com' });
  await expect(started).rejects.toThrow('The platform has no crypto.getRandomValues');
  expect(asked).toEqual([]);
});
