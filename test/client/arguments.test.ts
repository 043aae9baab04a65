/** Arguments of the caller: those that no request can carry, and those that a header carries. The test plays the server. */
import { createClient } from 'verification-workflows/client';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';

const started = { id: 'id', workflow: 'email-verification', revision: 1, status: 'active' };

/** The headers of each request. */
let asked: Headers[];
const client = createClient('https://verify.example.com', {
  fetch: async (_, init) => {
    asked.push(new Headers(init?.headers));
    return Response.json(started);
  },
});
beforeEach(() => {
  asked = [];
});

describe('a request that cannot be sent', () => {
  test.each([
    ['a token', () => client.resume('email-verification', 'id', 'Łukasz')],
    ['a client key', () => createClient('https://verify.example.com', { clientKey: 'Ł' }).start('email-verification', { email: 'a' })],
    ['a key', () => client.start('email-verification', { email: 'a@example.com' }, { idempotencyKey: 'line\nbreak' })],
    ['a token with a control character', () => client.resume('email-verification', 'id', 'a\u0001b')],
    ['the name of an agent', () => client.resume('support-access', 'id', 'token', { agent: 'Sam\u007f' })],
    ['an address', () => createClient('verify.example.com').resume('email-verification', 'id', 'token')],
    ['an address that looks like a scheme', () => createClient('localhost:3000').resume('email-verification', 'id', 'token')],
    ['another scheme', () => createClient('ftp://verify.example.com').resume('email-verification', 'id', 'token')],
    ['a password in the address', () => createClient('https://a:b@verify.example.com').resume('email-verification', 'id', 'token')],
    ['a query in the address', () => createClient('https://verify.example.com/?a=b').resume('email-verification', 'id', 'token')],
    ['a fragment in the address', () => createClient('https://verify.example.com/#a').resume('email-verification', 'id', 'token')],
    [
      'a body',
      () =>
        client.start(
          'email-verification',
          JSON.parse('{}', () => ({ email: 1n })),
        ),
    ],
  ])('because of %s is reported as the TypeError that it is', async (_, send) => {
    await expect(Promise.resolve().then<unknown>(send)).rejects.toThrow(TypeError);
    expect(asked).toEqual([]);
  });
});

test.each(['', '/prefix', '../service'])('an address may be relative on a page: %j', async (base) => {
  const resume = () => createClient(base, { fetch: async () => Response.json(started) }).resume('email-verification', 'id', 'token');
  await expect(resume()).rejects.toThrow(TypeError);
  vi.stubGlobal('location', new URL('https://app.example/a/b'));
  onTestFinished(() => void vi.unstubAllGlobals());
  expect((await resume()).id).toBe('id');
});

test('the name of an agent is sent as UTF-8 bytes', async () => {
  await client.resume('support-access', 'id', 'token', { agent: 'Łukasz José 李' });
  expect(Buffer.from(asked[0]?.get('x-agent') ?? '', 'latin1').toString('utf8')).toBe('Łukasz José 李');
});

test('the key of the caller is sent', async () => {
  await client.start('email-verification', { email: 'jane@example.com' }, { idempotencyKey: 'a-key-that-was-kept-by-the-caller' });
  expect(asked[0]?.get('idempotency-key')).toBe('a-key-that-was-kept-by-the-caller');
});
