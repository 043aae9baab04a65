/** Access over HTTP: other origins, client keys, a service without the sandbox; and the audience of results. */
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Client, startTestService, type TestService } from '../support/service.ts';

const start = '/v1/email-verifications';
let service: TestService;
let client: Client;
const serveWith = (settings: Readonly<Record<string, string>>) => {
  beforeAll(async () => {
    service = await startTestService('PostgreSQL', settings);
    client = service.client;
  });
  afterAll(() => service.remove());
};

describe('other origins', () => {
  serveWith({
    CORS_ORIGINS: 'https://shop.example, http://localhost:5173, capacitor://localhost',
    ADMIN_KEYS: 'desk:a-key-that-only-admins-have',
  });
  const strangers = [
    'https://evil.example',
    'https://shop.example.evil.example',
    'http://shop.example',
    'https://shop.example:8443',
    'null',
    'tauri://localhost',
    'capacitor://evil.example',
  ];
  const preflight = (origin: string) =>
    client.call('OPTIONS', start, {
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,authorization,idempotency-key',
      },
    });

  test.each(['https://shop.example', 'http://localhost:5173', 'capacitor://localhost'])(
    '%s may call, send what calls need, and read what answers say',
    async (origin) => {
      const { status, headers } = await preflight(origin);
      expect([status, headers.get('access-control-allow-origin')]).toEqual([204, origin]);
      expect(headers.get('access-control-allow-methods')?.split(',')).toEqual(expect.arrayContaining(['GET', 'POST']));
      expect(headers.get('access-control-allow-headers')?.split(',')).toEqual(['content-type', 'authorization', 'idempotency-key']);
      const started = await client.post(start, { email: 'cors@example.com' }, { headers: { origin } });
      expect([started.status, started.headers.get('access-control-allow-origin')]).toEqual([201, origin]);
      const exposed = started.headers.get('access-control-expose-headers')?.split(',');
      expect(exposed).toEqual(expect.arrayContaining(['Location', 'Preference-Applied', 'Retry-After', 'Service-Time', 'X-Request-Id']));
    },
  );

  test('a refusal can be read too', async () => {
    const headers = { origin: 'https://shop.example' };
    const session = await client.verify('cors@example.com');
    const refused = await session.send('resend-code', {}, headers);
    const malformed = await client.post(start, {}, { headers });
    const unknown = await client.call('GET', '/v1/nothing', { headers });
    expect([refused.status, malformed.status, unknown.status]).toEqual([429, 400, 404]);
    for (const answer of [refused, malformed, unknown]) expect(answer.headers.get('access-control-allow-origin')).toBe(headers.origin);
  });

  test('so can a stream', async () => {
    const session = await client.verify('cors@example.com');
    await session.send('cancel');
    const headers = { origin: 'https://shop.example', authorization: `Bearer ${session.token}` };
    const stream = await fetch(`${client.url}${session.path}/stream`, { headers });
    await stream.text();
    expect([stream.status, stream.headers.get('access-control-allow-origin')]).toEqual([200, headers.origin]);
  });

  test.each(strangers)('%s may not read answers', async (origin) => {
    for (const answer of [await preflight(origin), await client.post(start, { email: 'cors@example.com' }, { headers: { origin } })]) {
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    }
  });

  test.each([
    '/admin/sessions',
    '/admin/audit',
    '/metrics',
    '/%6detrics',
    '/healthz',
    '/readyz',
    '/sandbox/messages',
    '/openapi.json',
    '/oauth/callback',
    '/callbacks/webhook/a/1/1',
    '/v1%2fme',
    '//v1/me',
    '/',
  ])('pages of the allowed origins read only the API: not %s', async (path) => {
    for (const method of ['GET', 'OPTIONS'])
      for (const name of ['origin', 'methods', 'headers', 'credentials']) {
        const headers = { origin: 'https://shop.example', 'access-control-request-method': 'GET' };
        const answer = await client.call(method, path, { headers });
        expect([method, name, answer.headers.get(`access-control-allow-${name}`)]).toEqual([method, name, null]);
      }
  });

  test.each(['/v1/workflows', '/v1/me', '/.well-known/jwks.json', '/assets/client/client.js'])('they do read %s', async (path) => {
    const { headers } = await client.call('GET', path, { headers: { origin: 'https://shop.example' } });
    expect(headers.get('access-control-allow-origin')).toBe('https://shop.example');
  });

  test('a cache keeps the answers to different origins apart', async () => {
    for (const origin of ['https://shop.example', 'https://evil.example']) {
      const { headers } = await client.call('GET', '/.well-known/jwks.json', { headers: { origin } });
      expect(headers.get('vary')?.split(/, */)).toContain('Origin');
    }
  });
});

describe('with client keys', () => {
  serveWith({ CLIENT_KEYS: 'web:first-key,app:second:key' });
  const starting = (headers: Readonly<Record<string, string>>) => client.post(start, { email: 'known@example.com' }, { headers });

  test.each(['first-key', 'second:key'])('a start with the key %s is let in', async (key) => {
    expect((await starting({ 'x-client-key': key })).status).toBe(201);
  });

  const wrong = ['', 'first', 'first-keys', 'FIRST-KEY', 'web', 'web:first-key', 'first-key,second:key'];
  test.each([{}, ...wrong.map((key) => ({ 'x-client-key': key })), { authorization: 'Bearer first-key' }])(
    'a start is refused, and nothing is sent: %j',
    async (headers) => {
      const sent = await client.messages('known@example.com');
      const { status, body } = await starting(headers);
      expect([status, body.code, body.detail]).toEqual([401, 'unauthenticated', expect.stringContaining('X-Client-Key')]);
      expect(await client.messages('known@example.com')).toEqual(sent);
    },
  );

  test('requests after a start need only the session’s token, and the client’s key does not replace it', async () => {
    const headers = { 'x-client-key': 'first-key' };
    const session = await client.verify('known@example.com', {}, headers);
    expect((await client.call('GET', session.path, { headers })).status).toBe(401);
    expect((await session.submit(await client.codeFor('known@example.com'))).body.outcome).toBe('verified');
    for (const path of ['/healthz', '/v1/workflows', '/.well-known/jwks.json']) expect((await client.get(path)).status).toBe(200);
  });

  test('the OpenAPI document requires a key for a start', async () => {
    const { body } = await client.get('/openapi.json');
    expect(JSON.stringify([body.paths[start].post, body.components]).toLowerCase()).toContain('x-client-key');
  });
});

describe('without the sandbox and without a mail server', () => {
  serveWith({ SANDBOX: 'false' });

  test.each([
    ['GET', '/sandbox/messages?to=jane@example.com'],
    ['GET', '/sandbox/clock'],
    ['POST', '/sandbox/clock'],
    ['POST', '/sandbox/delivery'],
    ['GET', '/sandbox/openid/.well-known/openid-configuration'],
    ['GET', '/sandbox/openid/authorize'],
    ['POST', '/sandbox/openid/token'],
  ])('%s %s does not exist', async (method, path) => {
    const answer = await client.call(method, path, method === 'POST' ? { body: { advance: 'PT90S' } } : {});
    expect([answer.status, answer.body.code]).toEqual([404, 'not-found']);
  });

  test('a start is refused as unavailable, with a time to retry', async () => {
    const answer = await client.post(start, { email: 'jane@example.com' });
    expect([answer.status, answer.body.code, answer.body.type]).toEqual([503, 'unavailable', `${service.publicUrl}/problems/unavailable`]);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect((await client.get('/readyz')).status).toBe(200);
  });

  test('neither the front page nor the OpenAPI document mentions the sandbox', async () => {
    for (const path of ['/', '/openapi.json']) expect(JSON.stringify((await client.get(path)).body)).not.toMatch(/sandbox/i);
  });
});

describe('with a public address and an audience', () => {
  const publicUrl = 'https://verify.example/base';
  serveWith({ PUBLIC_URL: `${publicUrl}/`, AUDIENCE: 'shop' });

  test('a result is verified with the published keys, and only for that audience from that issuer', async () => {
    const now = await client.freeze();
    const session = await client.verify('jane@example.com');
    const { token } = (await session.submit(await client.codeFor('jane@example.com'))).body.result;
    const keys = createRemoteJWKSet(new URL(`${client.url}/.well-known/jwks.json`));
    const check = (expected: { issuer?: string; audience?: string } = {}) =>
      jwtVerify(token, keys, { issuer: publicUrl, audience: 'shop', ...expected, currentDate: new Date(now) });
    const { payload } = await check();
    expect(payload).toMatchObject({ iss: publicUrl, aud: 'shop', sub: session.id, jti: session.id, email: 'jane@example.com' });
    expect([payload.iat, payload.exp]).toEqual([Math.floor(now / 1000), Math.floor(now / 1000) + 15 * 60]);
    for (const wrong of [{ audience: publicUrl }, { issuer: client.url }, { issuer: `${publicUrl}/` }])
      await expect(check(wrong)).rejects.toMatchObject({ code: 'ERR_JWT_CLAIM_VALIDATION_FAILED' });
  });

  test('the published keys have no private part', async () => {
    const { keys } = (await client.get('/.well-known/jwks.json')).body;
    expect(keys.map((key: object) => Object.keys(key).sort())).toEqual([
      ['alg', 'crv', 'kid', 'kty', 'use', 'x'],
      ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'],
    ]);
  });

  test('every answer tells browsers to use only https, for a year and for subdomains', async () => {
    for (const path of ['/', '/docs', '/healthz', '/nothing', '/v1/me', '/assets/site.css']) {
      const [, seconds = ''] =
        /^max-age=(\d+); includeSubDomains$/.exec((await client.get(path)).headers.get('strict-transport-security') ?? '') ?? [];
      expect([path, Number(seconds) >= 365 * 24 * 60 * 60]).toEqual([path, true]);
    }
  });

  test('a problem’s type is below the public address', async () => {
    expect((await client.get('/nothing')).body.type).toBe(`${publicUrl}/problems/not-found`);
  });
});
