/** Sessions outlive deployments: machines that are gone, keys that are replaced, and what is old enough to be forgotten. */
import { randomBytes } from 'node:crypto';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { registry } from '../../machines/registry.ts';
import type { WorkflowDefinition } from '../../machines/workflow.ts';
import type { Service } from '../../src/service.ts';
import { Client, startIn, type TestDatabase, type TestSession, testDatabase } from '../support/service.ts';

let database: TestDatabase;
let service: Service;
beforeEach(async () => {
  database = await testDatabase('PGlite');
});
afterEach(async () => {
  await service.stop();
  await database.remove();
});

/** The service again, on the same database. @returns a client of it, and the same session through it */
async function again(session: TestSession | null, settings: Record<string, string> = {}, definitions?: readonly WorkflowDefinition[]) {
  if (session) await service.stop();
  service = await startIn({ ...database.environment, ...settings }, definitions);
  const client = new Client(service.url);
  return {
    client,
    session: session?.through(client) ?? null,
  };
}

/** The same workflows, as if their structure had changed and nobody had kept the old version. */
const nextVersions = registry.map(({ name, of }): WorkflowDefinition => ({ name, of: (policy) => ({ ...of(policy), version: 99 }) }));

test('a session whose machine is gone is set aside, and goes on when the machine is back', async () => {
  const first = await again(null);
  await first.client.freeze();
  const started = await first.client.verify('stranded@example.com');
  const without = await again(started, {}, nextVersions);
  const refused = await without.client.get(started.path, started.token);
  expect([refused.status, refused.body.code]).toEqual([503, 'unavailable']);
  await without.client.clock({ advance: 'PT41M' });
  expect((await without.client.verify('new@example.com')).created.version).toBe(99);

  const { session } = await again(started, {}, [...registry, ...nextVersions]);
  expect((await session?.history())?.map(({ event }) => event)).toEqual([
    'start',
    'deliverCode.done',
    'after.resendCooldown',
    'after.codeLifetime',
  ]);
  expect((await session?.send('request-new-code'))?.body.state).toBe('codeActive.cooldown');
});

test('a key can be replaced while sessions of the old one run on', async () => {
  const key = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
  const [old, fresh] = [key('old'), key('new')];
  const first = await again(null, { SECRET_KEYS: old });
  const email = 'rotate@example.com';
  const headers = { 'idempotency-key': 'before-the-rotation-0123456789' };
  const started = await first.client.verify(email, {}, headers);
  const code = await first.client.codeFor(email);

  const { client, session } = await again(started, { SECRET_KEYS: `${fresh},${old}` });
  expect((await client.verify(email, {}, headers)).id).toBe(started.id);
  const verified = await session?.submit(code);
  expect(verified?.body.outcome).toBe('verified');
  const keys = createRemoteJWKSet(new URL(`${client.url}/.well-known/jwks.json`));
  const { protectedHeader, payload } = await jwtVerify(verified?.body.result.token, keys);
  expect([protectedHeader.kid, payload['email']]).toEqual(['new', email]);
  const { keys: published } = (await client.get('/.well-known/jwks.json')).body;
  expect(published.map(({ kid }: { kid: string }) => kid)).toEqual(['new', 'old']);
});

test('a key that is taken out takes with it the sessions and the accounts that were made with it', async () => {
  const key = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
  const first = await again(null, { SECRET_KEYS: key('old') });
  const started = await first.client.verify('gone@example.com');
  const code = await first.client.codeFor('gone@example.com');
  const account = { email: 'owner@example.com', password: 'a quiet evening in Porto' };
  await first.client.post('/sandbox/accounts', account);

  const { client, session } = await again(started, { SECRET_KEYS: key('new') });
  const refused = await session?.submit(code);
  expect([refused?.status, refused?.body.code]).toEqual([401, 'unauthenticated']);
  const login = await client.post('/v1/login-verifications', account);
  expect([login.status, login.body.code]).toEqual([401, 'invalid-credentials']);
});

test('a finished session is forgotten after the retention, an unfinished one never', async () => {
  const { client } = await again(null, { RETENTION: 'PT1H' });
  await client.freeze();
  const [finished, running] = [await client.verify('finished@example.com'), await client.verify('running@example.com')];
  await finished.send('cancel');
  await client.clock({ advance: 'PT59M' });
  expect((await finished.read()).outcome).toBe('cancelled');
  await client.clock({ advance: 'PT1M1S' });
  expect((await client.get(finished.path, finished.token)).status).toBe(404);
  expect((await running.read()).state).toBe('expired');
});
