/** The process as an operator sees it: its output, its exit, and the values that it never prints. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { layOutPglite } from '../support/databases.ts';
import { type ChildService, runToEnd, startChild, startThenEnd } from '../support/process.ts';
import { Client, otherThan } from '../support/service.ts';

let folder: string;
const children: ChildService[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'process-test-'));
});
afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => child.kill()));
  await rm(folder, { recursive: true, force: true });
});
/** A data folder of an earlier run: the first start takes seconds. */
const startAgain = async (settings: Record<string, string> = {}) => {
  await layOutPglite(folder);
  return start(settings);
};
const start = async (settings: Record<string, string> = {}) => {
  const child = await startChild({ DATA_DIR: folder, ...settings });
  children.push(child);
  return child;
};

describe('the process', () => {
  test('prints its address, its database, that the sandbox is on, and three lines to try', async () => {
    const child = await start({ LOG_LEVEL: 'silent' });
    const said = child.stdout();
    expect(said).toContain(`Listening on ${child.url}`);
    expect(said).toContain('Database: PGlite');
    expect(said).toContain('The sandbox is on');
    expect(said.split('\n').filter((line) => line.trim().startsWith('curl '))).toHaveLength(3);
  });

  describe('in production without PUBLIC_URL', () => {
    const production = { NODE_ENV: 'production', SECRET_KEYS: `main:${Buffer.alloc(32, 7).toString('base64')}` };
    const warnings = (child: ChildService) =>
      child
        .stderr()
        .split('\n')
        .flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))
        .filter(({ level }) => level === 40);
    const named = { msg: expect.stringMatching(/^PUBLIC_URL is not set/) };

    test.each(['0.0.0.0', '::'])('a service at all addresses of its machine (%s) names `localhost`, and warns', async (host) => {
      const child = await startAgain({ ...production, HOST: host });
      const { port } = new URL(child.url);
      const own = `http://localhost:${port}`;
      expect(warnings(child)).toContainEqual(expect.objectContaining({ ...named, publicUrl: own }));
      expect(child.stdout()).toContain(`Public address: ${own}\n`);
      expect((await new Client(own).get('/openapi.json')).body.servers).toEqual([{ url: own }]);
    });

    test.each(['localhost', '127.0.0.2'])('a service at %s names it, and warns', async (host) => {
      const child = await startAgain({ ...production, HOST: host });
      const publicUrl = host === '127.0.0.2' ? child.url : `http://localhost:${new URL(child.url).port}`;
      expect(warnings(child)).toContainEqual(expect.objectContaining({ ...named, publicUrl }));
    });

    test('PUBLIC_URL removes the warning, and so does a service at one address outside production', async () => {
      const known = await startAgain({ ...production, HOST: '0.0.0.0', PUBLIC_URL: 'https://verify.example' });
      expect(warnings(known)).not.toContainEqual(expect.objectContaining(named));
      await known.end('SIGTERM');
      expect(warnings(await start())).not.toContainEqual(expect.objectContaining(named));
    });

    test('and without any provider, a start is answered 503 `no-provider`, the log says so, and the service stays ready', async () => {
      const child = await startAgain(production);
      expect(warnings(child).map(({ channel }) => channel)).toEqual(expect.arrayContaining(['email', 'sms', 'voice']));
      const client = new Client(child.url);
      for (const [collection, body] of [
        ['email-verifications', { email: 'jane@example.com' }],
        ['phone-verifications', { phone: '+33612345678' }],
      ] as const) {
        const { status, body: problem } = await client.post(`/v1/${collection}`, body);
        expect([status, problem.code]).toEqual([503, 'unavailable']);
      }
      // A number can be provided later, when there may be a provider.
      expect((await client.post('/v1/phone-verifications', {})).status).toBe(201);
      expect((await client.get('/readyz')).status).toBe(200);
      expect(child.stderr()).toContain('"reason":"no-provider"');
    });
  });

  // One of each kind: the tests of the configuration cover the single values.
  test.each([
    ['PORT', { PORT: 'http' }],
    ['SECRET_KEYS', { NODE_ENV: 'production' }],
    ['MAIL_FROM', { SMTP_URL: 'smtp://127.0.0.1:25', MAIL_FROM: 'nobody' }],
  ])('ends with code 2 and one line about %s for %j', async (name, settings) => {
    await layOutPglite(folder);
    const { code, stderr } = await runToEnd({ DATA_DIR: folder, ...settings });
    expect(stderr.trim().split('\n')).toEqual([expect.stringContaining(name)]);
    expect(code).toBe(2);
  });

  test('ends with code 2 and one line if another living process has its folder or its port', async () => {
    const child = await startAgain();
    const folderTaken = await runToEnd({ DATA_DIR: folder });
    expect([folderTaken.code, folderTaken.stderr.trim().split('\n')]).toEqual([2, [expect.stringContaining(String(child.pid))]]);
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    await layOutPglite(join(folder, 'other'));
    const portTaken = await runToEnd({ DATA_DIR: join(folder, 'other'), PORT: String(port) });
    taken.close();
    expect([portTaken.code, portTaken.stderr.trim().split('\n')]).toEqual([2, [expect.stringContaining('EADDRINUSE')]]);
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('ends cleanly on %s, open streams included, and goes on where it was', async (signal) => {
    const child = await startAgain();
    const client = new Client(child.url);
    await client.clock({ advance: 'P1D' });
    const now = await client.freeze();
    const session = await client.verify('jane@example.com');
    const stream = await fetch(`${child.url}${session.path}/stream`, { headers: { authorization: `Bearer ${session.token}` } });
    const before = await session.read();
    expect(await child.end(signal)).toBe(0);
    expect(await stream.text()).toContain(session.id);
    const again = new Client((await start()).url);
    expect((await again.get(session.path, session.token)).body).toEqual(before);
    expect(Date.parse((await again.get('/sandbox/clock')).body.now)).toBe(now);
  });

  test('accepts a thousand simultaneous connections that arrive while it is busy', async () => {
    const child = await startAgain();
    const { port, hostname } = new URL(child.url);
    process.kill(child.pid, 'SIGSTOP');
    const connected = Array.from({ length: 1_000 }, async () => {
      const socket = connect(Number(port), hostname);
      await once(socket, 'connect');
      return socket;
    });
    const sockets = await Promise.all(connected);
    process.kill(child.pid, 'SIGCONT');
    for (const socket of sockets) socket.destroy();
    expect((await new Client(child.url).get('/healthz')).status).toBe(200);
  });

  test('stops at once on a signal during its start, even as the first process of a container, which ignores signals without a handler', async () => {
    const silent = createServer();
    const asked = once(silent, 'connection');
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    const ending = startThenEnd({ DATABASE_URL: `postgres://user@127.0.0.1:${port}/database`, DATA_DIR: folder }, 'SIGTERM', asked);
    // The process exits by itself: a process killed by a signal has no exit code.
    expect(await ending).toBe(0);
    silent.close();
  });

  test('logs every request under an id, and no code, token, address or device in any line', async () => {
    const child = await startAgain({ LOG_LEVEL: 'trace' });
    const client = new Client(child.url);
    const [email, next] = ['canary-address@example.com', 'canary-next@example.com'];
    const session = await client.verify(email, { device: { type: 'canary-type', name: 'canary-device' } });
    const code = await client.codeFor(email);
    await session.submit(otherThan(code));
    await client.clock({ advance: 'PT90S' });
    await session.send('resend-code');
    await session.send('change-email', { email: next });
    const nextCode = await client.codeFor(next);
    const verified = await session.submit(nextCode);
    await client.get(`/v1/email-verifications/${session.id}`, 'canary-wrong-token');
    await client.post('/v1/email-verifications', { email: 'canary-bad@@example.com' });
    expect(await child.end('SIGTERM')).toBe(0);
    const logged = child.stderr();
    const lines = logged
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const requests = lines.filter((line) => line.msg === 'request');
    expect(requests.length).toBeGreaterThanOrEqual(10);
    expect(requests.every((line) => typeof line.requestId === 'string')).toBe(true);
    expect(lines.some((line) => line.event === 'SUBMIT_CODE' && line.refusal === 'wrong-code')).toBe(true);
    for (const secret of ['canary', `"${code}"`, code, nextCode, otherThan(code), session.token, verified.body.result.token])
      expect(logged).not.toContain(secret);
  });
});
