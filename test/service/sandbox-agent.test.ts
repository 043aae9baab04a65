/** The sandbox's agent, whose key is public: it may request support access, and nothing else. Outside the sandbox there is none. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client, quickDatabase, type Service, startIn, type TestDatabase, testDatabase } from '../support/service.ts';

const desk = 'a-key-of-the-support-desk-1';
const password = 'a quiet evening in Porto';

let database: TestDatabase;
let environment: Record<string, string>;
let service: Service;
let client: Client;
let agent: { token: string; headers: Record<string, string> };

beforeAll(async () => {
  database = await testDatabase(quickDatabase);
  environment = { ...database.environment, ADMIN_KEYS: `desk:${desk}` };
  service = await startIn(environment);
  client = new Client(service.url);
  const { key } = (await client.get('/sandbox/agent')).body;
  agent = { token: key, headers: { 'x-agent': 'Sam' } };
});
afterAll(async () => {
  await service?.stop();
  await database?.remove();
});

async function account(): Promise<{ id: string; login: () => Promise<string> }> {
  const email = `ada${Math.random()}@example.com`;
  const { body } = await client.post('/sandbox/accounts', { email, password });
  const login = async () => {
    const session = await client.start('login-verifications', { email, password });
    return (await session.submit(await client.codeFor(email))).body.accessToken;
  };
  return { id: body.id, login };
}

const ask = (accountId: string, as: { token: string; headers: Record<string, string> }) =>
  client.post('/v1/support-accesses', { accountId, reason: 'No message arrives' }, as);

test('a grant to the agent opens no account: that takes the key of an admin', async () => {
  const { id, login } = await account();
  const { status, body } = await ask(id, agent);
  expect([status, body.state]).toEqual([201, 'requested']);
  const granted = await client.post(`/v1/support-accesses/${body.id}/grant`, { minutes: 60 }, { token: await login() });
  expect(granted.body.state).toBe('granted');
  expect((await client.call('GET', `/admin/accounts/${id}`, agent)).status).toBe(401);
});

test.each([
  ['GET', '/admin/sessions'],
  ['GET', '/admin/audit'],
  ['POST', '/admin/accounts'],
  ['GET', '/v1/me'],
  ['GET', '/v1/me/devices'],
  ['POST', '/v1/account-changes'],
] as const)('the key does not open %s %s', async (method, path) => {
  const answer = await client.call(method, path, { ...agent, ...(method === 'POST' ? { body: {} } : {}) });
  expect(answer.status).toBe(401);
});

test('another agent’s request is hidden from the agent, who cannot end it', async () => {
  const { body } = await ask((await account()).id, { token: desk, headers: agent.headers });
  expect((await client.call('GET', `/v1/support-accesses/${body.id}`, agent)).status).toBe(404);
  expect((await client.post(`/v1/support-accesses/${body.id}/cancel`, {}, agent)).status).toBe(404);
  expect((await client.post(`/admin/sessions/${body.id}/cancel`, {}, agent)).status).toBe(401);
});

test('outside the sandbox there is no agent, and its former key opens nothing', async () => {
  const { id } = await account();
  await service.stop();
  service = await startIn({ ...environment, SANDBOX: 'false', PASSWORD_HASHING: '' });
  client = new Client(service.url);
  expect((await client.get('/sandbox/agent')).status).toBe(404);
  const asked = await ask(id, agent);
  expect([asked.status, asked.body.code]).toEqual([401, 'unauthenticated']);
});
