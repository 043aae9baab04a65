/**
 * No caller delays others. One caller sends sixty slow requests first, and another caller is answered before the tenth of them. The test
 * asserts the order, not the time.
 */
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ChildService, startChild } from '../support/process.ts';
import { Client, type TestDatabase, testDatabase } from '../support/service.ts';

const flooder = { 'x-forwarded-for': '203.0.113.7' };
const patient = { 'x-forwarded-for': '198.51.100.20' };
const password = 'a quiet evening in Porto';

let database: TestDatabase;
let child: ChildService;
let client: Client;
beforeAll(async () => {
  database = await testDatabase('PGlite');
  child = await startChild({ ...database.environment, PASSWORD_HASHING: '', TRUSTED_PROXIES: '127.0.0.1', LOG_LEVEL: 'warn' });
  client = new Client(child.url);
  expect((await client.post('/sandbox/accounts', { email: 'patient@example.com', password })).status).toBe(201);
});
afterAll(async () => {
  await child.end('SIGTERM');
  await database.remove();
});

/** Sends requests at once. @returns the number answered so far, and all answers in the end */
function flood<A>(count: number, send: (index: number) => Promise<A>, isSlow: (answer: A) => boolean) {
  let answered = 0;
  const all = Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const answer = await send(index);
      if (isSlow(answer)) answered += 1;
      return answer;
    }),
  );
  return { all, answered: () => answered };
}

/** Reads a document and discards it. */
async function statusOf(path: string, encoding: string): Promise<number> {
  const [answer]: IncomingMessage[] = await once(get(client.url + path, { headers: { 'accept-encoding': encoding } }), 'response');
  answer?.resume();
  if (answer) await once(answer, 'end');
  return answer?.statusCode ?? 0;
}

let people = 0;

/** An email verification of another caller, from start to end. */
async function wholeFlow(): Promise<void> {
  const email = `other-${++people}@example.com`;
  const session = await client.start('email-verifications', { email }, patient);
  const { body } = await session.send('submit-code', { code: await client.codeFor(email) }, patient);
  expect(body.outcome).toBe('verified');
}

async function passesBy({ answered }: { answered: () => number }): Promise<void> {
  expect((await client.get('/healthz')).status).toBe(200);
  await wholeFlow();
  expect(answered()).toBeLessThan(10);
}

describe('another caller is answered before the tenth of', () => {
  test('sixty set-ups with weak passwords', async () => {
    const weak = flood(
      60,
      (index) => client.post('/v1/account-setups', { email: `weak-${index}@example.com`, password: '1'.repeat(48) }, { headers: {} }),
      () => true,
    );
    await passesBy(weak);
    expect((await weak.all).map(({ body }) => body.code)).toEqual(Array.from({ length: 60 }, () => 'weak-password'));
  });

  test.each([
    ['/openapi.json', 'identity'],
    ['/openapi.json', 'gzip'],
    ['/docs/swagger-ui-bundle.js', 'gzip'],
  ])('sixty readers of %s (%s)', async (path, encoding) => {
    const read = flood(
      60,
      () => statusOf(path, encoding),
      () => true,
    );
    await passesBy(read);
    expect(new Set(await read.all)).toEqual(new Set([200]));
  });

  test('eighty wrong logins, and logs in itself', async () => {
    const wrong = flood(
      80,
      (index) => client.post('/v1/login-verifications', { email: `guess-${index}@example.com`, password: 'nearly' }, { headers: flooder }),
      ({ status }) => status === 401,
    );
    await passesBy(wrong);
    const login = await client.post('/v1/login-verifications', { email: 'patient@example.com', password }, { headers: patient });
    expect([login.status, login.body.state]).toEqual([201, 'codeActive.cooldown']);
    expect(wrong.answered()).toBeLessThan(10);
    await wrong.all;
  });
});

test('a flood that is shed has one short log line a second, not one for each request', async () => {
  const before = child.stderr().length;
  const login = (index: number) =>
    client.post('/v1/login-verifications', { email: `shed-${index}@example.com`, password: 'nearly' }, { headers: flooder });
  const answers = await Promise.all(Array.from({ length: 400 }, (_, index) => login(index)));
  const shed = answers.filter(({ status }) => status === 503);
  expect(shed.length).toBeGreaterThan(100);
  const lines = child
    .stderr()
    .slice(before)
    .split('\n')
    .filter((line) => line.includes('could not answer'));
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.length).toBeLessThan(shed.length / 5);
  for (const line of lines) expect([line.length < 300, JSON.parse(line)]).toEqual([true, expect.objectContaining({ reason: 'overload' })]);
});
