/** Repeated requests and streams of the client. The test plays the server, and sets the time. */
import { createClient, type Session } from 'verification-workflows/client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { problemOf } from './problem-of.ts';

interface Asked {
  readonly url: string;
  readonly key: string | null;
  readonly signal: AbortSignal | null | undefined;
}

type Reply = () => Response | Promise<Response>;

const started = {
  id: 'id',
  workflow: 'email-verification',
  revision: 1,
  status: 'active',
  state: 'codeActive.cooldown',
  sessionToken: 'token',
};
const json =
  (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  () =>
    new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
const problem = (code: string, status: number, headers: Record<string, string> = {}) =>
  json({ code, status, title: code, detail: code, type: 'about:blank' }, status, {
    'content-type': 'application/problem+json',
    ...headers,
  });
const nothing: Reply = () => Promise.reject(new TypeError('fetch failed'));

let asked: Asked[];
let replies: Reply[];

/** Never answers, until the caller aborts. */
const hanging: Reply = () =>
  new Promise((_, reject) => {
    const { signal } = asked.at(-1) ?? {};
    signal?.addEventListener('abort', () => reject(signal.reason));
  });

const client = createClient('https://verify.example.com/below/', {
  fetch: async (url, { headers, signal } = {}) => {
    asked.push({ url: String(url), key: new Headers(headers).get('idempotency-key'), signal });
    const reply = replies.shift();
    if (reply === undefined) throw new Error('Nobody was to ask');
    return reply();
  },
});
const start = (signal?: AbortSignal) =>
  client.start('email-verification', { email: 'jane@example.com' }, signal === undefined ? {} : { signal });

beforeEach(() => {
  asked = [];
  replies = [];
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('a request', () => {
  test.each([
    ['gets no answer', nothing, 300],
    ['is answered that the service cannot answer now', problem('unavailable', 503, { 'retry-after': '2' }), 2000],
    ['is answered by a proxy that finds no service', () => new Response('<h1>Bad gateway</h1>', { status: 502 }), 300],
    ['is answered by half of a body', () => new Response('{"id":', { status: 201 }), 300],
    ['is not answered in time', hanging, 15_300],
  ])('that %s is repeated a moment later, under the same key', async (_, reply, ms) => {
    replies = [reply, json(started)];
    const session = start();
    await vi.advanceTimersByTimeAsync(ms - 1);
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect((await session).token).toBe('token');
    expect(asked[0]?.url).toBe('https://verify.example.com/below/v1/email-verifications');
    expect(asked[1]).toEqual({ ...asked[0], signal: expect.any(AbortSignal) });
    expect(vi.getTimerCount()).toBe(0);
  });

  test('is sent at most three times', async () => {
    replies = [nothing, nothing, nothing, json(started)];
    const failure = problemOf(start());
    await vi.advanceTimersByTimeAsync(1300);
    expect((await failure).code).toBe('unreachable');
    expect(asked).toHaveLength(3);
  });

  test.each([
    [
      'wants to be left alone for longer',
      problem('unavailable', 503, { 'retry-after': '60' }),
      { code: 'unavailable', retryAfterMs: 60_000 },
    ],
    ['refuses it', problem('rate-limited', 429, { 'retry-after': '2' }), { code: 'rate-limited', retryAfterMs: 2000 }],
    ['fails inside', problem('internal-error', 500), { code: 'internal-error', retryAfterMs: null }],
    ['is another one', () => new Response('<h1>No</h1>', { status: 404 }), { code: 'unexpected-answer', status: 404, problem: null }],
  ])('is not repeated if the service %s', async (_, reply, expected) => {
    replies = [reply];
    expect(await problemOf(start())).toMatchObject(expected);
    expect(asked).toHaveLength(1);
  });

  test.each([
    ['under way', hanging],
    ['about to be sent again', nothing],
  ])('that is %s is aborted at once', async (_, reply) => {
    replies = [reply];
    const controller = new AbortController();
    const reason = new Error('The person left');
    const outcome = expect(start(controller.signal)).rejects.toBe(reason);
    await vi.advanceTimersByTimeAsync(100);
    controller.abort(reason);
    await outcome;
    expect([asked.length, vi.getTimerCount()]).toEqual([1, 0]);
  });

  test('that is aborted before it begins is not sent', async () => {
    const reason = new Error('The person left');
    await expect(start(AbortSignal.abort(reason))).rejects.toBe(reason);
    expect([asked.length, vi.getTimerCount()]).toEqual([0, 0]);
  });

  test('may wait without end', async () => {
    replies = [json(started)];
    const patient = createClient('https://verify.example.com', {
      timeoutMs: Number.POSITIVE_INFINITY,
      fetch: async (_, init) => {
        await new Promise((resolve) => setTimeout(resolve, 60_000));
        return init?.signal?.aborted ? hanging() : json(started)();
      },
    });
    const session = patient.start('email-verification', { email: 'jane@example.com' });
    await vi.advanceTimersByTimeAsync(60_000);
    expect((await session).token).toBe('token');
  });

  test('that is aborted during its last attempt rejects with the abort', async () => {
    replies = [nothing, nothing, hanging];
    const controller = new AbortController();
    const reason = new Error('The person left');
    const outcome = expect(start(controller.signal)).rejects.toBe(reason);
    await vi.advanceTimersByTimeAsync(1300);
    controller.abort(reason);
    await outcome;
    expect(asked).toHaveLength(3);
  });
});

describe('an event that comes after the end', () => {
  const refused = (session: object) => () =>
    new Response(JSON.stringify({ code: 'event-not-accepted', status: 409, title: 'x', detail: 'x', session }), {
      status: 409,
      headers: { 'content-type': 'application/problem+json' },
    });
  const ended = (outcome: string) => ({ ...started, revision: 2, status: 'done', state: outcome, outcome });
  const sent = async (event: 'submit-code' | 'resend-code' | 'cancel', session: object) => {
    replies = [json(started), refused(session)];
    const opened = await start();
    return { opened, answer: event === 'submit-code' ? opened.send(event, { code: '123456' }) : opened.send(event) };
  };

  test.each(['submit-code', 'resend-code'] as const)('that succeeded resolves with the success: %s', async (event) => {
    const { opened, answer } = await sent(event, ended('verified'));
    expect(await answer).toMatchObject({ status: 'done', outcome: 'verified' });
    expect(opened.current.outcome).toBe('verified');
  });

  test.each([
    ['a session that failed', 'submit-code', ended('cancelled')],
    ['a session that goes on', 'submit-code', { ...started, revision: 2, outcome: null }],
    ['another session', 'submit-code', { ...ended('verified'), id: 'another' }],
    ['a session that is to be cancelled', 'cancel', ended('verified')],
  ] as const)('stays refused for %s', async (_, event, session) => {
    const { answer } = await sent(event, session);
    expect(await problemOf(answer)).toMatchObject({ code: 'event-not-accepted', status: 409 });
  });
});

test('an outdated answer does not replace a newer state of the session', async () => {
  replies = [json(started), json({ ...started, revision: 3, state: 'expired' }), json({ ...started, revision: 2 })];
  const session = await start();
  await session.refresh();
  await session.refresh();
  expect(session.current.state).toBe('expired');
});

describe('a stream', () => {
  let session: Session<'email-verification'>;
  beforeEach(async () => {
    replies = [json(started)];
    session = await start();
    asked = [];
  });

  const encoder = new TextEncoder();
  const event = (revision: number, status = 'active') =>
    `: now 2001-01-01T00:00:00.000Z\nevent: session\ndata: {"revision":${revision},\ndata: "status":"${status}"}\n\n`;
  /** An answer of these parts, which then ends or stays open. */
  const stream =
    (parts: Iterable<Uint8Array>, ends = true) =>
    () =>
      new Response(
        new ReadableStream({
          start(controller) {
            for (const part of parts) controller.enqueue(part);
            if (ends) controller.close();
            else asked.at(-1)?.signal?.addEventListener('abort', () => controller.error(new Error('Aborted')));
          },
        }),
        { headers: { 'content-type': 'text/event-stream' } },
      );
  const follow = async () => {
    const revisions: number[] = [];
    for await (const { revision } of session.follow()) revisions.push(revision);
    return revisions;
  };

  test.each(['\n', '\r\n', '\r'])('is read whatever its parts are, with %j at the ends of its lines', async (end) => {
    const bytes = encoder.encode(`: é\n\n${event(2)}: beat\n\n${event(3, 'done')}`.replaceAll('\n', end));
    replies = [stream(Array.from(bytes, (byte) => Uint8Array.of(byte)))];
    expect(await follow()).toEqual([2, 3]);
    expect(client.now()).toEqual(new Date('2001-01-01T00:00:00.000Z'));
  });

  test('that ends, fails or cannot be opened is reopened with growing pauses, and repeats no event', async () => {
    replies = [
      stream([encoder.encode(event(2))]),
      nothing,
      problem('rate-limited', 429, { 'retry-after': '3' }),
      problem('unavailable', 503),
    ];
    replies.push(stream([encoder.encode(event(2) + event(1) + event(3, 'done'))]));
    const revisions = follow();
    const askedIn = async (ms: number) => {
      await vi.advanceTimersByTimeAsync(ms);
      return asked.length;
    };
    // Half a second, one second, the requested three, four: the client's own pauses are between half of it and the whole.
    expect([await askedIn(0), await askedIn(249), await askedIn(1), await askedIn(499), await askedIn(1), await askedIn(2999)]).toEqual([
      1, 1, 2, 2, 3, 3,
    ]);
    expect([await askedIn(1), await askedIn(1999), await askedIn(1)]).toEqual([4, 4, 5]);
    expect(await revisions).toEqual([2, 3]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('that is silent for long is taken for dead', async () => {
    replies = [stream([encoder.encode(event(2))], false), stream([encoder.encode(event(3, 'done'))])];
    const revisions = follow();
    await vi.advanceTimersByTimeAsync(39_999);
    expect(asked[0]?.signal?.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked[0]?.signal?.aborted).toBe(true);
    await vi.advanceTimersByTimeAsync(250);
    expect(await revisions).toEqual([2, 3]);
  });

  test('that cannot be opened for good ends with the reason', async () => {
    replies = [problem('not-found', 404)];
    expect(await problemOf(follow())).toMatchObject({ code: 'not-found' });
    expect(vi.getTimerCount()).toBe(0);
  });
});
