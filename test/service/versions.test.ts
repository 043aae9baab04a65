/** Sessions outlive deployments: removed machines, replaced keys, and the deletion of old sessions. */
import { randomBytes } from 'node:crypto';
import { Type } from '@sinclair/typebox';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { defineWorkflow } from '../../machines/define-workflow.ts';
import { closed, type Migration, type WorkflowDefinition } from '../../machines/workflow.ts';
import { ends, petition, petitionMachine } from '../support/petition.ts';
import {
  Client,
  otherThan,
  quickDatabase,
  type Service,
  startIn,
  type TestDatabase,
  type TestSession,
  testDatabase,
} from '../support/service.ts';
import { registry } from '../support/workflows.ts';

let database: TestDatabase;
let service: Service;
beforeEach(async () => {
  database = await testDatabase(quickDatabase);
});
afterEach(async () => {
  await service.stop();
  await database.remove();
});

/** Restarts the service on the same database. @returns a client of it, and the same session through it */
async function again(session: TestSession | null, settings: Record<string, string> = {}, definitions?: readonly WorkflowDefinition[]) {
  if (session) await service.stop();
  service = await startIn({ ...database.environment, ...settings }, definitions);
  const client = new Client(service.url);
  return {
    client,
    session: session?.through(client) ?? null,
  };
}

/** The same workflows, as if their structure had changed and the old version had been removed. */
const nextVersions = registry.map(({ name, of }): WorkflowDefinition => ({ name, of: (policy) => ({ ...of(policy), version: 99 }) }));

test('a session whose machine is removed is set aside, and continues when the machine is back', async () => {
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

/** The next versions again, with a migration of the current sessions. */
const migratingBy = (migrate: Migration) =>
  registry.map(
    ({ name, of }): WorkflowDefinition => ({
      name,
      of: (policy) => {
        const workflow = of(policy);
        return { ...workflow, version: 99, migrations: { [workflow.version]: migrate } };
      },
    }),
  );

describe('a migration', () => {
  /** One session in each kind of state. */
  async function sessionsOf(client: Client): Promise<Record<string, TestSession>> {
    const cooling = await client.verify('cooling@example.com');
    const locked = await client.verify('locked@example.com');
    const wrong = otherThan(await client.codeFor('locked@example.com'));
    for (let guess = 0; guess < 5; guess += 1) await locked.submit(wrong);
    await client.nextDelivery('fail');
    const undelivered = await client.verify('undelivered@example.com');
    const verified = await client.verify('verified@example.com');
    await verified.submit(await client.codeFor('verified@example.com'));
    return { cooling, locked, undelivered, verified };
  }

  test('takes sessions along, with their timers, codes and counts', async () => {
    const first = await again(null);
    await first.client.freeze();
    const { cooling, locked, undelivered } = await sessionsOf(first.client);
    if (!cooling || !locked || !undelivered) throw new Error('A session is missing');
    const before = await Promise.all([cooling, locked, undelivered].map((session) => session.read()));
    const { client } = await again(
      cooling,
      {},
      migratingBy((stored) => stored),
    );
    const sessions = [cooling, locked, undelivered].map((session) => session.through(client));
    for (const [index, session] of sessions.entries()) {
      const { version, revision, updatedAt, ...same } = await session.read();
      const { version: _, revision: earlier, updatedAt: __, ...was } = before[index] ?? {};
      expect(same).toEqual(was);
      expect([version, revision > earlier, updatedAt]).toEqual([99, true, expect.any(String)]);
      expect((await session.history()).map(({ event }) => event)).toContain('migrate');
    }
    expect((await sessions[0]?.submit(await client.codeFor('cooling@example.com')))?.body.outcome).toBe('verified');
    await client.clock({ advance: 'PT40M' });
    expect((await sessions[1]?.read())?.['state']).toBe('expired');
  });

  test('without a target leaves them stranded, until a later one has a target', async () => {
    const first = await again(null);
    await first.client.freeze();
    const started = await first.client.verify('astray@example.com');
    const astray = await again(
      started,
      {},
      migratingBy((stored) => ({ ...stored, value: 'nowhere' })),
    );
    const refused = await astray.client.get(started.path, started.token);
    expect([refused.status, refused.body.code]).toEqual([503, 'unavailable']);
    const { session } = await again(
      started,
      {},
      migratingBy((stored) => stored),
    );
    expect(await session?.read()).toMatchObject({ version: 99, state: 'codeActive.cooldown' });
  });

  test.each<[string, Migration]>([
    ['a timer of a state that is not active', (stored) => ({ ...stored, value: 'expired' })],
    ['a state that has states below', (stored) => ({ ...stored, value: 'codeActive' })],
  ])('that leaves %s is refused', async (_, migrate) => {
    const first = await again(null);
    await first.client.freeze();
    const started = await first.client.verify('unfit@example.com');
    const { client } = await again(started, {}, migratingBy(migrate));
    expect((await client.get(started.path, started.token)).status).toBe(503);
  });
});

test('a key can be replaced while sessions of the old one continue', async () => {
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
  expect(published.map(({ kid }: { kid: string }) => kid)).toEqual(['new', 'old', 'new:ES256', 'old:ES256']);
});

test('a removed key makes the sessions and accounts of that key inaccessible', async () => {
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

test('an ended session is deleted after the retention, an unfinished one never', async () => {
  const { client } = await again(null, { RETENTION: 'P1D' });
  await client.freeze();
  const [finished, running] = [await client.verify('finished@example.com'), await client.verify('running@example.com')];
  await finished.send('cancel');
  await client.clock({ advance: 'PT23H59M' });
  expect((await finished.read()).outcome).toBe('cancelled');
  await client.clock({ advance: 'PT1M1S' });
  expect((await client.get(finished.path, finished.token)).status).toBe(404);
  expect((await running.read()).state).toBe('abandoned');
});

test('an Idempotency-Key whose session was deleted starts one with other codes', async () => {
  const { client } = await again(null, { RETENTION: 'P1D' });
  await client.freeze();
  const email = 'returns@example.com';
  const headers = { 'idempotency-key': 'a-key-that-comes-again-later' };
  const first = await client.verify(email, {}, headers);
  const code = await client.codeFor(email);
  await first.send('cancel');
  await client.clock({ advance: 'P1DT1S' });
  expect((await client.get(first.path, first.token)).status).toBe(404);
  const second = await client.verify(email, {}, headers);
  expect(await client.codeFor(email)).not.toBe(code);
  expect((await second.submit(code)).body.code).toBe('wrong-code');
});

describe('a session of an older version', () => {
  /**
   * The older version of the petition. The newer version's event of the holder is the agent's here and has another body, and one event no
   * longer exists there.
   */
  const older = defineWorkflow('petition', (policy) => {
    const { name: _, events, ...workflow } = petition.of(policy);
    const { WITHDRAW } = events;
    if (!WITHDRAW) throw new Error('The petition has changed');
    const body = Type.Object({ why: Type.String({ minLength: 3 }) }, closed);
    return { ...workflow, collection: 'petitions-of-old', events: { ...events, WITHDRAW: { ...WITHDRAW, sender: 'agent', body } } };
  });
  const newer = defineWorkflow('petition', (policy) => {
    const { name: _, events, ...workflow } = petition.of(policy);
    const { APPROVE: _approve, ...others } = events;
    const { APPROVE: _end, ...otherEnds } = ends;
    return { ...workflow, version: 2, events: others, machine: petitionMachine(otherEnds), success: { outcome: 'approved', claims: [] } };
  });

  test('is judged by its own interface: its senders, its bodies and its events, in its own collection and the current one', async () => {
    const keys = { ADMIN_KEYS: 'desk:a-key-of-the-support-desk-1' };
    const account = { email: 'owner@example.com', password: 'a quiet evening in Porto' };
    const first = await again(null, keys, [older]);
    await first.client.post('/sandbox/accounts', account);
    const [old, other] = [await first.client.start('petitions-of-old', account), await first.client.start('petitions-of-old', account)];
    const { client } = await again(old, keys, [older, newer]);
    const fresh = await client.start('petitions', account);
    expect([old.created.version, fresh.created.version]).toEqual([1, 2]);

    const agent = { token: 'a-key-of-the-support-desk-1', headers: { 'x-agent': 'Sam' } };
    const send = async (path: string, body: object, as: { token: string }) => {
      const answer = await client.post(path, body, as);
      return [answer.status, answer.body.code ?? answer.body.state];
    };
    const why = { why: 'it is settled' };
    for (const collection of ['petitions', 'petitions-of-old']) {
      const path = (id: string, event: string) => `/v1/${collection}/${id}/${event}`;
      expect(await send(path(old.id, 'withdraw'), why, old)).toEqual([401, 'unauthenticated']);
      expect(await send(path(old.id, 'withdraw'), {}, agent)).toEqual([400, 'invalid-request']);
      // In the newer version, no event is an agent's.
      expect(await send(path(fresh.id, 'withdraw'), {}, agent)).toEqual([404, 'not-found']);
      expect(await send(path(fresh.id, 'withdraw'), why, fresh)).toEqual([400, 'invalid-request']);
      expect(await send(path(fresh.id, 'approve'), {}, agent)).toEqual([404, 'not-found']);
      expect((await client.get(`/v1/${collection}/${old.id}`, old.token)).body).toMatchObject({ version: 1, revision: 1, state: 'open' });
    }
    expect(await send(`/v1/petitions-of-old/${old.id}/withdraw`, why, agent)).toEqual([200, 'withdrawn']);
    expect(await send(`/v1/petitions/${other.id}/approve`, {}, agent)).toEqual([200, 'approved']);
    expect(await send(`/v1/petitions/${fresh.id}/withdraw`, {}, fresh)).toEqual([200, 'withdrawn']);
  });
});
