import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { type DeliveryResult, type NoticeMessage, type Provider, type RenderedMessage, reportable } from '../../src/delivery/message.ts';
import { type TwilioOptions, twilioSms, twilioVoice } from '../../src/delivery/twilio.ts';
import { readTwilioReport } from '../../src/delivery/twilio-report.ts';
import { unusedPort } from './mail-server.ts';
import { textMessage } from './messages.ts';
import { account, signedForm, startTwilio, type TwilioAnswer, type TwilioServer } from './twilio-server.ts';

const never = new AbortController().signal;
const text: RenderedMessage = { subject: null, text: '042917 est votre code.\n\n@acme.example #042917', html: null, language: 'fr' };
const spoken: RenderedMessage = { ...text, text: 'Votre code est : 0, 4, 2, 9, 1, 7. <&' };
const callback = 'https://verify.acme.example/callbacks/twilio/session/1/1';

let server: TwilioServer;
beforeEach(async () => {
  server = await startTwilio();
});
afterEach(() => server.stop());

function options(changes: Partial<TwilioOptions> = {}): TwilioOptions {
  const now = () => Date.UTC(2026, 0, 1);
  // Longer than vitest's own limit, so that a test that waits for it fails by that.
  return { ...account, from: '+14155550100', apiUrl: server.url, callbackUrl: () => callback, now, timeoutMs: 60_000, ...changes };
}

function sms(changes: Partial<TwilioOptions> = {}): Provider {
  const provider = twilioSms(options(changes));
  onTestFinished(() => provider.close());
  return provider;
}

describe('a text message that Twilio accepts', () => {
  test('is one request with the text, the sender, the credentials and the address for reports', async () => {
    expect(await sms().send(textMessage, text, never)).toEqual({ outcome: 'accepted' });
    expect(server.requests).toMatchObject([
      {
        resource: 'Messages',
        form: { To: textMessage.to, From: '+14155550100', Body: text.text, StatusCallback: callback },
        authorization: `Basic ${Buffer.from(`${account.accountSid}:${account.authToken}`).toString('base64')}`,
      },
    ]);
  });

  test('comes from a messaging service if one is configured', async () => {
    const from = `MG${'0'.repeat(32)}`;
    await sms({ from }).send(textMessage, text, never);
    expect(server.requests[0]?.form).toMatchObject({ MessagingServiceSid: from });
    expect(server.requests[0]?.form).not.toHaveProperty('From');
  });

  test.each(['MGM Grand', '12345', 'Acme'])('comes from a name or a short code: %s', async (from) => {
    await sms({ from }).send(textMessage, text, never);
    expect(server.requests[0]?.form).toMatchObject({ From: from });
    expect(server.requests[0]?.form).not.toHaveProperty('MessagingServiceSid');
  });

  test('may be a notice, whose arrival no session waits for', async () => {
    const { code: _, confirms, expiresAt, validForMs, codeNumber, sendNumber, ...message } = textMessage;
    const about = { notice: 'seat-held', details: {}, instead: null, agent: null, reason: null, at: expiresAt, link: null };
    const notice: NoticeMessage = { ...message, ...about, kind: 'notice', code: null };
    expect(await sms({ callbackUrl: (sent) => (reportable(sent) === null ? null : callback) }).send(notice, text, never)).toEqual({
      outcome: 'accepted',
    });
    expect(server.requests[0]?.form).toMatchObject({ To: textMessage.to, Body: text.text });
    expect(server.requests[0]?.form).not.toHaveProperty('StatusCallback');
  });

  test('requests no reports if no address can receive them', async () => {
    await sms({ callbackUrl: () => null }).send(textMessage, text, never);
    expect(server.requests[0]?.form).not.toHaveProperty('StatusCallback');
  });

  test('carries the key of its send, the same for every attempt, also beside other sends under way', async () => {
    const provider = sms();
    const others = Array.from({ length: 20 }, (_, index) => ({ ...textMessage, key: `key-${index}`, to: `+336000000${index + 10}` }));
    await Promise.all([textMessage, textMessage, ...others].map((message) => provider.send(message, text, new AbortController().signal)));
    const keys = new Map(server.requests.map(({ form, idempotencyToken }) => [form['To'], idempotencyToken]));
    expect(keys.get(textMessage.to)).toBe(textMessage.key);
    for (const { to, key } of others) expect(keys.get(to)).toBe(key);
  });
});

describe('a call that Twilio accepts', () => {
  test('speaks the text in its language, rings for half a minute and reports its end', async () => {
    const provider = twilioVoice(options());
    onTestFinished(() => provider.close());
    expect(await provider.send({ ...textMessage, channel: 'voice' }, spoken, never)).toEqual({ outcome: 'accepted' });
    expect(server.requests).toMatchObject([
      {
        resource: 'Calls',
        form: { To: textMessage.to, From: '+14155550100', Timeout: '30', StatusCallback: callback, StatusCallbackEvent: 'completed' },
        idempotencyToken: textMessage.key,
      },
    ]);
    expect(server.requests[0]?.form['Twiml']).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><Response><Say language="fr-FR">Votre code est : 0, 4, 2, 9, 1, 7. &lt;&amp;</Say></Response>',
    );
  });

  test.each([
    ['en', 'en-US'],
    ['es', 'es-ES'],
    ['de', 'de-DE'],
    ['it', 'it-IT'],
  ])('is spoken in the voice of the language %s', async (language, voice) => {
    const provider = twilioVoice(options());
    onTestFinished(() => provider.close());
    await provider.send(textMessage, { ...spoken, language }, never);
    expect(server.requests[0]?.form['Twiml']).toContain(`language="${voice}"`);
  });
});

describe('a refusal', () => {
  const aboutNumber = (numbers: string): DeliveryResult => ({
    outcome: 'unavailable',
    sent: 'no',
    reason: `Twilio’s account may not reach this number, check its permissions (${numbers})`,
    about: 'recipient',
  });
  const unavailable = (sent: 'no' | 'unknown', reason: string, retryAfterMs?: number): DeliveryResult =>
    retryAfterMs === undefined ? { outcome: 'unavailable', sent, reason } : { outcome: 'unavailable', sent, reason, retryAfterMs };

  test.each<[string, Omit<Extract<TwilioAnswer, { kind: 'refuse' }>, 'kind'>, DeliveryResult]>([
    [
      'a number that is none',
      { status: 400, code: 21211 },
      { outcome: 'rejected', reason: 'Twilio: the number is not valid (400, 21211)' },
    ],
    [
      'a recipient who opted out',
      { status: 400, code: 21610 },
      { outcome: 'rejected', reason: 'Twilio: the recipient has opted out (400, 21610)' },
    ],
    ['a landline', { status: 400, code: 21635 }, { outcome: 'rejected', reason: 'Twilio: the number is a landline (400, 21635)' }],
    ['a premium number', { status: 400, code: 21202 }, { outcome: 'rejected', reason: 'Twilio: the number is a premium one (400, 21202)' }],
    ['a premium line', { status: 400, code: 21268 }, { outcome: 'rejected', reason: 'Twilio: the number is a premium one (400, 21268)' }],
    ['a short code', { status: 400, code: 21265 }, { outcome: 'rejected', reason: 'Twilio: the number is a short code (400, 21265)' }],
    [
      'its own number',
      { status: 400, code: 21266 },
      { outcome: 'rejected', reason: 'Twilio: the number is the sender’s own (400, 21266)' },
    ],
    ['a country that the account may not send to', { status: 403, code: 21408 }, aboutNumber('403, 21408')],
    ...[21215, 21216, 21219, 21608, 21612].map((code): [string, { status: number; code: number }, DeliveryResult] => [
      `the account and this number (${code})`,
      { status: 400, code },
      aboutNumber(`400, ${code}`),
    ]),
    ['a sender of somebody else', { status: 400, code: 21606 }, unavailable('no', 'Twilio refused the request (400, 21606)')],
    [
      'a wrong token',
      { status: 401, code: 20003 },
      unavailable('no', 'Twilio refused the login, check the account and its token (401, 20003)'),
    ],
    ['too many requests', { status: 429, code: 20429 }, unavailable('no', 'Twilio asks for fewer requests (429, 20429)')],
    [
      'too many requests, with a time',
      { status: 429, code: 20429, headers: { 'retry-after': '7' } },
      unavailable('no', 'Twilio asks for fewer requests (429, 20429)', 7_000),
    ],
    [
      'too many requests, with a date',
      { status: 429, code: 20429, headers: { 'retry-after': 'Thu, 01 Jan 2026 00:00:09 GMT' } },
      unavailable('no', 'Twilio asks for fewer requests (429, 20429)', 9_000),
    ],
    ['an outage', { status: 503 }, unavailable('unknown', 'Twilio is not ready (503)')],
    ['a mistake of its own', { status: 500 }, unavailable('unknown', 'Twilio is not ready (500)')],
  ])('because of %s is not repeated, and quotes nothing', async (_case, refusal, expected) => {
    server.answers.push({ kind: 'refuse', ...refusal });
    expect(await sms().send(textMessage, text, never)).toEqual(expected);
    expect(server.requests).toHaveLength(1);
  });
});

describe('no answer', () => {
  test('because nothing listens means that nothing was sent', async () => {
    const provider = sms({ apiUrl: `http://127.0.0.1:${await unusedPort()}` });
    expect(await provider.send(textMessage, text, never)).toEqual({
      outcome: 'unavailable',
      sent: 'no',
      reason: 'no connection to Twilio (ECONNREFUSED)',
    });
  });

  test('is awaited for a while', async () => {
    let answer = () => {};
    const until = new Promise<void>((resolve) => {
      answer = resolve;
    });
    server.answers.push({ kind: 'slow', until });
    const attempt = sms().send(textMessage, text, never);
    await server.received(1);
    answer();
    expect(await attempt).toEqual({ outcome: 'accepted' });
  });

  test('in time leaves open whether the message was sent', async () => {
    server.answers.push({ kind: 'hang' });
    expect(await sms({ timeoutMs: 50 }).send(textMessage, text, never)).toEqual({
      outcome: 'unavailable',
      sent: 'unknown',
      reason: 'no answer from Twilio (ECONNABORTED)',
    });
  });

  test('after a broken connection leaves open whether the message was sent; the retry is the same', async () => {
    server.answers.push({ kind: 'drop' });
    const provider = sms();
    expect(await provider.send(textMessage, text, never)).toEqual({
      outcome: 'unavailable',
      sent: 'unknown',
      reason: 'no answer from Twilio (ECONNRESET)',
    });
    expect(await provider.send(textMessage, text, never)).toEqual({ outcome: 'accepted' });
    const [first, second] = server.requests;
    expect({ ...second, sid: null }).toEqual({ ...first, sid: null });
  });

  test('ends at once when the attempt is aborted', async () => {
    server.answers.push({ kind: 'hang' });
    const controller = new AbortController();
    const attempt = sms().send(textMessage, text, controller.signal);
    await server.received(1);
    controller.abort();
    expect(await attempt).toEqual({ outcome: 'unavailable', sent: 'unknown', reason: 'given up before Twilio answered' });
  });

  test('is awaited by closing, after which nothing is sent', async () => {
    server.answers.push({ kind: 'hang' });
    const provider = sms();
    const controller = new AbortController();
    const attempt = provider.send(textMessage, text, controller.signal);
    await server.received(1);
    let closed = false;
    const closing = provider.close().then(() => {
      closed = true;
    });
    await new Promise(setImmediate);
    expect(closed).toBe(false);
    controller.abort();
    await Promise.all([attempt, closing]);
    expect(await provider.send(textMessage, text, never)).toMatchObject({ outcome: 'unavailable', sent: 'no' });
    expect(server.requests).toHaveLength(1);
  });
});

describe('a report', () => {
  const read = (form: Readonly<Record<string, string>>, changes: { token?: string; url?: string; body?: string } = {}) => {
    const signed = signedForm(callback, form, changes.token);
    return readTwilioReport(account.authToken, {
      url: changes.url ?? callback,
      headers: new Headers(signed.headers),
      body: changes.body ?? signed.body,
    });
  };

  test.each([
    ['MessageStatus', 'undelivered', 'undelivered'],
    ['MessageStatus', 'failed', 'undelivered'],
    ['MessageStatus', 'queued', null],
    ['MessageStatus', 'sent', null],
    ['MessageStatus', 'delivered', null],
    ['CallStatus', 'busy', 'busy'],
    ['CallStatus', 'no-answer', 'no-answer'],
    ['CallStatus', 'failed', 'undelivered'],
    ['CallStatus', 'canceled', 'undelivered'],
    ['CallStatus', 'completed', null],
    ['CallStatus', 'something new', null],
  ])('of the %s %s means the failure %s', (name, status, failure) => {
    expect(read({ [name]: status, To: '+33612345678', ErrorCode: '30003' })).toEqual({ failure });
  });

  test('with the signature of another account is forged', () => {
    expect(read({ MessageStatus: 'undelivered' }, { token: 'e'.repeat(32) })).toBe('forged');
  });

  test('with the signature for another send is forged', () => {
    expect(read({ MessageStatus: 'undelivered' }, { url: callback.replace('/1/1', '/1/2') })).toBe('forged');
  });

  test('that was changed on its way is forged', () => {
    expect(read({ MessageStatus: 'delivered' }, { body: 'MessageStatus=undelivered' })).toBe('forged');
  });

  test('without a signature is forged', () => {
    expect(readTwilioReport(account.authToken, { url: callback, headers: new Headers(), body: 'CallStatus=busy' })).toBe('forged');
  });
});
