/** The headers of every answer, and the answers for operators and tools. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Client, otherThan, quickDatabase, startTestService, type TestService } from '../support/service.ts';
import { registry, workflows } from '../support/workflows.ts';

const start = '/v1/email-verifications';
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;

let service: TestService;
let client: Client;
beforeAll(async () => {
  service = await startTestService(quickDatabase);
  client = service.client;
  await client.freeze();
});
afterAll(() => service.remove());

describe('every answer', () => {
  const requests: readonly (readonly [string, number, () => Promise<Response>])[] = [
    ['a start', 201, () => post(start, '{"email":"headers@example.com"}')],
    ['a body that is refused', 400, () => post(start, '{')],
    ['a session without its token', 401, async () => fetch(`${client.url}${(await client.verify('headers@example.com')).path}`)],
    ['nothing', 404, () => fetch(`${client.url}/nothing`)],
    ['a body that is too large', 413, () => post(start, `"${'x'.repeat(70_000)}"`)],
    ['a method that is not there', 404, () => fetch(`${client.url}/healthz`, { method: 'DELETE' })],
    ['a stream', 200, () => openStream()],
    ...['/', '/docs', '/problems', '/openapi.json', '/healthz', '/readyz', '/metrics', '/v1/workflows', '/sandbox/messages'].map(
      (path) => [path, 200, () => fetch(client.url + path)] as const,
    ),
  ];
  const post = (path: string, body: string) =>
    fetch(client.url + path, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
  const openStream = async () => {
    const session = await client.verify('headers@example.com');
    await session.send('cancel');
    return fetch(`${client.url}${session.path}/stream`, { headers: { authorization: `Bearer ${session.token}` } });
  };

  test.each(requests)('cannot be framed, sniffed, cached or tracked by referrer: %s', async (path, status, request) => {
    const response = await request();
    await response.text();
    const header = (name: string) => response.headers.get(name);
    expect(response.status).toBe(status);
    expect(header('content-security-policy')).toMatch(/^default-src 'none';.*frame-ancestors 'none'$/);
    expect(header('content-security-policy')).not.toMatch(/unsafe|\*|https?:/);
    expect([header('x-frame-options'), header('x-content-type-options'), header('referrer-policy')]).toEqual([
      'DENY',
      'nosniff',
      'no-referrer',
    ]);
    // The play page opens a provider's page, and receives a message from its tab.
    const opener = path === '/' ? 'same-origin-allow-popups' : 'same-origin';
    expect([header('cross-origin-opener-policy'), header('cross-origin-resource-policy')]).toEqual([opener, 'same-origin']);
    expect([header('cache-control'), header('x-powered-by'), header('server')]).toEqual(['no-store', null, null]);
    expect(header('access-control-allow-origin')).toBeNull();
    // At an http:// address browsers would ignore the header.
    expect(header('strict-transport-security')).toBeNull();
    expect(header('x-request-id')).toMatch(uuid);
  });

  test('except the public keys, which are the same for all readers and may be cached', async () => {
    expect((await client.get('/.well-known/jwks.json')).headers.get('cache-control')).toMatch(/^public, max-age=\d+$/);
  });

  test('assets of a page are revalidated each time, so that all are of one version', async () => {
    for (const path of [
      '/assets/site.css',
      '/assets/play/main.js',
      '/assets/play/page.css',
      '/assets/vendor/lit-html.js',
      '/assets/vendor/directives/repeat.js',
    ]) {
      const { headers } = await client.get(path);
      expect([path, headers.get('cache-control'), headers.get('etag')]).toEqual([path, 'public, no-cache', expect.any(String)]);
    }
  });
});

describe('the request id', () => {
  const answered = async (given: string, path = '/healthz') =>
    (await client.call('GET', path, { headers: { 'x-request-id': given } })).headers.get('x-request-id');

  test.each(['abc-123', 'A_b=', '0193e8a0-0000-7000-8000-000000000001', 'x'.repeat(255)])(
    'is the caller’s where it is sane: %s',
    async (given) => {
      expect(await answered(given)).toBe(given);
      expect(await answered(given, '/nothing')).toBe(given);
    },
  );

  test.each(['', 'a b', 'a"b', 'a,b', '<script>', 'jane@example.com', 'é', 'a;b=c', 'x'.repeat(256)])(
    'is a new one where it is not: %s',
    async (given) => {
      expect(await answered(given)).toMatch(uuid);
    },
  );

  test('differs for every request', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => client.get('/healthz')));
    expect(new Set(answers.map(({ headers }) => headers.get('x-request-id'))).size).toBe(20);
  });
});

test('the service reports that it is alive and ready', async () => {
  expect((await client.get('/healthz')).body).toEqual({ status: 'alive' });
  expect((await client.get('/readyz')).body).toEqual({ status: 'ready' });
});

describe('the metrics', () => {
  const own = async () =>
    String((await client.get('/metrics')).body)
      .split('\n')
      .filter((line) => line.startsWith('verification_'));
  const countIn = (lines: readonly string[], series: string) =>
    Number(lines.find((line) => line.startsWith(`${series} `))?.split(' ')[1] ?? 0);

  /** Requests of every kind that metrics count: a whole verification, refusals, and unknown addresses. */
  const traffic = async (name: string) => {
    const email = `${name}@example.com`;
    const session = await client.verify(
      email,
      { device: { type: name, name } },
      { 'x-request-id': name, 'idempotency-key': name.repeat(8) },
    );
    const code = await client.codeFor(email);
    await session.submit(otherThan(code));
    await session.submit('nonsense');
    await session.send('resend-code');
    await session.send(name);
    await session.read();
    await session.history();
    await client.get(`${session.path}?${name}=${email}`, name);
    await session.submit(code);
    await (await fetch(`${client.url}${session.path}/stream`, { headers: { authorization: `Bearer ${session.token}` } })).text();
    for (const path of [
      `/${name}`,
      `/v1/${name}`,
      `${start}/${name}`,
      `${start}/${crypto.randomUUID()}`,
      `/problems/${name}`,
      `/docs/${name}`,
    ])
      await client.get(path);
    for (const method of ['PUT', 'OPTIONS', 'HEAD']) await client.call(method, `/v1/${name}/${name}`);
    return [session.id, session.token, code, otherThan(code)];
  };

  test('are Prometheus text, about the process and about the service', async () => {
    const { headers, body } = await client.get('/metrics');
    expect(headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    for (const name of ['process_cpu_seconds_total', 'nodejs_eventloop_lag_seconds', 'verification_waiting_requests'])
      expect(body).toMatch(new RegExp(`^${name} [0-9.e+-]+$`, 'm'));
  });

  test('count steps, refusals, deliveries and answers', async () => {
    const counted = [
      'verification_session_steps_total{workflow="email-verification",event="start",to="codeActive.delivering",refusal=""}',
      'verification_session_steps_total{workflow="email-verification",event="SUBMIT_CODE",to="verified",refusal=""}',
      'verification_session_steps_total{workflow="email-verification",event="SUBMIT_CODE",to="codeActive.cooldown",refusal="wrong-code"}',
      'verification_task_attempts_total{task="deliverCode",outcome="done"}',
      `verification_http_request_duration_seconds_count{method="POST",route="${start}",status="201"}`,
      `verification_http_request_duration_seconds_count{method="GET",route="${start}/:id",status="401"}`,
    ];
    const before = await own();
    await traffic('counted');
    const after = await own();
    for (const series of counted) expect([series, countIn(after, series) - countIn(before, series)]).toEqual([series, 1]);
    expect(countIn(after, 'verification_waiting_requests')).toBe(0);
  });

  test('do not grow with the number of callers, and name none', async () => {
    const seriesOf = (lines: readonly string[]) => lines.map((line) => line.slice(0, line.lastIndexOf(' '))).sort();
    await traffic('anna');
    const before = await own();
    const secrets = [...(await traffic('bert')), ...(await traffic('carla'))];
    const after = await own();
    expect(seriesOf(after)).toEqual(seriesOf(before));
    const text = after.join('\n');
    for (const secret of [...secrets.filter((part) => part.length > 6), 'anna', 'bert', 'carla', '@', '%40'])
      expect(text).not.toContain(secret);
    expect(text).not.toMatch(uuid);
  });
});

test('the workflows are listed with their states and events', async () => {
  const { body } = await client.get('/v1/workflows');
  expect(body.workflows).toHaveLength(registry.length);
  for (const [index, { name, version, description, collection, events }] of workflows.latest().entries()) {
    const listed = body.workflows[index];
    expect(listed).toMatchObject({ name, version, description, href: `/v1/${collection}` });
    expect(listed.events.map(({ type }: { type: string }) => type.toUpperCase().replaceAll('-', '_'))).toEqual(Object.keys(events));
    for (const event of listed.events)
      expect(event).toMatchObject({
        type: expect.stringMatching(/^[a-z-]+$/),
        description: expect.any(String),
        sender: expect.stringMatching(/^(holder|owner|agent|provider)$/),
      });
    for (const state of listed.states)
      expect(state).toMatchObject({ state: expect.stringMatching(/^[\w.]+$/), final: expect.any(Boolean) });
  }
  const states = Object.fromEntries(body.workflows[0].states.map((state: { state: string }) => [state.state, state]));
  expect(states).toMatchObject({
    'codeActive.cooldown': { description: expect.any(String), screen: expect.any(String), final: false },
    expired: { final: false },
    verified: { screen: 'done', final: true },
    abandoned: { final: true },
  });
});
