/** The replacement of a secret key in a service of two nodes: as docs/operating.md says, and as it warns against. */
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Client, type Service, startIn, type TestDatabase, testDatabase } from '../support/service.ts';

const key = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const [old, next] = [key('old'), key('new')];

let database: TestDatabase;
const nodes: Service[] = [];
beforeAll(async () => {
  database = await testDatabase('PostgreSQL');
});
afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.stop()));
});
afterAll(() => database.remove());

async function begin(secretKeys: string): Promise<Client> {
  const started = await startIn({ ...database.environment, SECRET_KEYS: secretKeys });
  nodes.push(started);
  return new Client(started.url);
}

/** Starts a verification on one node and enters its code on the other. @returns the problem's code, or the outcome */
async function across(from: Client, to: Client, email: string): Promise<string> {
  const session = await from.verify(email);
  const { body } = await session.through(to).submit(await from.codeFor(email));
  return body.code ?? body.outcome;
}

test('in two steps, no session is affected at any moment', async () => {
  // Each pair is two nodes that run side by side, before and after one of them restarts with new keys.
  for (const [before, after] of [
    [old, `${old},${next}`],
    [`${old},${next}`, `${next},${old}`],
  ] as const) {
    const [one, other] = [await begin(before), await begin(after)];
    expect(await across(one, other, `${randomBytes(4).toString('hex')}@example.com`)).toBe('verified');
    expect(await across(other, one, `${randomBytes(4).toString('hex')}@example.com`)).toBe('verified');
  }
});

test('in one step, a node with the old key does not know sessions of one with the new key', async () => {
  const [one, other] = [await begin(old), await begin(`${next},${old}`)];
  expect(await across(one, other, 'early@example.com')).toBe('verified');
  expect(await across(other, one, 'late@example.com')).toBe('unauthenticated');
});
