/** The local service: it listens at both addresses of `localhost`, and leads browsers to that name. */
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

  test('keeps pages under its name', async () => {
    expect((await asked('localhost', '/', browser)).status).toBe(200);
  });
});

test('a service with another public address redirects no page', async () => {
  const service = await startTestService(quickDatabase, { PUBLIC_URL: 'http://127.0.0.1:3999' });
  expect((await fetch(`${service.client.url}/`, { headers: { accept: 'text/html' }, redirect: 'manual' })).status).toBe(200);
  await service.remove();
});

test('a port that is taken at one address of `localhost` is not used', async () => {
  for (const address of addresses) {
    const taken = await listening(address.replace(/[[\]]/g, ''), 0);
    const { port } = taken.address() as { port: number };
    await expect(HttpListener.listen('localhost', port, () => null)).rejects.toThrow('EADDRINUSE');
    // The refused listener has released the other address.
    if (address === '[::1]') (await listening('127.0.0.1', port)).close();
    taken.close();
  }
});
