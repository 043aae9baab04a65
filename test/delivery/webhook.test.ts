import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { DeliveryResult, Provider } from '../../src/delivery/message.ts';
import { type WebhookOptions, webhookProvider } from '../../src/delivery/webhook.ts';
import { readWebhookReport } from '../../src/delivery/webhook-report.ts';
import { unusedPort } from './mail-server.ts';
import { asEmail, codeMessage } from './messages.ts';
import { signedReport, startWebhook, type WebhookServer, webhookSecret } from './webhook-server.ts';

const now = Date.UTC(2026, 0, 1, 12, 0, 5);
const callback = 'https://verify.acme.example/callbacks/webhook/session/1/1';

let server: WebhookServer;
beforeEach(async () => {
  server = await startWebhook();
});
afterEach(() => server.stop());

function webhook(changes: Partial<WebhookOptions> = {}): Provider {
  const provider = webhookProvider({
    url: server.url,
    secret: webhookSecret,
    callbackUrl: () => callback,
    now: () => now,
    timeoutMs: 60_000,
    ...changes,
  });
  onTestFinished(() => provider.close());
  return provider;
}

function send(provider: Provider, signal = new AbortController().signal): Promise<DeliveryResult> {
  return provider.send(codeMessage, asEmail(codeMessage), signal);
}

const answerWith =
  (status: number, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    void response.writeHead(status, headers).end('about robin@example.com');

test('the receiver gets a complete, signed request, under the id of the send', async () => {
  expect(await send(webhook())).toEqual({ outcome: 'accepted' });
  const [request] = server.requests;
  expect(request?.genuine).toBe(true);
  expect(request?.headers).toMatchObject({
    'content-type': 'application/json',
    'webhook-id': codeMessage.key,
    'webhook-timestamp': String(now / 1000),
  });
  const { subject, text, html } = asEmail(codeMessage);
  expect(JSON.parse(request?.body ?? '')).toEqual({
    type: 'code.send',
    timestamp: '2026-01-01T12:00:05.000Z',
    data: {
      channel: 'email',
      to: codeMessage.to,
      code: codeMessage.code,
      subject,
      text,
      html,
      language: 'en',
      locale: codeMessage.locale,
      expiresAt: '2026-01-01T00:40:00.000Z',
      workflow: 'email-verification',
      sessionId: codeMessage.sessionId,
      reportTo: callback,
    },
  });
});

test('a receiver with another secret rejects the request', async () => {
  await send(webhook({ secret: `whsec_${Buffer.alloc(32, 8).toString('base64')}` }));
  expect(server.requests[0]?.genuine).toBe(false);
});

describe('an answer', () => {
  test.each<[number, Record<string, string>, DeliveryResult]>([
    [200, {}, { outcome: 'accepted' }],
    [202, {}, { outcome: 'accepted' }],
    [301, { location: 'http://127.0.0.1:9/' }, { outcome: 'unavailable', sent: 'no', reason: 'the webhook is not ready (301)' }],
    [400, {}, { outcome: 'rejected', reason: 'the webhook refused the message (400)' }],
    [422, {}, { outcome: 'rejected', reason: 'the webhook refused the message (422)' }],
    [401, {}, { outcome: 'unavailable', sent: 'no', reason: 'the webhook refused the signature, check WEBHOOK_SECRET (401)' }],
    [410, {}, { outcome: 'unavailable', sent: 'no', reason: 'nothing takes messages at this address, check WEBHOOK_URL (410)' }],
    [404, {}, { outcome: 'unavailable', sent: 'no', reason: 'nothing takes messages at this address, check WEBHOOK_URL (404)' }],
    [
      404,
      { 'retry-after': '3' },
      {
        outcome: 'unavailable',
        sent: 'no',
        reason: 'nothing takes messages at this address, check WEBHOOK_URL (404)',
        retryAfterMs: 3_000,
      },
    ],
    [405, {}, { outcome: 'unavailable', sent: 'no', reason: 'nothing takes messages at this address, check WEBHOOK_URL (405)' }],
    [409, {}, { outcome: 'unavailable', sent: 'no', reason: 'the webhook is not ready (409)' }],
    [413, {}, { outcome: 'unavailable', sent: 'no', reason: 'the webhook is not ready (413)' }],
    [408, {}, { outcome: 'unavailable', sent: 'unknown', reason: 'the webhook is not ready (408)' }],
    [
      429,
      { 'retry-after': '3' },
      { outcome: 'unavailable', sent: 'no', reason: 'the webhook asks for fewer requests (429)', retryAfterMs: 3_000 },
    ],
    [425, { 'retry-after': '0' }, { outcome: 'unavailable', sent: 'no', reason: 'the webhook is not ready (425)' }],
    [
      502,
      { 'retry-after': 'Thu, 01 Jan 2026 12:00:09 GMT' },
      { outcome: 'unavailable', sent: 'unknown', reason: 'the webhook is not ready (502)', retryAfterMs: 4_000 },
    ],
    [500, {}, { outcome: 'unavailable', sent: 'unknown', reason: 'the webhook is not ready (500)' }],
    [503, { 'retry-after': 'soon' }, { outcome: 'unavailable', sent: 'unknown', reason: 'the webhook is not ready (503)' }],
  ])('of %i %o', async (status, headers, expected) => {
    server.answers.push(answerWith(status, headers));
    expect(await send(webhook())).toEqual(expected);
    expect(server.requests).toHaveLength(1);
  });

  test('that is late leaves open whether the message was sent', async () => {
    server.answers.push(() => {});
    expect(await send(webhook({ timeoutMs: 50 }))).toEqual({
      outcome: 'unavailable',
      sent: 'unknown',
      reason: 'no answer from the webhook (UND_ERR_HEADERS_TIMEOUT)',
    });
  });

  test('with an endless body blocks no connection and no other message', async () => {
    const open: ServerResponse[] = [];
    const dribble = (response: ServerResponse) => {
      response.writeHead(200).write('.');
      open.push(response);
    };
    const provider = webhook();
    // More requests than connections.
    const messages = Array.from({ length: 200 }, () => send(provider));
    server.answers.push(...messages.map(() => dribble));
    const results = await Promise.all(messages);
    expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['accepted']));
    await provider.close();
    await vi.waitFor(() => expect(open.every(({ destroyed, closed }) => destroyed || closed)).toBe(true), { timeout: 10_000 });
  });

  test('that waits in the queue ends when its attempt is aborted', async () => {
    const provider = webhook();
    server.answers.push(...Array.from({ length: 128 }, () => () => {}));
    const hanging = Array.from({ length: 128 }, () => new AbortController());
    const before = hanging.map(({ signal }) => send(provider, signal));
    await server.received(128);
    const waiting = new AbortController();
    const result = send(provider, waiting.signal);
    waiting.abort();
    expect(await result).toMatchObject({ outcome: 'unavailable', reason: 'given up before the webhook answered' });
    for (const attempt of hanging) attempt.abort();
    await Promise.all(before);
  });

  test('lost with the connection leaves open whether the message was sent; the retry is the same', async () => {
    server.answers.push((response) => response.destroy());
    const provider = webhook();
    expect(await send(provider)).toMatchObject({ outcome: 'unavailable', sent: 'unknown' });
    expect(await send(provider)).toEqual({ outcome: 'accepted' });
    const [first, second] = server.requests;
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(second?.body).toBe(first?.body);
  });

  test('from no server means that nothing was sent', async () => {
    expect(await send(webhook({ url: `http://127.0.0.1:${await unusedPort()}` }))).toEqual({
      outcome: 'unavailable',
      sent: 'no',
      reason: 'no connection to the webhook (ECONNREFUSED)',
    });
  });

  test('is not awaited after the attempt is aborted', async () => {
    server.answers.push(() => {});
    const controller = new AbortController();
    const attempt = send(webhook(), controller.signal);
    await server.received(1);
    controller.abort();
    expect(await attempt).toEqual({ outcome: 'unavailable', sent: 'unknown', reason: 'given up before the webhook answered' });
  });
});

describe('a report', () => {
  const read = ({ headers, body }: { headers: Record<string, string>; body: string }) =>
    readWebhookReport(webhookSecret, { headers: new Headers(headers), body });
  const report = (status: unknown) => ({ type: 'code.report', data: { status } });

  test.each([
    ['undelivered', 'undelivered'],
    ['busy', 'busy'],
    ['no-answer', 'no-answer'],
    ['delivered', null],
    ['something new', null],
    [null, null],
  ])('of %s means the failure %s', (status, failure) => {
    expect(read(signedReport(report(status), Date.now()))).toEqual({ failure });
  });

  test.each([
    null,
    1,
    'text',
    {},
    { type: 'code.report' },
    { type: 'code.report', data: null },
    { type: 'other', data: { status: 'busy' } },
  ])('of another kind has no effect: %j', (content) => {
    expect(read(signedReport(content, Date.now()))).toEqual({ failure: null });
  });

  test('that was changed on its way is forged', () => {
    const { headers } = signedReport(report('delivered'), Date.now());
    expect(read({ headers, body: JSON.stringify(report('busy')) })).toBe('forged');
  });

  test('that is six minutes old is forged: it is a replay, or was held back', () => {
    expect(read(signedReport(report('busy'), Date.now() - 6 * 60_000))).toBe('forged');
  });

  test('without a signature is forged', () => {
    expect(read({ headers: {}, body: JSON.stringify(report('busy')) })).toBe('forged');
  });
});

test('an address in a private network gets no request, unless the operator allows it', async () => {
  expect(await send(webhook({ url: 'http://10.255.255.1/send' }))).toEqual({
    outcome: 'unavailable',
    sent: 'no',
    reason: 'WEBHOOK_URL leads to an address of a private network: allow it with ALLOW_PRIVATE=webhook, or correct the address',
  });
});
