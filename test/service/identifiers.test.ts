/** Identifiers and headers as devices send them: ids in capitals, names beyond ASCII, long queries, origins in another spelling. */
import { connect } from 'node:net';
import { text as received } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EventReader } from '../support/event-reader.ts';
import { comeBack, decideAtSandbox, goToProvider, readyToLink, valueIn } from '../support/linking.ts';
import { type Client, startTestService, type TestService } from '../support/service.ts';

const key = 'a-key-of-the-support-desk-1';
const password = 'a quiet evening in Porto';
const reason = 'You wrote that no message arrives';

describe('identifiers and headers', () => {
  let service: TestService;
  let client: Client;
  beforeAll(async () => {
    service = await startTestService('PostgreSQL', {
      ADMIN_KEYS: `desk:${key}`,
      CORS_ORIGINS: 'HTTPS://Shop.Example:443/, http://[2001:DB8:0:0::1]:5173, https://dotted.example.',
    });
    client = service.client;
  });
  afterAll(() => service.remove());

  const account = async (email: string): Promise<{ id: string; deviceToken: string }> =>
    (await client.post('/sandbox/accounts', { email, password, trustedDevice: true })).body;
  const loggedIn = async (email: string): Promise<string> => {
    const login = await client.start('login-verifications', { email, password });
    return (await login.submit(await client.codeFor(email))).body.accessToken;
  };
  const capitals = (path: string) => path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, (id) => id.toUpperCase());

  describe('an id in capitals', () => {
    test('names its session on every route, and is answered in lower case', async () => {
      const session = await client.verify('capitals@example.com');
      const path = capitals(session.path);
      expect(path).not.toBe(session.path);
      const read = await client.get(path, session.token);
      expect([read.status, read.body.id]).toEqual([200, session.id]);
      expect((await client.get(`${path}/history`, session.token)).body.history).toEqual(await session.history());
      const stopping = new AbortController();
      const init = { headers: { authorization: `Bearer ${session.token}` }, signal: stopping.signal };
      const stream = new EventReader(await fetch(`${client.url}${path}/stream`, init));
      expect((await stream.next())?.data.id).toBe(session.id);
      stopping.abort();
      const headers = { 'idempotency-key': 'k'.repeat(30) };
      const code = await client.codeFor('capitals@example.com');
      const first = await client.post(`${path}/submit-code`, { code }, { token: session.token, headers });
      expect([first.status, first.body.id]).toEqual([200, session.id]);
      expect((await session.send('submit-code', { code }, headers)).body).toEqual(first.body);
    });

    test('names its account, its device and its support access', async () => {
      const { id } = await account('named@example.com');
      const agent = { token: key, headers: { 'x-agent': 'Sam' } };
      const asked = await client.post('/v1/support-accesses', { accountId: id.toUpperCase(), reason }, agent);
      expect([asked.status, asked.body.data.accountId]).toEqual([201, id]);
      expect((await client.call('GET', `/admin/accounts/${id.toUpperCase()}`, agent)).body.id).toBe(id);
      const ofAccount = await client.get(`/admin/sessions?accountId=${id.toUpperCase()}`, key);
      expect(ofAccount.body.sessions.map((each: { id: string }) => each.id)).toContain(asked.body.id);
      const audit = await client.get(`/admin/audit?accountId=${id.toUpperCase()}`, key);
      expect(audit.body.entries.map(({ action }: { action: string }) => action)).toContain('GET /admin/accounts/:id');
      expect((await client.post(capitals(`/admin/sessions/${asked.body.id}/cancel`), {}, { token: key })).status).toBe(200);
      expect((await client.post(`/admin/accounts/${id.toUpperCase()}/open-codes`, {}, { token: key })).status).toBe(204);
      for (const [route, body] of [
        ['block', { blocked: false }],
        ['wrong-passwords', { count: 0 }],
      ] as const)
        expect((await client.post(`/sandbox/accounts/${id.toUpperCase()}/${route}`, body)).status).toBe(200);
      const token = await loggedIn('named@example.com');
      const [device] = (await client.get('/v1/me/devices', token)).body.devices;
      expect((await client.call('DELETE', capitals(`/v1/me/devices/${device.id}`), { token })).status).toBe(204);
      for (const path of ['/v1/me/devices/%00', '/v1/me/devices/%ED%A0%80', '/v1/me/links/%00', '/v1/me/links/x'])
        expect([path, (await client.call('DELETE', path, { token })).status]).toEqual([path, 404]);
      expect((await client.post('/sandbox/accounts/%00/block', { blocked: false })).status).toBe(404);
      const changed = await client.post(`/sandbox/accounts/${id.toUpperCase()}/password`, { password: 'a loud morning in Faro' });
      expect(changed.status).toBe(204);
      const { id: sessionId } = await client.verify('reported@example.com');
      expect((await client.report(sessionId.toUpperCase(), 'undelivered')).status).toBe(200);
    });

    test.each(['not-an-id', '{0193a3c1-5f6e-7b2d-9c4a-1e2f3a4b5c6d}'])('is refused if it is none: %s', async (id) => {
      const asked = await client.post('/v1/support-accesses', { accountId: id, reason }, { token: key, headers: { 'x-agent': 'Sam' } });
      expect([asked.status, asked.body.errors[0].path]).toEqual([400, '/accountId']);
    });
  });

  describe('the name of an agent', () => {
    const bytes = (name: string) => Buffer.from(name, 'utf8').toString('latin1');
    const ask = (accountId: string, name: string) =>
      client.post('/v1/support-accesses', { accountId, reason }, { token: key, headers: { 'x-agent': name } });

    test.each([
      ['Łukasz', [bytes('Łukasz'), "UTF-8''%C5%81ukasz", '%C5%81ukasz', `=?UTF-8?B?${Buffer.from('Łukasz').toString('base64')}?=`]],
      ['José', [bytes('José'), 'Jos\u00e9', bytes('Jose\u0301'), "iso-8859-1'es'Jos%E9", "utf-8''Jos%c3%a9", '=?iso-8859-1?Q?Jos=E9?=']],
      ['李 明', [bytes('李 明'), bytes('  李 明  '), "UTF-8'zh'%E6%9D%8E%20%E6%98%8E", '=?utf-8?q?=E6=9D=8E_=E6=98=8E?=']],
      ['100% Sam', ['100% Sam']],
    ])('is one name however it is sent: %s', async (name, forms) => {
      const email = `${encodeURIComponent(name).replaceAll('%', '')}@example.com`.toLowerCase();
      const { id } = await account(email);
      const asked = await ask(id, forms[0] ?? '');
      expect([asked.status, asked.body.data?.agent]).toEqual([201, name]);
      const granted = await client.post(`/v1/support-accesses/${asked.body.id}/grant`, { minutes: 60 }, { token: await loggedIn(email) });
      expect(granted.body.state).toBe('granted');
      for (const form of forms) {
        const seen = await client.call('GET', `/admin/accounts/${id}`, { token: key, headers: { 'x-agent': form } });
        expect([form, seen.body.email]).toEqual([form, email]);
      }
      expect((await client.messages(email)).some(({ text }) => text.includes(name))).toBe(true);
    });

    test('is refused with control characters however they are sent, and beyond 100 characters', async () => {
      const { id } = await account('controls@example.com');
      for (const name of ["UTF-8''a%0Ab", 'a%00b', '=?utf-8?q?a=0D=0Ab?=', 'x'.repeat(101)])
        expect((await ask(id, name)).body.code).toBe('invalid-request');
      expect((await ask(id, bytes('😀'.repeat(100)))).status).toBe(201);
    });
  });

  test('the callback takes an answer of eight thousand characters, once, and refuses a longer one', async () => {
    const setup = await readyToLink(client, 'long-answer@example.com');
    const address = await decideAtSandbox(client, await goToProvider(setup, 'sandbox'), 'long@example.org');
    const filled = (length: number) => `${address}&session_state=${'a'.repeat(length - new URL(address).search.length - 15)}`;
    expect((await comeBack(client, filled(8194))).status).toBe(400);
    const page = await comeBack(client, filled(8193));
    expect([page.status, valueIn(page)]).toEqual([200, expect.any(String)]);
    const again = await comeBack(client, filled(8193));
    expect([again.status, valueIn(again), again.body]).toEqual([200, null, expect.stringContaining('Your answer was received')]);
  });

  /** The status line of an answer, for requests that `fetch` does not send. */
  const statusOf = async (request: string): Promise<string> => {
    const { hostname, port } = new URL(client.url);
    const socket = connect(Number(port), hostname);
    socket.write(`${request}\r\n\r\n`);
    return (await received(socket)).split('\r\n', 1)[0] ?? '';
  };

  test.each([
    ['LOCALHOST:3000', 200],
    ['[::1]:3000', 200],
    ['verify.example.', 200],
    ['xn--a.example', 200],
    ['two words', 400],
    ['[::1', 400],
  ])('a host is no part of the address: %s', async (host, status) => {
    const last = `HTTP/1.1\r\nhost: ${host}\r\nconnection: close`;
    expect(await statusOf(`GET /sandbox/messages?to=jane@example.com ${last}`)).toContain(` ${status} `);
    // Without an answer of a provider, the page says that the link is no longer valid.
    expect(await statusOf(`GET /oauth/callback?state=x ${last}`)).toContain(' 400 ');
    expect(await statusOf(`GET /sandbox/openid/authorize?client_id=x ${last}`)).toContain(' 400 ');
  });

  test('a health check by HTTP/1.0 needs no host', async () => {
    expect(await statusOf('GET /readyz HTTP/1.0')).toContain(' 200 ');
  });

  test('a plus in the query of the inbox is a plus', async () => {
    await client.verify('jane+test@example.com');
    for (const to of ['jane+test@example.com', 'jane%2Btest@example.com', 'jane%2btest%40EXAMPLE.com', 'jane%20test@example.com'])
      expect([to, (await client.get(`/sandbox/messages?to=${to}`)).body.messages.length]).toEqual([to, 1]);
    await client.start('phone-verifications', { phone: '+33612345690' });
    for (const to of ['+33612345690', '%2B33612345690', '+33%206%2012%2034%2056%2090'])
      expect([to, (await client.get(`/sandbox/messages?to=${to}`)).body.messages.length]).toEqual([to, 1]);
  });

  test.each([
    ['https://shop.example', true],
    ['https://shop.example.', true],
    ['https://SHOP.example:443', true],
    ['http://[2001:db8::1]:5173', true],
    ['https://dotted.example', true],
    ['https://dotted.example.', true],
    ['https://shop.example:8443', false],
    ['http://shop.example', false],
    ['http://[2001:db8::1]', false],
    ['https://shop.example.evil.example', false],
    ['null', false],
  ])('an origin is compared by its meaning: %s', async (origin, isAllowed) => {
    const { headers } = await client.call('GET', '/v1/workflows', { headers: { origin } });
    expect(headers.get('access-control-allow-origin')).toBe(isAllowed ? origin : null);
  });
});
