/** The service with Twilio: messages that it accepts, refuses, accepts twice or loses, and its later reports. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { account, signedForm, startTwilio, type TwilioRequest, type TwilioServer } from '../delivery/twilio-server.ts';
import { startWebhook, type WebhookServer, webhookSecret } from '../delivery/webhook-server.ts';
import { testOnce } from '../support/describe-once.ts';
import { type Client, databaseKinds, startTestService, type TestService, type TestSession } from '../support/service.ts';

const publicUrl = 'https://verify.acme.example';

const codeIn = (request: TwilioRequest | undefined) => /\b\d{6}\b/.exec(request?.form['Body'] ?? '')?.[0] ?? expect.fail('no code');

const settingsOf = (twilio: TwilioServer, webhook: WebhookServer) => ({
  TWILIO_ACCOUNT_SID: account.accountSid,
  TWILIO_AUTH_TOKEN: account.authToken,
  TWILIO_FROM: '+14155550100',
  TWILIO_API_URL: twilio.url,
  WEBHOOK_URL: webhook.url,
  WEBHOOK_SECRET: webhookSecret,
});

describe.each(databaseKinds)('on %s', (kind) => {
  let twilio: TwilioServer;
  let webhook: WebhookServer;
  let service: TestService;
  let client: Client;

  beforeAll(async () => {
    [twilio, webhook] = await Promise.all([startTwilio(), startWebhook()]);
    service = await startTestService(kind, { ...settingsOf(twilio, webhook), PUBLIC_URL: publicUrl });
    client = service.client;
    await client.freeze();
  });
  afterAll(() => Promise.all([service.remove(), twilio.stop(), webhook.stop()]));

  let phone = '';
  let numbers = 0;
  beforeEach(() => {
    numbers += 1;
    phone = `+336123456${String(numbers).padStart(2, '0')}`;
    for (const list of [twilio.requests, twilio.answers, webhook.requests, webhook.answers]) list.length = 0;
  });

  const start = (channel: 'sms' | 'voice' = 'sms', more: Readonly<Record<string, unknown>> = {}): Promise<TestSession> =>
    client.start('phone-verifications', { phone, channel, ...more });

  /** Advances the clock past the longest back-off. */
  const nextAttempt = () => client.clock({ advance: 'PT35S' });

  /** Reports like Twilio, to the address in the request. */
  async function report(request: TwilioRequest | undefined, form: Readonly<Record<string, string>>, token?: string) {
    const url = request?.form['StatusCallback'] ?? expect.fail('no callback');
    const { headers, body } = signedForm(url, { ...form, To: phone }, token);
    const answer = await fetch(client.url + url.slice(publicUrl.length), { method: 'POST', headers, body });
    return answer.status;
  }

  test('a text message arrives in the person’s language, with a line for the phone, and its code verifies', async () => {
    const session = await start('sms', { locale: 'de-CH' });
    expect(twilio.requests[0]?.form['Body']).toMatch(/^\d{6} ist Ihr Code für Example\..*\n\n@verify\.acme\.example #\d{6}$/s);
    expect(session.created.state).toBe('codeActive.cooldown');
    expect((await session.submit(codeIn(twilio.requests[0]))).body.outcome).toBe('verified');
  });

  test('a call says the code twice, digit by digit, and the code verifies', async () => {
    const session = await start('voice', { locale: 'es' });
    const twiml = twilio.requests[0]?.form['Twiml'] ?? '';
    const spoken = [...twiml.matchAll(/(?:\d, ){5}\d/g)].map(([digits]) => digits.replaceAll(', ', ''));
    expect(twiml).toContain('<Say language="es-ES">');
    expect(spoken).toEqual([spoken[0], spoken[0]]);
    expect((await session.submit(spoken[0] ?? '')).body.outcome).toBe('verified');
  });

  test('a message whose answer was lost is sent again with the same code, key and address for reports', async () => {
    twilio.answers.push({ kind: 'drop' });
    const session = await start();
    expect(session.created.state).toBe('codeActive.delivering');
    await nextAttempt();
    const [first, second] = twilio.requests;
    expect({ ...second, sid: null }).toEqual({ ...first, sid: null });
    expect(webhook.requests).toEqual([]);
    expect(await session.read()).toMatchObject({ state: 'codeActive.cooldown', data: { sendsLeft: session.created.data.sendsLeft } });
    expect((await session.submit(codeIn(first))).body.outcome).toBe('verified');
  });

  test('a message that Twilio certainly did not accept goes to the next provider at once, with the same code', async () => {
    twilio.answers.push({ kind: 'refuse', status: 401, code: 20003 });
    const session = await start();
    expect(session.created.state).toBe('codeActive.cooldown');
    const { data } = JSON.parse(webhook.requests[0]?.body ?? '{}');
    expect(data).toMatchObject({ channel: 'sms', to: phone, code: codeIn(twilio.requests[0]) });
    expect(webhook.requests[0]?.headers['webhook-id']).toBe(twilio.requests[0]?.idempotencyToken);
    expect((await session.submit(data.code)).body.outcome).toBe('verified');
  });

  test('a refused number shows at once, and the person can be called instead, with the same code', async () => {
    twilio.answers.push({ kind: 'refuse', status: 400, code: 21635 });
    const session = await start();
    expect(session.created.state).toBe('codeActive.deliveryFailed');
    expect((await session.send('switch-channel', { channel: 'voice' })).body.state).toBe('codeActive.cooldown');
    const digits = /(?:\d, ){5}\d/.exec(twilio.requests[1]?.form['Twiml'] ?? '')?.[0].replaceAll(', ', '');
    expect(digits).toBe(codeIn(twilio.requests[0]));
    expect(webhook.requests).toEqual([]);
  });

  test.each([
    ['sms', { MessageStatus: 'undelivered', ErrorCode: '30003' }, 'undelivered'],
    ['voice', { CallStatus: 'busy' }, 'busy'],
    ['voice', { CallStatus: 'no-answer' }, 'no-answer'],
  ] as const)('a report of Twilio’s about an %s, %o, shows at once with its reason', async (channel, form, failure) => {
    const session = await start(channel);
    expect(await report(twilio.requests[0], form)).toBe(204);
    expect(await session.read()).toMatchObject({ state: 'codeActive.deliveryFailed', data: { deliveryFailure: failure } });
  });

  test('reports that arrived, are forged, repeated, or about an earlier send change nothing', async () => {
    const session = await start();
    const { revision } = session.created;
    expect(await report(twilio.requests[0], { MessageStatus: 'sent' })).toBe(204);
    expect(await report(twilio.requests[0], { MessageStatus: 'delivered' })).toBe(204);
    expect(await report(twilio.requests[0], { MessageStatus: 'undelivered' }, 'e'.repeat(32))).toBe(401);
    expect(await session.read()).toMatchObject({ revision, state: 'codeActive.cooldown' });

    expect(await report(twilio.requests[0], { MessageStatus: 'undelivered' })).toBe(204);
    expect((await session.send('switch-channel', { channel: 'voice' })).body.state).toBe('codeActive.cooldown');
    const { revision: called } = await session.read();
    expect(await report(twilio.requests[0], { MessageStatus: 'undelivered' })).toBe(204);
    expect(await report(twilio.requests[0], { MessageStatus: 'failed' })).toBe(204);
    expect(await session.read()).toMatchObject({ revision: called, state: 'codeActive.cooldown', data: { deliveryFailure: null } });
  });

  test('a report about one message is invalid for another: Twilio signs the address too', async () => {
    const [session] = [await start(), await start('voice')];
    const [first, second] = twilio.requests.map(({ form }) => form['StatusCallback'] ?? '');
    const { headers, body } = signedForm(second ?? '', { CallStatus: 'busy' });
    const answer = await fetch(client.url + (first ?? '').slice(publicUrl.length), { method: 'POST', headers, body });
    expect([answer.status, (await session.read()).state]).toEqual([401, 'codeActive.cooldown']);
  });

  test('reports about unknown messages are answered so that they are not repeated', async () => {
    const url = `${publicUrl}/callbacks/twilio/01930000-0000-7000-8000-000000000000/1/1`;
    const post = async (address: string) => {
      const { headers, body } = signedForm(url, { MessageStatus: 'failed' });
      return (await fetch(client.url + address.slice(publicUrl.length), { method: 'POST', headers, body })).status;
    };
    expect(await post(url)).toBe(204);
    expect(await post(url.replace('twilio', 'other'))).toBe(404);
    expect(await post(url.replace('twilio', '__proto__'))).toBe(404);
  });
});

testOnce('a provider that fails repeatedly is set aside, and the next one gets every message', async () => {
  const [twilio, webhook] = await Promise.all([startTwilio(), startWebhook()]);
  const service = await startTestService('PostgreSQL', settingsOf(twilio, webhook));
  twilio.answers.push(...Array.from({ length: 5 }, () => ({ kind: 'refuse', status: 429, code: 20429 }) as const));
  for (let index = 0; index < 8; index += 1) {
    const session = await service.client.start('phone-verifications', { phone: `+3361234567${index}`, channel: 'sms' });
    expect(session.created.state).toBe('codeActive.cooldown');
  }
  expect([twilio.requests.length, webhook.requests.length]).toEqual([5, 8]);
  // This address is not reachable from outside, so no report is requested.
  expect(twilio.requests[0]?.form).not.toHaveProperty('StatusCallback');
  await Promise.all([service.remove(), twilio.stop(), webhook.stop()]);
});
