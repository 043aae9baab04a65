/** One address's share of connections and streams. Other addresses still get theirs. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Hono } from 'hono';
import { afterEach, expect, test } from 'vitest';
import { HttpListener } from '../../src/http/listener.ts';
import { Problem } from '../../src/http/problems/problem.ts';
import { connectionHolder, trustedProxies } from '../../src/http/requests/client-address.ts';
import { limitedRequests } from '../../src/http/requests/limited-requests.ts';
import { SessionStreams } from '../../src/http/sessions/session-stream.ts';

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

async function connected(listener: HttpListener): Promise<Socket> {
  const { port, hostname } = new URL(listener.url);
  const socket = connect(Number(port), hostname).on('error', () => {});
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
}

/** The status of the answer on a connection; null if the connection is closed. */
async function answer(socket: Socket): Promise<string | null> {
  socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
  const [chunk]: unknown[] = await Promise.race([once(socket, 'data'), once(socket, 'close').then(() => [])]);
  return chunk === undefined ? null : String(chunk).slice(9, 12);
}

test('an address with its whole share of connections gets another one only after closing one; other addresses are not affected', async () => {
  let holder: string | null = '192.0.2.1';
  const listener = await HttpListener.listen('127.0.0.1', 0, () => holder, 2);
  listener.answerWith(() => new Response('here'));
  const [first, second] = [await connected(listener), await connected(listener)];
  expect([await answer(first), await answer(second), await answer(await connected(listener))]).toEqual(['200', '200', null]);
  holder = '198.51.100.7';
  expect(await answer(await connected(listener))).toBe('200');
  holder = null;
  for (let n = 0; n < 4; n += 1) expect(await answer(await connected(listener))).toBe('200');
  holder = '192.0.2.1';
  first.destroy();
  await expect.poll(async () => answer(await connected(listener))).toBe('200');
  for (const socket of sockets.splice(0)) socket.destroy();
  await listener.close();
});

test.each([
  ['203.0.113.5', '203.0.113.5'],
  ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
  ['10.0.0.1', null],
  ['127.0.0.1', null],
  ['::1', null],
])('a connection from %s counts for %s', (peer, holder) => {
  expect(connectionHolder(peer, trustedProxies(['10.0.0.0/8']))).toBe(holder);
});

test('an address has 500 streams at most, over all sessions, and gets another one when one is closed', () => {
  const streams = new SessionStreams();
  const closers = Array.from({ length: 500 }, (_, n) => streams.opened(`session ${n}`, '192.0.2.1'));
  expect(() => streams.opened('one more', '192.0.2.1')).toThrow(Problem);
  streams.opened('one more', '198.51.100.7');
  streams.opened('one more', null);
  expect(streams.open).toBe(502);
  closers[0]?.();
  streams.opened('one more', '192.0.2.1');
  expect(streams.open).toBe(502);
});

test('slow requests of one client, even behind a proxy, leave room for those of others', async () => {
  const app = new Hono();
  app.onError(({ message }, c) => c.text(message, 503));
  app.use(limitedRequests((c) => ({ address: c.req.header('x-client') ?? null }), { most: 5, mostPerClient: 2 }));
  const waiting: (() => void)[] = [];
  app.get('/slow', async (c) => {
    await new Promise<void>((resolve) => waiting.push(resolve));
    return c.text('done');
  });
  app.get('/quick', (c) => c.text('done'));
  app.get('/healthz', (c) => c.text('alive'));
  const status = async (path: string, client?: string) =>
    (await app.request(path, { headers: client === undefined ? {} : { 'x-client': client } })).status;

  const slow = [status('/slow', '192.0.2.1'), status('/slow', '192.0.2.1')];
  await expect.poll(() => waiting.length).toBe(2);
  expect(await status('/quick', '192.0.2.1')).toBe(503);
  expect([await status('/healthz', '192.0.2.1'), await status('/quick', '198.51.100.7'), await status('/quick')]).toEqual([200, 200, 200]);
  // Programs of this machine, and servers that name no client, share one limit with all others.
  slow.push(status('/slow', 'loopback'), status('/slow', 'loopback'), status('/slow', 'loopback'));
  await expect.poll(() => waiting.length).toBe(5);
  expect([await status('/quick', '198.51.100.7'), await status('/quick'), await status('/healthz')]).toEqual([503, 503, 200]);
  for (const end of waiting) end();
  expect(await Promise.all(slow)).toEqual([200, 200, 200, 200, 200]);
  expect(await status('/quick', '192.0.2.1')).toBe(200);
});
