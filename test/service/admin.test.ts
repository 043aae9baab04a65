/** The admins' routes over HTTP, on both databases. */
import { hash as argon2 } from '@node-rs/argon2';
import bcrypt from '@node-rs/bcrypt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeOnce } from '../support/describe-once.ts';
import {
  type Answer,
  type Client,
  databaseKinds,
  otherThan,
  quickDatabase,
  startTestService,
  type TestService,
} from '../support/service.ts';

const keys = { desk: 'a-key-of-the-support-desk-1', import: 'a-key-of-the-import-job--2' };
const password = 'a quiet evening in Porto';
const verdict = ({ status, body }: Answer) => [status, body.code];

let people = 0;
function fresh(): string {
  people += 1;
  return `admin-${people}@example.com`;
}

describe.each(databaseKinds)('admins on %s', (kind) => {
  let service: TestService;
  let client: Client;
  beforeAll(async () => {
    service = await startTestService(kind, { ADMIN_KEYS: `desk:${keys.desk},import:${keys.import}` });
    client = service.client;
  });
  afterAll(() => service.remove());

  const admin = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}, key = keys.desk) =>
    client.call(method, `/admin${path}`, { token: key, headers, ...(body === undefined ? {} : { body }) });
  const login = (email: string, more: Record<string, unknown> = {}) => client.post('/v1/login-verifications', { email, password, ...more });

  test.each([
    ['GET', '/accounts/01a209bb-07ee-7090-be7e-e8e04bd76b5f'],
    ['GET', '/sessions'],
    ['GET', '/audit'],
    ['POST', '/accounts'],
    ['POST', '/sessions/01a209bb-07ee-7090-be7e-e8e04bd76b5f/cancel'],
  ])('%s %s needs a key', async (method, path) => {
    const body = method === 'POST' ? {} : undefined;
    for (const key of ['', 'nonsense', `${keys.desk}x`, keys.desk.slice(1), keys.desk.toUpperCase()]) {
      const answer = await admin(method, path, body, {}, key);
      expect(verdict(answer)).toEqual([401, 'unauthenticated']);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
    }
    const { body: session } = await client.post('/v1/email-verifications', { email: fresh() });
    expect(verdict(await admin(method, path, body, {}, session.sessionToken))).toEqual([401, 'unauthenticated']);
  });

  test.each([
    '/sessions?state=%00',
    '/sessions?workflow=%ED%A0%80%00',
    '/sessions?state=a%0Ab',
    '/sessions?state=',
    `/sessions?state=${'x'.repeat(321)}`,
    '/sessions?state=verified&state=failed',
    '/sessions?cursor=%00',
    '/sessions?cursor=1',
    '/sessions?accountId=01a209bb-07ee-7090-be7e-e8e04bd76b5f&accountId=01a209bb-07ee-7090-be7e-e8e04bd76b5f',
    '/audit?accountId=%E0%A4%A',
  ])('refuses a meaningless query: %s', async (path) => {
    expect(verdict(await admin('GET', path))).toEqual([400, 'invalid-request']);
  });

  test('creates an account with a password, and shows it masked', async () => {
    const email = fresh();
    const made = await admin('POST', '/accounts', { email, password, phone: '+33 6 12 34 56 78', emailVerified: true, locale: 'fr' });
    expect(made.status).toBe(201);
    const { body } = await admin('GET', `/accounts/${made.body.id}`);
    expect(body).toMatchObject({
      id: made.body.id,
      email: 'a***@example.com',
      phone: '+33*******78',
      emailVerified: true,
      phoneVerified: false,
      locale: 'fr',
      codesRefusedUntil: null,
      closedChannels: [],
    });
    expect(JSON.stringify(body)).not.toMatch(/argon2|hash/i);
    expect(verdict(await admin('POST', '/accounts', { email: email.toUpperCase(), password }))).toEqual([409, 'address-taken']);
    // The number is not verified as the owner's, so it gets no code.
    expect((await login(email)).body.data).toMatchObject({ channel: 'email', phone: null });
  });

  test.each([
    ['argon2id', () => argon2(password, { memoryCost: 8192, timeCost: 1 })],
    ['argon2i', () => argon2(password, { algorithm: 1, memoryCost: 4096, timeCost: 3 })],
    ['bcrypt', () => bcrypt.hash(password, 4)],
  ])('imports an account with its hash of %s, which the next login replaces', async (_name, hash) => {
    const email = fresh();
    const { status, body } = await admin('POST', '/accounts', {
      email,
      passwordHash: await hash(),
      phone: '+33612345678',
      phoneVerified: true,
    });
    expect(status).toBe(201);
    expect((await login(email)).body).toMatchObject({ state: expect.stringMatching(/^codeActive/), data: { channel: 'sms' } });
    expect((await login(email)).body.state).toMatch(/^codeActive/);
    expect(verdict(await login(email, { password: `${password}!` }))).toEqual([401, 'invalid-credentials']);
    expect((await admin('GET', `/accounts/${body.id}`)).status).toBe(200);
  });

  test.each([
    ['neither password nor hash', {}, 'invalid-request', 400],
    ['both', { password, passwordHash: '$2b$04$abcdefghijklmnopqrstuuCUeKX1d3v9R0E5xk3sRYAxSMOk0c1Ga' }, 'invalid-request', 400],
    ['a hash of something else', { passwordHash: '5f4dcc3b5aa765d61d8327deb882cf99' }, 'invalid-request', 400],
    ['a hash that costs too much', { passwordHash: `$2b$20$${'a'.repeat(53)}` }, 'invalid-request', 400],
    ['a weak password', { password: 'password1' }, 'weak-password', 422],
    ['no number', { password, phone: '12' }, 'invalid-phone', 422],
    ['an unknown field', { password, admin: true }, 'invalid-request', 400],
  ])('creates no account with %s', async (_name, more, code, status) => {
    const email = fresh();
    expect(verdict(await admin('POST', '/accounts', { email, ...more }))).toEqual([status, code]);
    expect((await admin('POST', '/accounts', { email, password })).status).toBe(201);
  });

  test('lists sessions by workflow, state and account, page by page', async () => {
    const email = fresh();
    const { body: account } = await admin('POST', '/accounts', { email, password });
    const other = (await login(email)).body;
    const ids = [other.id];
    for (let more = 0; more < 52; more += 1)
      ids.push((await client.post('/v1/email-verifications', { email: `many-${more}@example.com` })).body.id);
    const first = (await admin('GET', '/sessions?workflow=email-verification')).body;
    const second = (await admin('GET', `/sessions?workflow=email-verification&cursor=${first.cursor}`)).body;
    expect(first.sessions).toHaveLength(50);
    const listed = [...first.sessions, ...second.sessions].map(({ id }: { id: string }) => id);
    expect(new Set(listed).size).toBe(listed.length);
    expect(listed).toEqual(listed.toSorted().toReversed());
    expect(listed).toEqual(expect.arrayContaining(ids.slice(1)));
    expect(second.cursor).toBeNull();
    const ofAccount = (await admin('GET', `/sessions?accountId=${account.id}`)).body;
    expect(ofAccount.sessions).toMatchObject([
      { id: other.id, workflow: 'login-verification', status: 'active', accountId: account.id, endedAt: null },
    ]);
    expect((await admin('GET', '/sessions?workflow=login-verification&state=denied')).body.sessions).toEqual([]);
    expect(JSON.stringify([first, ofAccount])).not.toContain('@');
  });

  test('a login with wrong credentials belongs to no account', async () => {
    const email = fresh();
    const { body: account } = await admin('POST', '/accounts', { email, password });
    await login(email, { password: 'wrong' });
    expect((await admin('GET', `/sessions?accountId=${account.id}`)).body.sessions).toEqual([]);
  });

  test('shows none of the owner’s proofs in an ended login', async () => {
    const email = fresh();
    const { body: made } = await client.post('/sandbox/accounts', { email, password, trustedDevice: true });
    const { body: session } = await login(email, { deviceToken: made.deviceToken });
    expect(session.result.token).toMatch(/^eyJ/);
    const answer = await admin('POST', `/sessions/${session.id}/cancel`, {});
    expect(verdict(answer)).toEqual([409, 'event-not-accepted']);
    expect(answer.body.session).toMatchObject({ state: 'authenticated', result: null });
    for (const secret of ['eyJ', 'deviceToken', session.sessionToken]) expect(JSON.stringify(answer.body)).not.toContain(secret);
  });

  test('cancels a session, once', async () => {
    const session = await client.verify(fresh());
    const { status, body } = await admin('POST', `/sessions/${session.id}/cancel`, {});
    expect([status, body.outcome]).toEqual([200, 'cancelled']);
    expect(await session.read()).toMatchObject({ state: 'cancelled', status: 'done' });
    expect(verdict(await admin('POST', `/sessions/${session.id}/cancel`, {}))).toEqual([409, 'event-not-accepted']);
  });

  test.each(['nonsense', '01a209bb-07ee-7090-be7e-e8e04bd76b5f'])('knows no account and no session %s', async (id) => {
    expect(verdict(await admin('GET', `/accounts/${id}`))).toEqual([404, 'not-found']);
    expect(verdict(await admin('POST', `/sessions/${id}/cancel`, {}))).toEqual([404, 'not-found']);
  });

  test.each(['/sessions?cursor=1', '/sessions?accountId=x', '/audit?accountId=x'])('takes no %s', async (path) => {
    expect(verdict(await admin('GET', path))).toEqual([400, 'invalid-request']);
  });

  test('records who requested what, and the result', async () => {
    const { body: made } = await admin('POST', '/accounts', { email: fresh(), password }, {}, keys.import);
    await admin('GET', `/accounts/${made.id}`, undefined, { 'x-agent': 'Zoe of support' });
    const session = await client.verify(fresh());
    await admin('POST', `/sessions/${session.id}/cancel`, {}, { 'x-agent': 'Ann' });
    await admin('POST', `/sessions/${session.id}/cancel`, {}, { 'x-agent': 'Ann' });
    const { entries } = (await admin('GET', '/audit')).body;
    expect(entries.slice(0, 5)).toMatchObject([
      { action: 'GET /admin/audit', keyName: 'desk', agent: null, status: null },
      { action: 'POST /admin/sessions/:id/cancel', agent: 'Ann', sessionId: session.id, status: 409 },
      { action: 'POST /admin/sessions/:id/cancel', agent: 'Ann', sessionId: session.id, status: 200 },
      { action: 'GET /admin/accounts/:id', agent: 'Zoe of support', accountId: made.id, status: 200 },
      { action: 'POST /admin/accounts', keyName: 'import', agent: null, accountId: made.id, status: 201 },
    ]);
    const ofAccount = (await admin('GET', `/audit?accountId=${made.id}`)).body.entries;
    expect(ofAccount.map(({ action }: { action: string }) => action)).toEqual([
      'GET /admin/audit',
      'GET /admin/accounts/:id',
      'POST /admin/accounts',
    ]);
  });

  test('rejects a name of an agent that is too long', async () => {
    expect(verdict(await admin('GET', '/sessions', undefined, { 'x-agent': 'x'.repeat(101) }))).toEqual([400, 'invalid-request']);
  });

  test('shows that the account’s codes are refused', async () => {
    const email = fresh();
    const { body: account } = await admin('POST', '/accounts', { email, password });
    for (let tried = 0; tried < 2; tried += 1) {
      const session = await client.start('login-verifications', { email, password });
      const wrong = otherThan(await client.codeFor(email));
      for (let guess = 0; guess < 5; guess += 1) await session.submit(wrong);
    }
    const { body } = await admin('GET', `/accounts/${account.id}`);
    expect(Date.parse(body.codesRefusedUntil)).toBeGreaterThan(Date.parse(body.updatedAt));
  });
});

describeOnce('without keys', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService(quickDatabase);
  });
  afterAll(() => service.remove());

  test.each(['/admin/sessions', '/admin/audit'])('there is no %s', async (path) => {
    expect(verdict(await service.client.get(path, keys.desk))).toEqual([404, 'not-found']);
  });
});
