/** Bad input gets a precise 4xx, and changes and counts nothing. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, type Client, quickDatabase, startTestService, type TestService, type TestSession } from '../support/service.ts';

const email = 'target@example.com';
const start = '/v1/email-verifications';

describe('bad input', () => {
  let service: TestService;
  let client: Client;
  let session: TestSession;
  let before: unknown;
  beforeAll(async () => {
    service = await startTestService(quickDatabase);
    client = service.client;
    await client.freeze();
    session = await client.verify(email);
    before = [await session.read(), await session.history(), await client.messages(email)];
  });
  afterAll(() => service.remove());

  const raw = async (
    path: string,
    body: string | ReadableStream,
    headers: Record<string, string> = {},
    more: object = {},
  ): Promise<Answer> => {
    const init = {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${session.token}`, ...headers },
      ...more,
    };
    const response = await fetch(client.url + path, init);
    return { status: response.status, headers: response.headers, body: await response.json() };
  };

  const expectProblem = async (answer: Answer, status: number, code: string) => {
    expect([answer.status, answer.body.code, answer.body.status, answer.body.type]).toEqual([
      status,
      code,
      status,
      `${service.publicUrl}/problems/${code}`,
    ]);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect([await session.read(), await session.history(), await client.messages(email)]).toEqual(before);
    const page = await client.get(`/problems/${code}`);
    expect([page.status, page.body]).toEqual([200, expect.stringContaining(code)]);
  };

  const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
  test.each([
    ['no JSON', '{"code":'],
    ['a list', '["123456"]'],
    ['null', 'null'],
    ['a number', '123456'],
    ['no code', '{}'],
    ['five digits', '{"code":"12345"}'],
    ['seven digits', '{"code":"1234567"}'],
    ['five digits and a letter', '{"code":"12345x"}'],
    ['six digits in circles', '{"code":"①②③④⑤⑥"}'],
    ['a number with a sign', '{"code":"+123456"}'],
    ['with a control character inside', '{"code":"123\\u0007456"}'],
    ['a number for a code', '{"code":123456}'],
    ['an unknown field', '{"code":"123456","trust":true}'],
    ['a prototype', '{"code":"123456","__proto__":{}}'],
    ['a deeply nested value', `{"code":${deep}}`],
    ['a code that comes twice', '{"code":"123456","code":"654321"}'],
    ['a code that comes twice, once in other words', '{"code":"123456","\\u0063ode":"123456"}'],
    ['followed by something', '{"code":"123456"}{}'],
    ['marked as UTF-16', '\ufeff\ufeff{"code":"123456"}'],
    ['half a surrogate pair', '{"code":"\\ud800"}'],
  ])('a submitted code that is %s is an invalid request', async (_, body) => {
    const answer = await raw(`${session.path}/submit-code`, body);
    await expectProblem(answer, 400, 'invalid-request');
    expect(answer.body.errors.length).toBeGreaterThan(0);
  });

  test.each([
    ['without an address', {}],
    ['with a number for an address', { email: 5 }],
    ['with two addresses', { email: ['a@example.com', 'b@example.com'] }],
    ['without a domain', { email: 'jane' }],
    ['with a look-alike at sign', { email: 'jane＠example.com' }],
    ['with a line break in the address', { email: 'jane@example.com\nbcc: x@example.com' }],
    ['with a second address behind a comma', { email: 'jane@example.com,eve@example.com' }],
    ['with an address that is too long', { email: `${'a'.repeat(250)}@example.com` }],
    ['with a control character in the device name', { email, device: { name: 'Phone\u0007' } }],
    ['with a line break in the device type', { email, device: { type: 'Phone\r\nX-Evil: 1' } }],
    ['with a device name that is too long', { email, device: { name: 'x'.repeat(61) } }],
    ['with an unknown field of the device', { email, device: { colour: 'red' } }],
    ['with a NUL in the device name', { email, device: { name: 'Phone\0' } }],
    ['with half a character in the device name', { email, device: { name: 'Phone\ud800' } }],
    ['with a locale that is none', { email, locale: '../../etc' }],
    ['with an unknown field', { email, admin: true }],
  ])('a start %s is an invalid request', async (_, body) => {
    await expectProblem(await client.post(start, body), 400, 'invalid-request');
  });

  test.each(['xstate.done.actor.deliverCode', 'xstate.init', 'SUBMIT_CODE', 'submit_code', '__proto__', 'constructor', 'no-such-event'])(
    'there is no event %s',
    async (event) => {
      await expectProblem(await session.send(event), 404, 'not-found');
    },
  );

  test.each([`${start}/00000000-0000-7000-8000-000000000000`, `${start}/1`, `${start}/%00`, '/v1/no-such-things', '/nothing'])(
    'there is nothing at %s',
    async (path) => {
      await expectProblem(await client.get(path, session.token), 404, 'not-found');
    },
  );

  test('the token of another session is rejected', async () => {
    const other = await client.verify('other@example.com');
    for (const token of [other.token, `${session.token}x`, session.token.slice(1), 'x', undefined]) {
      for (const path of [session.path, `${session.path}/history`, `${session.path}/stream`]) {
        await expectProblem(await client.get(path, token), 401, 'unauthenticated');
      }
      await expectProblem(await client.post(`${session.path}/cancel`, {}, token === undefined ? {} : { token }), 401, 'unauthenticated');
    }
    await expectProblem(
      await client.call('GET', session.path, { headers: { authorization: `Basic ${session.token}` } }),
      401,
      'unauthenticated',
    );
  });

  test('two megabytes are too much, with or without a content length', async () => {
    const large = JSON.stringify({ code: '1'.repeat(2 * 1024 * 1024) });
    await expectProblem(await raw(`${session.path}/submit-code`, large), 413, 'body-too-large');
    const stream = new ReadableStream({
      start(controller) {
        for (let sent = 0; sent < large.length; sent += 65_536)
          controller.enqueue(new TextEncoder().encode(large.slice(sent, sent + 65_536)));
        controller.close();
      },
    });
    await expectProblem(await raw(`${session.path}/submit-code`, stream, {}, { duplex: 'half' }), 413, 'body-too-large');
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp'])(
    'a body of type %s is not supported',
    async (type) => {
      await expectProblem(
        await raw(`${session.path}/submit-code`, '{"code":"123456"}', { 'content-type': type }),
        415,
        'unsupported-media-type',
      );
    },
  );

  test.each([
    [{ advance: 'PT-5S' }],
    [{ advance: 'P1M' }],
    [{ advance: 'P100000D' }],
    [{ advance: 90 }],
    [{ set: '2001-01-01T00:00:00Z' }],
    [{ set: 'tomorrow' }],
    [{ freeze: 'yes' }],
    [{ freeze: true, reset: true }],
    [{ reset: false }],
    [{}],
  ])('the clock refuses %j', async (body) => {
    await expectProblem(await client.post('/sandbox/clock', body), 400, 'invalid-request');
  });

  test('an idempotency key that is too short to be secret, or no text, is an invalid request', async () => {
    await expectProblem(await client.post(start, { email }, { headers: { 'idempotency-key': 'short' } }), 400, 'invalid-request');
    await expectProblem(await session.send('cancel', {}, { 'idempotency-key': 'x'.repeat(129) }), 400, 'invalid-request');
  });
});
