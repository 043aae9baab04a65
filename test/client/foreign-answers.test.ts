/** Answers that do not come from the service: pages to log in, proxies without a service behind them, problems of other frameworks. */
import { createClient, type Session } from 'verification-workflows/client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { problemOf } from './problem-of.ts';

const session = { id: 'id', workflow: 'login-verification', revision: 1, status: 'active', state: 'a', sessionToken: 'token' };
const typed = (type: string) => ({ headers: { 'content-type': type } });
const answer = (text: string | null, init: ResponseInit = typed('application/json')) => new Response(text, init);

let asked: number;
let reply: () => Response;

const client = createClient('https://verify.example.com', {
  fetch: async () => {
    asked += 1;
    return asked === 1 && isStarted ? answer(JSON.stringify(session)) : reply();
  },
});
/** True if the first request gets the session. */
let isStarted: boolean;
const start = () => client.start('login-verification', { email: 'jane@example.com', password: 'a quiet evening in Porto' });

beforeEach(() => {
  [asked, isStarted] = [0, false];
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('a successful answer of another server', () => {
  const foreign: [string, () => Response][] = [
    ['a page to log in', () => answer('<!doctype html><title>Log in</title>', typed('text/html'))],
    ['nothing', () => answer('')],
    ['no content', () => answer(null, { status: 204 })],
    ['null', () => answer('null')],
    ['a list', () => answer('[]')],
    ['a text', () => answer('"OK"')],
    ['another document', () => answer('{"error":"login required"}')],
  ];
  const requests: [string, (opened: Session<'login-verification'>) => Promise<unknown>][] = [
    ['a read', (opened) => opened.refresh()],
    ['an event', (opened) => opened.send('cancel')],
    ['the history', (opened) => opened.history()],
    ['another access token', (opened) => opened.renewAccess()],
    [
      'a stream',
      async (opened) => {
        for await (const _ of opened.follow());
      },
    ],
  ];

  test.each(foreign)('is a problem, and no request is repeated: %s', async (_, made) => {
    reply = made;
    const expected = { code: 'unexpected-answer', status: made().status, problem: null };
    expect(await problemOf(start())).toMatchObject(expected);
    expect(await problemOf(client.resume('login-verification', 'id', 'token'))).toMatchObject(expected);
    expect(asked).toBe(2);
    for (const [name, request] of requests.slice(0, 4)) {
      [asked, isStarted] = [0, true];
      expect([name, await problemOf(start().then(request))]).toMatchObject([name, expected]);
      expect(asked).toBe(2);
    }
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([
    ['a page', '<!doctype html>', 'text/html'],
    ['another document', '{"error":"login required"}', 'application/json'],
    ['half a document', 'data: {"revision":\n\n', 'text/event-stream'],
    ['null', 'data: null\n\n', 'text/event-stream'],
    ['no session', 'data: {}\n\n', 'text/event-stream'],
  ])('ends a stream: %s', async (_, text, type) => {
    isStarted = true;
    reply = () => answer(text, typed(type));
    const followed = start().then(requests[4]?.[1]);
    expect(await problemOf(followed)).toMatchObject({ code: 'unexpected-answer', status: 200 });
    expect([asked, vi.getTimerCount()]).toEqual([2, 0]);
  });

  test.each([302, 304, 405, 409, 410])('a stream that is answered with %i is not asked for again', async (status) => {
    isStarted = true;
    reply = () => answer(null, { status });
    expect(await problemOf(start().then(requests[4]?.[1]))).toMatchObject({ code: 'unexpected-answer', status });
    expect(asked).toBe(2);
  });
});

describe('a problem of another framework', () => {
  const problem = (members: object, type = 'application/problem+json') => {
    reply = () => answer(JSON.stringify({ code: 'invalid', title: 'Invalid', ...members }), { status: 400, ...typed(type) });
    return problemOf(start());
  };

  test.each([
    ['an object of errors', { errors: { email: ['Required'] } }],
    ['null for errors', { errors: null, channels: null }],
    ['texts for errors', { errors: ['Required', null] }],
  ])('is read as far as it is known, and is no lost answer: %s', async (_, members) => {
    expect(await problem(members)).toMatchObject({ code: 'invalid', status: 400, message: 'Invalid.', errors: [], channels: [] });
    expect(asked).toBe(1);
  });

  test('may write its type in capitals', async () => {
    expect(await problem({}, 'Application/Problem+JSON; charset=utf-8')).toMatchObject({ code: 'invalid' });
  });
});

describe('the wait that an answer asks for', () => {
  test.each([
    ['30', {}, 30_000],
    ['0', {}, 0],
    [' 7 ', {}, 7_000],
    ['Mon, 01 Jan 2001 00:01:00 GMT', { date: 'Mon, 01 Jan 2001 00:00:00 GMT' }, 60_000],
    ['Mon, 01 Jan 2001 00:00:00 GMT', { date: 'Mon, 01 Jan 2001 00:01:00 GMT' }, 0],
    ['Mon, 01 Jan 2001 00:01:00 GMT', {}, 60_000],
    ['', {}, null],
    ['-5', {}, null],
    ['1e9', {}, null],
    ['soon', {}, null],
  ])('is seconds or a date by the sender’s clock: %j', async (wait, headers, ms) => {
    vi.setSystemTime('date' in headers ? '1999-01-01T00:00:00Z' : '2001-01-01T00:00:00Z');
    reply = () => answer('', { status: 429, headers: { 'retry-after': wait, ...headers } });
    expect((await problemOf(start())).retryAfterMs).toBe(ms);
  });

  test('of a month does not make the client ask all the time', async () => {
    isStarted = true;
    reply = () => answer('', { status: 503, headers: { 'retry-after': '2592000' } });
    const controller = new AbortController();
    const opened = await start();
    const followed = opened.follow({ signal: controller.signal }).next();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toBe(2);
    controller.abort();
    expect(await followed).toEqual({ done: true, value: undefined });
  });
});
