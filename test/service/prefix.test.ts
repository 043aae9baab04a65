/** A service under a prefix: every address in its answers leads to the service, whether its host removes the prefix or not. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routedUnder } from '../../src/http/addresses.ts';
import { startingApp } from '../../src/http/monitoring/starting.ts';
import { builtInModules } from '../../src/modules/built-in.ts';
import { defineModule } from '../../src/modules/module.ts';
import { createService, type Service } from '../../src/service/service.ts';
import { goodPassword } from '../../src/testing/participants/password.ts';
import { AddressWalk, addressesIn } from '../support/address-walk.ts';
import { type Json, quickDatabase, type TestDatabase, testDatabase } from '../support/service.ts';

const host = 'https://app.example';
const silent = () => {};

/** A page of another module. */
const guestbook = defineModule({
  name: 'guestbook',
  routes: (_, { addressOf }) => [{ app: new Hono().get('/guestbook', (c) => c.html(`<a href="${addressOf('/docs')}">API</a>`)) }],
});

interface Asked {
  readonly body?: unknown;
  readonly form?: Readonly<Record<string, string>>;
  readonly token?: string;
}

/** The service as its clients reach it. */
class Mounted {
  readonly url: string;
  readonly walk: AddressWalk;
  readonly #ask: (request: Request) => Promise<Response>;

  constructor(url: string, ask: (request: Request) => Promise<Response>) {
    this.url = url;
    this.#ask = ask;
    this.walk = new AddressWalk(ask, url);
  }

  /** @param address a path of the service, or any address in its answers */
  async call(method: string, address: string, { body, form, token }: Asked = {}): Promise<Response> {
    const headers = {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    const sent = form === undefined ? JSON.stringify(body) : new URLSearchParams(form);
    return this.#ask(new Request(new URL(address, `${this.url}/`), { method, headers, body: sent ?? null }));
  }

  at(path: string): string {
    return this.url + path;
  }

  async json(method: string, address: string, asked: Asked = {}): Promise<Json> {
    return (await this.call(method, address, asked)).json();
  }

  async start(collection: string, body: unknown): Promise<Json> {
    return this.json('POST', this.at(`/v1/${collection}`), { body });
  }

  async messages(to: string): Promise<Json[]> {
    return (await this.json('GET', this.at(`/sandbox/messages?to=${to}`))).messages;
  }

  async code(to: string): Promise<string> {
    return (await this.messages(to)).find(({ code }) => code !== null)?.code;
  }
}

/** Ways in which an application passes requests on: Hono and Express remove the prefix, a route of Next.js does not. */
const hosts = {
  'a host that removes it': (mounted: Service) => {
    const app = new Hono();
    app.get('/', (c) => c.text('the application'));
    app.mount('/verify', mounted.fetch);
    return async (request: Request) => app.fetch(request);
  },
  'a host that keeps it': (mounted: Service) => (request: Request) => mounted.fetch(request),
};

let database: TestDatabase;
let service: Service;
/** The host through which the service reaches its own provider. */
let server: Server;
let origin: string;
beforeAll(async () => {
  database = await testDatabase(quickDatabase);
  server = createServer((...asked) => service.handle(...asked));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const config = { ...database.environment, PUBLIC_URL: `${origin}/verify`, ADMIN_KEYS: 'desk:a-key-that-opens-every-route' };
  service = await createService({ modules: [...builtInModules(), guestbook], config });
  await service.start();
});
afterAll(async () => {
  await service.stop();
  server.closeAllConnections();
  server.close();
  await database.remove();
});

describe.each(Object.entries(hosts))('under a prefix, with %s', (name, mount) => {
  let mounted: Mounted;
  beforeAll(() => {
    mounted = new Mounted(`${origin}/verify`, mount(service));
  });
  const person = (who: string) => `${who}.${name.length}@example.com`;

  test.each([
    '',
    '/',
    '/docs',
    '/diagrams',
    '/problems',
    '/sandbox/templates',
    '/unlock?token=x',
    '/oauth/callback?state=x',
    '/v1/workflows',
    '/guestbook',
  ])('the page at “%s” and everything it links to exist', async (path) => {
    await mounted.walk.from(mounted.at(path));
  });

  test('the pages load their scripts, styles and pictures, and link each other', () => {
    expect(mounted.walk.visited).toEqual(
      expect.arrayContaining([
        '/assets/site.css',
        '/assets/play/main.js',
        '/assets/play/machines/email-verification.json',
        '/assets/vendor/lit-html.js',
        '/assets/client/client.js',
        '/assets/client/generated/workflow-routes.js',
        '/assets/diagrams/address.js',
        '/assets/diagrams/theme.js',
        '/docs/swagger-ui-bundle.js',
        '/openapi.json',
        '/diagrams/account-setup.svg',
        '/?workflow=phone-verification',
        '/diagrams?workflow=phone-verification',
        '/problems/wrong-code',
        '/sandbox/templates/43',
        '/v1/workflows',
      ]),
    );
  });

  test('each path of the OpenAPI document is a route below its server', async () => {
    const { servers, paths } = await mounted.json('GET', mounted.at('/openapi.json'));
    expect(servers).toEqual([{ url: mounted.url }]);
    for (const [path, methods] of Object.entries<Json>(paths)) {
      for (const method of Object.keys(methods)) {
        const address = servers[0].url + path.replaceAll(/\{[^}]*\}/g, '019b7a3e-5c00-7d3a-8f21-6b0c9e4d1a57');
        const asked = method === 'post' ? { body: { advance: 'never' } } : {};
        const text = await (await mounted.call(method.toUpperCase(), address, asked)).text();
        expect([method, path, text]).not.toEqual([method, path, expect.stringContaining('Nothing exists at this address')]);
      }
    }
    for (const address of addressesIn(await mounted.json('GET', mounted.at('/openapi.json'))))
      expect([address, mounted.walk.isOurs(new URL(address, mounted.url).href)]).toEqual([address, true]);
  });

  test('the addresses in its answers lead a session to its end', async () => {
    const email = person('jane');
    const answer = await mounted.call('POST', mounted.at('/v1/email-verifications'), { body: { email } });
    const { sessionToken: token, events, id } = (await answer.json()) as Json;
    expect(answer.headers.get('location')).toBe(`/verify/v1/email-verifications/${id}`);
    const read = await mounted.json('GET', answer.headers.get('location') ?? '', { token });
    expect(read.events).toEqual(events);
    const stream = await mounted.call('GET', `${answer.headers.get('location')}/stream`, { token });
    const reader = (stream.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
    let seen = '';
    while (!seen.includes('data: ')) seen += (await reader.read()).value ?? '';
    await reader.cancel();
    expect(seen).toContain(`"href":"/verify/v1/email-verifications/${id}/submit-code"`);
    for (const { type, method, href } of read.events) {
      const refused = await mounted.json(method, href, { body: { code: 1 } });
      expect([type, refused.code]).toEqual([type, 'unauthenticated']);
      await mounted.walk.from(refused.type);
    }
    const { href } = read.events.find((event: Json) => event.type === 'submit-code');
    const done = await mounted.json('POST', href, { body: { code: await mounted.code(email) }, token });
    expect(done.outcome).toBe('verified');
  });

  test('the addresses in the answers lead to a linked account', async () => {
    const email = person('sam');
    const { sessionToken: token, events, child } = await mounted.start('account-setups', { email, password: goodPassword });
    const submit = { body: { code: await mounted.code(email) }, token: child.sessionToken };
    expect((await mounted.json('POST', `${child.href}/submit-code`, submit)).outcome).toBe('verified');
    const setup = events[0].href.replace(/\/[^/]+$/, '');
    await expect.poll(async () => (await mounted.json('GET', setup, { token })).state).toBe('verifyingPhone');
    await mounted.json('POST', `${setup}/continue-without-phone`, { token, body: {} });
    const asked = await mounted.json('POST', `${setup}/link-account`, { token, body: { provider: 'sandbox' } });
    expect(asked).toMatchObject({ state: 'authorizing' });
    const { authorizationUrl } = asked.data;
    expect(authorizationUrl.startsWith(`${mounted.url}/sandbox/openid/authorize?`)).toBe(true);
    expect(new URL(authorizationUrl).searchParams.get('redirect_uri')).toBe(`${mounted.url}/oauth/callback`);
    await mounted.walk.from(authorizationUrl);
    const form = { decision: 'agree', subject: email };
    const { headers } = await mounted.call('POST', authorizationUrl, { form });
    const back = await mounted.call('GET', headers.get('location') ?? '');
    const page = await back.text();
    expect(page).toContain('src="/verify/assets/linking/hand-over.js"');
    await mounted.walk.fromAnswer(back.url || mounted.at('/oauth/callback'), 'text/html', page);
  });

  test('the form of the page that unlocks an account, and its mail, lead to the service', async () => {
    const email = person('lee');
    const { id } = await mounted.json('POST', mounted.at('/sandbox/accounts'), { body: { email, password: goodPassword } });
    await mounted.call('POST', mounted.at(`/sandbox/accounts/${id}/wrong-passwords`), { body: { count: 99 } });
    await mounted.start('login-verifications', { email, password: 'wrong' });
    const link = /https?:\S+\/unlock\?token=[\w.-]+/;
    await expect.poll(async () => (await mounted.messages(email)).some(({ text }) => link.test(text))).toBe(true);
    const [address = ''] = (await mounted.messages(email)).flatMap(({ text }) => link.exec(text)?.[0] ?? []);
    expect(mounted.walk.isOurs(address)).toBe(true);
    const page = await (await mounted.call('GET', address)).text();
    const action = /action="([^"]*)"/.exec(page)?.[1] ?? '';
    const unlocked = await mounted.call('POST', action, { form: { token: new URL(address).searchParams.get('token') ?? '' } });
    expect([action, unlocked.status]).toEqual(['/verify/unlock', 200]);
  });
});

test.each(['/verify/healthz', '/healthz'])('while it starts, %s answers', async (path) => {
  const app = startingApp({ publicUrl: `${host}/verify`, log: { info: silent, warn: silent, error: silent } });
  const env = { outgoing: { setHeader: () => {} } };
  expect((await app.request(path, {}, env)).status).toBe(200);
});

test.each([
  ['https://app.example/verify', '/verify', '/'],
  ['https://app.example/verify', '/verify/', '/'],
  ['https://app.example/verify', '/verify?a=b', '/'],
  ['https://app.example/verify', '/verify/docs', '/docs'],
  ['https://app.example/verify', '/verify/verify/docs', '/verify/docs'],
  ['https://app.example/verify', '/docs', '/docs'],
  ['https://app.example/verify', '/verifying', '/verifying'],
  ['https://app.example/a/b', '/a/b/docs', '/docs'],
  ['https://app.example/a/b', '/b/docs', '/b/docs'],
  ['https://app.example/pr%C3%BCfen', '/pr%C3%BCfen/docs', '/docs'],
  ['https://app.example', '/docs', '/docs'],
])('at %s the path %s is %s', (publicUrl, path, routed) => {
  expect(routedUnder(publicUrl).getPath(new Request(new URL(path, publicUrl)))).toBe(routed);
});

test.each(['https://app.example//verify', 'https://app.example/\\\\verify'])(
  'PUBLIC_URL cannot be %s: its links lead elsewhere',
  async (url) => {
    const starting = createService({ modules: builtInModules(), config: { PUBLIC_URL: url } });
    await expect(starting).rejects.toThrow(/^PUBLIC_URL must be .*without two slashes in its path$/);
  },
);

test.each([
  ['/v1', '/v1/email-verifications'],
  ['/problems/verify', '/problems/:code'],
  ['/guestbook', '/guestbook'],
])('PUBLIC_URL cannot end with %s, where the service has a route', async (prefix, route) => {
  const other = await testDatabase(quickDatabase);
  const config = { ...other.environment, PUBLIC_URL: host + prefix };
  const ambiguous = await createService({ modules: [...builtInModules(), guestbook], config });
  await expect(ambiguous.start()).rejects.toThrow(`PUBLIC_URL cannot end with ${prefix}: the service has the route ${route}`);
  await ambiguous.stop();
  await other.remove();
});
