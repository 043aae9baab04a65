/** A claim whose commit is answered late, by a database that two services share. */
import { expect, test, vi } from 'vitest';
import { freshClaimMs } from '../../src/engine/task-limits.ts';
import { Client, startIn, TestSession, testDatabase } from '../support/service.ts';
import { startProxy } from '../support/tcp-proxy.ts';

/** The protocol message that executes a prepared statement by name. */
const commit = '\0commit\0';

test('a message is not sent if its session was cancelled through another service meanwhile', async () => {
  const database = await testDatabase('PostgreSQL');
  const url = new URL(database.environment['DATABASE_URL'] ?? '');
  const proxy = await startProxy({ host: url.hostname, port: Number(url.port) });
  url.port = String(proxy.port);
  const services = await Promise.all([startIn({ ...database.environment, DATABASE_URL: url.href }), startIn(database.environment)]);
  const [slow, quick] = [new Client(services[0].url), new Client(services[1].url)];

  const start = (client: Client) =>
    client.post(
      '/v1/email-verifications',
      { email: 'gone@example.com' },
      { headers: { 'idempotency-key': 'of-both-services-0123456789' } },
    );
  const held = proxy.holdReplyTo(commit);
  const answered = start(slow);
  await held;
  const since = performance.now();
  // The start is written, and only its reply is missing. The same key finds the session.
  const session = new TestSession(quick, await start(quick), 'email-verifications');
  expect((await session.send('cancel')).body.outcome).toBe('cancelled');
  await vi.waitFor(() => expect(performance.now() - since).toBeGreaterThan(freshClaimMs), { timeout: 10_000 });
  proxy.letGo();

  expect((await answered).body.id).toBe(session.id);
  expect(await quick.messages('gone@example.com')).toEqual([]);
  expect((await session.history()).map(({ event }) => event)).toEqual(['start', 'cancel']);
  await Promise.all(services.map((service) => service.stop()));
  await proxy.close();
  await database.remove();
});
