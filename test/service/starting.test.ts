/** A start while the database is unavailable, or permanently refuses the service. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { runToEnd, startChild, startWaiting, type WaitingService } from '../support/process.ts';
import { Client, type TestDatabase, testDatabase } from '../support/service.ts';
import { startProxy, type TcpProxy } from '../support/tcp-proxy.ts';

let database: TestDatabase;
let proxy: TcpProxy;
beforeEach(async () => {
  database = await testDatabase('PostgreSQL', async (url) => {
    const target = new URL(url);
    proxy = await startProxy({ host: target.hostname, port: Number(target.port) });
    target.port = String(proxy.port);
    return target.href;
  });
});
afterEach(async () => {
  await proxy.close();
  await database.remove();
});

describe('a start while the database is unavailable', () => {
  let waiting: WaitingService;
  let client: Client;
  beforeEach(async () => {
    proxy.cut();
    waiting = await startWaiting(database.environment);
    client = new Client(waiting.url);
  });

  test('answers 503 until the database is available, and then serves', async () => {
    expect((await client.get('/healthz')).status).toBe(200);
    const answers = [
      await client.get('/readyz'),
      await client.post('/v1/email-verifications', { email: 'early@example.com' }),
      await client.get('/nowhere'),
    ];
    for (const { status, body, headers } of answers) {
      expect([status, body.code, headers.get('content-type')]).toEqual([503, 'unavailable', 'application/problem+json']);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    proxy.mend();
    const child = await waiting.serving;
    expect(child.url).toBe(waiting.url);
    expect((await client.get('/readyz')).status).toBe(200);
    await client.verify('late@example.com');
    expect(await child.end('SIGTERM')).toBe(0);
  });

  test('stops cleanly on request', async () => {
    expect(await waiting.end('SIGTERM')).toBe(0);
  });
});

test.each([
  ['a database that does not exist', (url: URL) => Object.assign(url, { pathname: '/nothing_here' }), '"nothing_here" does not exist'],
  ['a user that does not exist', (url: URL) => Object.assign(url, { username: 'stranger' }), 'stranger'],
])('%s ends it with code 2 and one line', async (_, change, named) => {
  const url = change(new URL(database.environment['DATABASE_URL'] ?? ''));
  const { code, stderr } = await runToEnd({ ...database.environment, DATABASE_URL: url.href });
  expect(stderr.trim().split('\n')).toEqual([expect.stringContaining(named)]);
  expect(stderr).toContain('DATABASE_URL');
  expect(code).toBe(2);
});

test.each([
  ['{{ details.newEmail }}', null],
  ['{{ details.newPasswordHash }}', 'email.en.email-changed.text.liquid: undefined variable: details.newPasswordHash'],
])('a template of a notice shows details of the session, and none of its secrets: %s', async (template, problem) => {
  const folder = mkdtempSync(join(tmpdir(), 'templates-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'email.en.email-changed.text.liquid'), template);
  const environment = { ...database.environment, TEMPLATES_DIR: folder };
  if (problem === null) return (await startChild(environment)).kill();
  const { code, stderr } = await runToEnd(environment);
  expect([code, stderr]).toEqual([2, expect.stringContaining(problem)]);
});
