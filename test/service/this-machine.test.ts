/** Requests from the service's own machine count as those of one client, and the log names an untrusted proxy. */
import { expect, test } from 'vitest';
import { startCodeReceiver } from '../support/code-receiver.ts';
import { startChild } from '../support/process.ts';
import { Client, quickDatabase, startTestService, testDatabase } from '../support/service.ts';

test('codes are counted outside the sandbox, whatever X-Forwarded-For says', async () => {
  const receiver = await startCodeReceiver();
  const service = await startTestService(quickDatabase, { ...receiver.settings, CLIENT_KEYS: '', POLICY: 'seed' });
  const statuses: number[] = [];
  for (let n = 0; n < 32; n += 1) {
    const headers = { 'x-forwarded-for': `198.51.100.${n}` };
    const { status, body } = await service.client.post('/v1/email-verifications', { email: `jane-${n}@example.com` }, { headers });
    statuses.push(status);
    if (status === 429) expect(body.limit).toBe('client');
  }
  expect(statuses).toEqual([...Array.from({ length: 30 }, () => 201), 429, 429]);
  await service.remove();
  await receiver.stop();
});

test('an untrusted proxy costs one line of the log', async () => {
  const { environment, remove } = await testDatabase(quickDatabase);
  const child = await startChild({ ...environment, LOG_LEVEL: 'warn' });
  const client = new Client(child.url);
  for (let n = 0; n < 5; n += 1) {
    const headers = { 'x-forwarded-for': `198.51.100.${n}` };
    await client.post('/v1/login-verifications', { email: 'jane@example.com', password: 'wrong' }, { headers });
  }
  await child.end('SIGTERM');
  expect(child.stderr().match(/X-Forwarded-For is not believed/g)).toHaveLength(1);
  expect(child.stderr()).toContain('"peer":"127.0.0.1"');
  await remove();
});
