/** The client over a connection that loses answers and breaks streams: no request is lost, and none is executed twice. */
import { createClient, type Client as ServiceClient } from 'verification-workflows/client';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type LosingProxy, startLosingProxy } from '../support/losing-proxy.ts';
import { otherThan, quickDatabase, startTestService, type TestService } from '../support/service.ts';
import { problemOf } from './problem-of.ts';

describe('over a connection that loses answers', () => {
  let service: TestService;
  let proxy: LosingProxy;
  let client: ServiceClient;
  beforeAll(async () => {
    service = await startTestService(quickDatabase);
    proxy = await startLosingProxy(service.client.url);
    client = createClient(proxy.url);
    await service.client.freeze();
  });
  afterEach(() => proxy.lose(0));
  afterAll(async () => {
    await proxy?.close();
    await service?.remove();
  });

  /** The keys of the requests to addresses with this ending, in order. */
  const keysTo = (ending: string) => proxy.passed.filter(({ path }) => path.endsWith(ending)).map(({ idempotencyKey }) => idempotencyKey);

  test.each(['before', 'within'] as const)('a start whose answer is lost %s its body starts one session, and is answered', async (when) => {
    const email = `start-${when}@example.com`;
    const before = proxy.passed.length;
    proxy.lose(2, when);
    const session = await client.start('email-verification', { email });
    expect(session.current.state).toBe('codeActive.cooldown');
    expect((await session.refresh()).revision).toBe(session.current.revision);
    expect(await service.client.messages(email)).toHaveLength(1);
    const starts = proxy.passed.slice(before).filter(({ method }) => method === 'POST');
    expect(starts.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(new Set(starts.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
    expect(starts[0]?.idempotencyKey).toMatch(/^[0-9a-f]{48}$/);
  });

  test('a guess whose answer is lost counts once, and a further guess counts again', async () => {
    const email = 'guess@example.com';
    const session = await client.start('email-verification', { email });
    const wrong = otherThan(await service.client.codeFor(email));
    proxy.lose(1);
    expect(await problemOf(session.send('submit-code', { code: wrong }))).toMatchObject({ code: 'wrong-code', attemptsLeft: 4 });
    expect(await problemOf(session.send('submit-code', { code: wrong }))).toMatchObject({ code: 'wrong-code', attemptsLeft: 3 });
    const [first, again, other] = keysTo(`${session.id}/submit-code`);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  test('a caller without an answer gets an error, and may repeat the request under the same key', async () => {
    const email = 'unreachable@example.com';
    const idempotencyKey = 'kept-by-whoever-wants-to-ask-again';
    proxy.lose(3);
    expect(await problemOf(client.start('email-verification', { email }, { idempotencyKey }))).toMatchObject({
      code: 'unreachable',
      status: 0,
      problem: null,
      cause: expect.any(Error),
    });
    await client.start('email-verification', { email }, { idempotencyKey });
    expect(await service.client.messages(email)).toHaveLength(1);
  });

  test('a broken stream is resumed, and neither misses nor repeats an event', async () => {
    const session = await client.start('email-verification', { email: 'stream@example.com' });
    const states: string[] = [];
    for await (const { state, status } of session.follow()) {
      states.push(state);
      if (status === 'active') expect(proxy.breakStreams()).toBe(1);
      // Events while no client listens are sent to the client that returns.
      if (state === 'codeActive.cooldown') await service.client.clock({ advance: 'PT90S' });
      if (state === 'codeActive.resendable') await session.send('cancel');
    }
    expect(states).toEqual(['codeActive.cooldown', 'codeActive.resendable', 'cancelled']);
  });

  test('a stream is closed in each way in which a caller can stop following', async () => {
    const session = await client.start('email-verification', { email: 'left@example.com' });
    const open = () => proxy.breakStreams();
    for await (const { state } of session.follow()) {
      expect(state).toBe('codeActive.cooldown');
      break;
    }
    await expect.poll(open).toBe(0);

    const controller = new AbortController();
    const seen: string[] = [];
    for await (const { state } of session.follow({ signal: controller.signal })) {
      seen.push(state);
      controller.abort();
    }
    expect(seen).toEqual(['codeActive.cooldown']);
    await expect.poll(open).toBe(0);
    for await (const _ of session.follow({ signal: AbortSignal.abort() })) expect.fail('It was given up before it began');
  });

  test('an aborted request is not repeated', async () => {
    const controller = new AbortController();
    const reason = new Error('The person left');
    controller.abort(reason);
    const before = proxy.passed.length;
    const { signal } = controller;
    await expect(client.start('email-verification', { email: 'given-up@example.com' }, { signal })).rejects.toBe(reason);
    expect(proxy.passed).toHaveLength(before);
  });
});
