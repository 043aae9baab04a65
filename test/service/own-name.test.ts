/** The local service: it listens at both addresses of `localhost`, and leads browsers to that name. */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { createServer, Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { HttpListener } from '../../src/http/listener.ts';
import { quickDatabase, startTestService, type TestService } from '../support/service.ts';

async function listening(host: string, port: number): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  return server;
}

const hasIpv6 = await listening('::1', 0).then(
  (server) => server.close() !== undefined,
  () => false,
);
const addresses = ['127.0.0.1', ...(hasIpv6 ? ['[::1]'] : [])];

describe('a service without HOST', () => {
  let service: TestService;
  let port: string;
  beforeAll(async () => {
    service = await startTestService(quickDatabase, { HOST: '' });
    port = new URL(service.client.url).port;
  });
  afterAll(() => service?.remove());

  test('names itself `localhost`', async () => {
    expect(service.client.url).toBe(`http://localhost:${port}`);
    expect((await service.client.get('/openapi.json')).body.servers).toEqual([{ url: service.client.url }]);
  });

  const asked = (address: string, path: string, headers: Record<string, string>, method = 'GET') =>
    fetch(`http://${address}:${port}${path}`, { method, headers, redirect: 'manual' });
  const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

  test.each(addresses)('answers at %s, and leads pages to its name with their path and query', async (address) => {
    for (const path of ['/', '/docs/', '/?workflow=phone-verification&step=a%2Fb', '/problems/not-found', '/nowhere']) {
      const answer = await asked(address, path, browser);
      expect([answer.status, answer.headers.get('location')]).toEqual([307, `http://localhost:${port}${path}`]);
    }
  });

  test.each(addresses)('answers programs and forms at %s there', async (address) => {
    expect((await asked(address, '/v1/workflows', { accept: '*/*' })).status).toBe(200);
    expect((await asked(address, '/readyz', { accept: 'application/json' })).status).toBe(200);
    expect((await asked(address, '/', {})).status).toBe(200);
    expect((await asked(address, '/unlock', browser, 'POST')).status).not.toBe(307);
  });

  test.each(['/v1/workflows', '/.well-known/jwks.json', '/openapi.json', '/readyz', '/assets/client/client.js'])(
    'answers programs that accept HTML too: %s',
    async (path) => {
      // The header of Java's HttpURLConnection.
      const accept = 'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2';
      expect((await asked('127.0.0.1', path, { accept })).status).toBe(200);
    },
  );

  /** @returns the status and the Location of a page requested with a Host header */
  async function under(host: string, method: string): Promise<unknown[]> {
    const outgoing = request({ host: '127.0.0.1', port, path: '/docs?a=b&c=%2F', method, headers: { ...browser, host } }).end();
    const [answer]: IncomingMessage[] = await once(outgoing, 'response');
    answer?.resume();
    return [answer?.statusCode, answer?.headers.location];
  }

  test.each(['GET', 'HEAD'])('leads nowhere else by a Host header, for %s', async (method) => {
    expect(await under('127.0.0.1:8080', method)).toEqual([307, 'http://localhost:8080/docs?a=b&c=%2F']);
    expect(await under('127.0.0.1', method)).toEqual([307, 'http://localhost/docs?a=b&c=%2F']);
    for (const host of [
      'evil.example',
      '127.0.0.1.evil.example',
      '127.0.0.1:80@evil.example',
      '127.0.0.1@evil.example',
      'localhost.evil.example',
    ])
      expect([host, (await under(host, method))[1]]).toEqual([host, undefined]);
  });

  test('keeps pages under its name', async () => {
    expect((await asked('localhost', '/', browser)).status).toBe(200);
  });
});

test('a service with another public address redirects no page', async () => {
  const service = await startTestService(quickDatabase, { PUBLIC_URL: 'http://127.0.0.1:3999' });
  expect(
    (await fetch(`${service.client.url.replace('localhost', '127.0.0.1')}/`, { headers: { accept: 'text/html' }, redirect: 'manual' }))
      .status,
  ).toBe(200);
  await service.remove();
});

test('a port that is taken at 127.0.0.1 is not used', async () => {
  const taken = await listening('127.0.0.1', 0);
  const { port } = taken.address() as { port: number };
  await expect(HttpListener.listen('localhost', port, () => null)).rejects.toThrow('EADDRINUSE');
  // The refused listener has released the other address.
  for (const address of hasIpv6 ? ['::1'] : []) (await listening(address, port)).close();
  taken.close();
});

test.skipIf(!hasIpv6)(
  'a service whose port is taken at ::1 starts, and names itself by the address that leads to it (needs IPv6)',
  async () => {
    const taken = await listening('::1', 0);
    const { port } = taken.address() as { port: number };
    const service = await startTestService(quickDatabase, { HOST: '', PORT: String(port) });
    expect([service.client.url, service.publicUrl]).toEqual([`http://127.0.0.1:${port}`, `http://127.0.0.1:${port}`]);
    expect((await fetch(`${service.client.url}/`, { headers: { accept: 'text/html' }, redirect: 'manual' })).status).toBe(200);
    await service.remove();
    taken.close();
  },
);

test.each(['EADDRNOTAVAIL', 'EAFNOSUPPORT'])('a service on a machine without IPv6 starts under its name: %s', async (code) => {
  const { listen } = Server.prototype;
  const bound = vi.spyOn(Server.prototype, 'listen').mockImplementation(function (this: Server, ...parameters: unknown[]) {
    if ((parameters[0] as { host?: string }).host !== '::1') return Reflect.apply(listen, this, parameters);
    process.nextTick(() => this.emit('error', Object.assign(new Error(code), { code })));
    return this;
  });
  const service = await startTestService(quickDatabase, { HOST: '' }).finally(() => bound.mockRestore());
  expect(service.publicUrl).toBe(`http://localhost:${new URL(service.client.url).port}`);
  expect((await service.client.get('/readyz')).status).toBe(200);
  await service.remove();
});
