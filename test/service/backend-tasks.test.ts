/** A task that another backend does: a signed request, answered at once or later by a signed callback. Played over HTTP. */
import { createService, type Service } from 'verification-workflows';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Workflows } from '../../src/engine/machines/workflows.ts';
import { Backends } from '../../src/service/backends.ts';
import { Backend, backendSecret, callBack } from '../support/backend.ts';
import { Client, type TestDatabase, type TestSession, testDatabase } from '../support/service.ts';
import { answerWithin, modules } from './seat-reservation.ts';

let backend: Backend;
let database: TestDatabase;
let service: Service;
let client: Client;
let publicUrl: string;
let config: Readonly<Record<string, string>>;
beforeAll(async () => {
  backend = await Backend.listen();
  database = await testDatabase('PostgreSQL');
  config = { ...database.environment, POLICY: 'seed', THEATRE_URL: backend.url, THEATRE_SECRET: backendSecret };
  service = await createService({ modules, config });
  const address = await service.listen();
  client = new Client(address.url);
  publicUrl = address.publicUrl;
  await client.freeze();
});
afterAll(async () => {
  await service.stop();
  await database.remove();
  backend.close();
});
beforeEach(() => {
  backend.asked.length = 0;
  backend.react = () => ({ status: 202 });
});

const start = () => client.start('seat-reservations', { guestName: 'Jane' });
const stateOf = async (session: TestSession) => (await session.read()).state;
const outcomeOf = async (session: TestSession) => (await session.read()).outcome;

test.each([null, 'http://127.0.0.1:9'])('a backend at %s is not asked for a task whose input does not fit', async (address) => {
  const definitions = modules.flatMap((module) => module.workflows ?? []);
  const settings = {
    setting: 'THEATRE_URL',
    connection: 'theatre',
    url: address ?? '',
    secret: backendSecret,
    allowsPrivate: true,
  };
  const clock = { now: () => 0 };
  const backends = new Backends({
    backends: { THEATRE_URL: address === null ? null : settings },
    workflows: new Workflows(definitions, {}),
    publicUrl: '',
    now: clock.now,
    databaseClock: clock,
  });
  const attempt = {
    input: { seats: 'two' },
    personal: {},
    sessionId: 'a',
    workflow: 'seat-reservation',
    version: 1,
    keyId: 'a',
    parent: null,
    key: 'a.1',
    generation: 1,
    attempt: 1,
    createdAt: 0,
    deadlines: {},
  };
  const handler = backends.handlers['seat-reservation@1/reserve'] ?? expect.fail('No handler');
  expect(await handler.run(attempt, new AbortController().signal)).toMatchObject({
    outcome: 'failed',
    reason: expect.stringContaining('/seats'),
  });
  expect(backend.asked).toEqual([]);
  await backends.close();
});

test('the request says what is wanted, by when, and where a later answer goes', async () => {
  const session = await start();
  const now = await client.clock({ freeze: true });
  expect(backend.asked).toEqual([
    {
      key: `${session.id}.1`,
      sessionId: session.id,
      workflow: 'seat-reservation',
      task: 'reserve',
      attempt: 1,
      input: { seats: 2 },
      data: { guestName: 'Jane' },
      outcomes: ['reserved', 'full'],
      callbackUrl: `${publicUrl}/v1/callbacks/theatre/${session.id}/1`,
      answerBy: new Date(now + answerWithin).toISOString(),
    },
  ]);
});

test('an answer at once ends the task within the start of the session', async () => {
  backend.react = () => ({ status: 200, body: { outcome: 'reserved', data: { row: '12' } } });
  expect((await start()).created).toMatchObject({ state: 'held', data: { guestName: 'Jane', row: '12' } });
  backend.react = () => ({ status: 200, body: { outcome: 'full' } });
  expect((await start()).created).toMatchObject({ outcome: 'full' });
  backend.react = () => ({ status: 200, body: { failed: 'no such play' } });
  expect((await start()).created).toMatchObject({ outcome: 'failed' });
});

test('a later answer ends the task once, and may be repeated', async () => {
  const session = await start();
  expect(session.created).toMatchObject({ state: 'reserving' });
  const request = backend.last;
  await client.clock({ advance: 'PT9M59S' });
  expect(await callBack(request, { outcome: 'reserved', data: { row: '3' } })).toMatchObject({ status: 204 });
  expect(await session.read()).toMatchObject({ state: 'held', data: { row: '3' } });
  expect(await callBack(request, { data: { row: '3' }, outcome: 'reserved' })).toMatchObject({ status: 204 });
  expect(await callBack(request, { outcome: 'full' })).toMatchObject({ status: 410, body: { code: 'task-over' } });
  expect((await session.history()).map(({ event }) => event)).toEqual(['start', 'reserve.done']);
});

test('a callback that comes before its 202 is taken', async () => {
  let early = 0;
  backend.react = async (data) => {
    if (data.task === 'reserve') early = (await callBack(data, { outcome: 'full' })).status;
    return { status: 202 };
  };
  const session = await start();
  expect([early, await outcomeOf(session)]).toEqual([204, 'full']);
});

test('without an answer in time, the task fails at that time, and a later answer is too late', async () => {
  const session = await start();
  const request = backend.last;
  await client.clock({ advance: 'PT9M59S' });
  expect(await stateOf(session)).toBe('reserving');
  await client.clock({ advance: 'PT1S' });
  expect(await outcomeOf(session)).toBe('failed');
  expect((await session.history()).at(-1)).toMatchObject({ event: 'reserve.failed', at: request.answerBy });
  expect(await callBack(request, { outcome: 'reserved' })).toMatchObject({ status: 410, body: { code: 'task-over' } });
});

test('the end of the state ends the wait', async () => {
  const session = await start();
  const request = backend.last;
  expect((await session.send('cancel')).body).toMatchObject({ outcome: 'cancelled' });
  expect(await callBack(request, { outcome: 'reserved' })).toMatchObject({ status: 410 });
  await client.clock({ advance: 'PT1H' });
  expect(await outcomeOf(session)).toBe('cancelled');
});

test('a callback that is forged, wrong, or for another task changes nothing', async () => {
  const session = await start();
  const request = backend.last;
  await start();
  const other = backend.last;
  const otherSecret = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;
  const done = { outcome: 'reserved' };
  expect(await callBack(request, done, { secret: otherSecret })).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  expect(await callBack(request, done, { at: new Date(Date.now() - 600_000) })).toMatchObject({ status: 401 });
  expect(await client.post(`/v1/callbacks/theatre/${session.id}/1`, { key: request.key, ...done })).toMatchObject({ status: 401 });
  const captured = { ...other, callbackUrl: request.callbackUrl };
  expect(await callBack(captured, done)).toMatchObject({ status: 400, body: { errors: [{ path: '/key' }] } });
  expect(await callBack(request, { outcome: 'lost' })).toMatchObject({ status: 422, body: { code: 'unknown-outcome' } });
  expect(await callBack(request, {})).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
  expect(await callBack(request, { ...done, failed: 'both' })).toMatchObject({ status: 400 });
  expect(await callBack(request, { ...done, data: { row: 3 } })).toMatchObject({ status: 400, body: { errors: [{ path: '/data' }] } });
  for (const path of [
    `theatre/${session.id}/2`,
    `cinema/${session.id}/1`,
    'theatre/0193a1b2-0000-7000-8000-000000000000/1',
    'theatre/x/1',
  ]) {
    const answer = await callBack({ ...request, key: `${session.id}.2`, callbackUrl: `${publicUrl}/v1/callbacks/${path}` }, done);
    expect([path, answer.status]).toEqual([path, 404]);
  }
  expect(await stateOf(session)).toBe('reserving');
  expect(await callBack(request, done)).toMatchObject({ status: 204 });
});

test.each<[string, () => object]>([
  ['is unavailable', () => ({ status: 503 })],
  ['does not know the signature', () => ({ status: 401 })],
  ['redirects', () => ({ status: 307, headers: { location: `http://127.0.0.1:${backend.port}/elsewhere` } })],
  ['answers with a page', () => ({ status: 200, body: '<html>' })],
  ['answers with too much', () => ({ status: 200, body: { outcome: 'reserved', padding: 'x'.repeat(70_000) } })],
])('a backend that %s is asked again, under the same key, and then the task fails', async (_, answer) => {
  backend.react = () => answer() as { status: number };
  const session = await start();
  expect(await stateOf(session)).toBe('reserving');
  await client.clock({ advance: 'PT10S' });
  expect(await outcomeOf(session)).toBe('failed');
  expect(backend.asked.map(({ key, attempt }) => [key, attempt])).toEqual([1, 2, 3].map((attempt) => [`${session.id}.1`, attempt]));
  expect(backend.paths).not.toContain('POST /elsewhere');
});

test.each([
  [422, undefined],
  [200, { outcome: 'sold' }],
])('an answer %i %o fails the task at once', async (status, body) => {
  backend.react = () => ({ status, ...(body === undefined ? {} : { body }) });
  expect((await start()).created).toMatchObject({ outcome: 'failed' });
  expect(backend.asked.length).toBe(1);
});

test('a task whose failure the machine does not handle is asked for again, also when no answer comes', async () => {
  backend.react = ({ task }) => (task === 'reserve' ? { status: 200, body: { outcome: 'reserved' } } : { status: 202 });
  const session = await start();
  await session.send('cancel');
  const [, first] = backend.asked;
  expect(first).toMatchObject({ task: 'release', attempt: 1 });
  await client.clock({ advance: 'PT10M' });
  expect(backend.last).toMatchObject({ task: 'release', attempt: 2, key: first.key });
  expect(await callBack(first, { failed: 'the till is closed' })).toMatchObject({ status: 204 });
  expect(await stateOf(session)).toBe('releasing');
  await client.clock({ advance: 'PT10S' });
  expect(backend.last).toMatchObject({ task: 'release', attempt: 3 });
  expect(await callBack(backend.last, { outcome: 'released' })).toMatchObject({ status: 204 });
  expect(await outcomeOf(session)).toBe('cancelled');
});

test('the answer reaches the session through another process, while no process holds it', async () => {
  const other = await createService({ modules, config });
  const elsewhere = new Client((await other.listen()).url);
  try {
    const session = await start();
    const [answer] = await Promise.all([
      callBack(backend.last, { outcome: 'reserved' }, { client: elsewhere }),
      callBack(backend.last, { outcome: 'reserved' }),
    ]);
    expect(answer).toMatchObject({ status: 204 });
    expect(await stateOf(session)).toBe('held');
    expect((await session.through(elsewhere).history()).map(({ event }) => event)).toEqual(['start', 'reserve.done']);
  } finally {
    await other.stop();
  }
});

test('in the sandbox, a person answers for the backend', async () => {
  const session = await start();
  const { tasks } = (await client.get(`/sandbox/tasks/${session.id}`)).body;
  const { key, answerBy } = backend.last;
  expect(tasks).toEqual([
    { key, number: 1, task: 'reserve', setting: 'THEATRE_URL', input: { seats: 2 }, outcomes: ['reserved', 'full'], answerBy },
  ]);
  expect(await client.post(`/sandbox/tasks/${session.id}/1`, { outcome: 'lost' })).toMatchObject({ status: 422 });
  expect(await client.post(`/sandbox/tasks/${session.id}/1`, { outcome: 'full' })).toMatchObject({ status: 204 });
  expect(await outcomeOf(session)).toBe('full');
  expect((await client.get(`/sandbox/tasks/${session.id}`)).body.tasks).toEqual([]);
  expect(await client.post(`/sandbox/tasks/${session.id}/1`, { outcome: 'full' })).toMatchObject({ status: 410 });
});

test('in the sandbox, a backend needs no address: its tasks wait for a person', async () => {
  const alone = await createService({ modules, config: { ...config, THEATRE_URL: '', THEATRE_SECRET: '' } });
  const player = new Client((await alone.listen()).url);
  try {
    const session = await player.start('seat-reservations', { guestName: 'Jane' });
    expect(session.created.state).toBe('reserving');
    expect(await player.post(`/sandbox/tasks/${session.id}/1`, { failed: 'the theatre is closed' })).toMatchObject({ status: 204 });
    expect(await outcomeOf(session)).toBe('failed');
    expect(backend.asked).toEqual([]);
  } finally {
    await alone.stop();
  }
});

test.each<[string, Readonly<Record<string, string>>, string]>([
  ['no address outside the sandbox', { THEATRE_URL: '', SANDBOX: 'false' }, 'THEATRE_URL is needed'],
  ['no secret', { THEATRE_SECRET: '' }, 'THEATRE_SECRET is needed with THEATRE_URL'],
  ['a short secret', { THEATRE_SECRET: 'whsec_AAAA' }, 'THEATRE_SECRET must be whsec_ and at least 24 bytes in base64'],
  ['an address that is none', { THEATRE_URL: 'theatre' }, 'THEATRE_URL must be an http:// or https:// URL'],
  ['an address of a private network', { THEATRE_URL: 'http://10.0.0.7/' }, 'allow it with ALLOW_PRIVATE=theatre'],
  ['an address of the link', { THEATRE_URL: 'http://169.254.169.254/' }, 'allow it with ALLOW_PRIVATE=theatre'],
  ['an address in IPv6 for one in IPv4', { THEATRE_URL: 'http://[::ffff:10.0.0.7]/' }, 'allow it with ALLOW_PRIVATE=theatre'],
  ['a misspelt name of a connection', { ALLOW_PRIVATE: 'theater' }, "'theater' is no connection"],
  ['a password', { THEATRE_URL: 'https://a:b@theatre.example/' }, 'THEATRE_URL has a password'],
  [
    'no encryption in production',
    { THEATRE_URL: 'http://theatre.example/', NODE_ENV: 'production', SANDBOX: 'false', SECRET_KEYS: `a:${'A'.repeat(43)}=` },
    'ALLOW_INSECURE=theatre',
  ],
])('settings with %s stop the start with one line', async (_, changes, line) => {
  const refused = createService({ modules, config: { ...config, ...changes } });
  await expect(refused).rejects.toThrow(line);
  await expect(refused).rejects.toThrow(/^[^\n]*$/);
});

test('a private network that the operator allows is no fault', async () => {
  const allowed = { ...config, THEATRE_URL: 'http://10.0.0.7/', ALLOW_PRIVATE: 'theatre' };
  await expect(createService({ modules, config: allowed })).resolves.toBeDefined();
});

test('the reference lists the callback, and the page of its problems', async () => {
  const answer = await client.get('/openapi.json');
  const { paths } = answer.body;
  expect(Object.keys(paths)).toEqual(
    expect.arrayContaining(['/v1/callbacks/{backend}/{session}/{task}', '/sandbox/tasks/{session}', '/sandbox/tasks/{session}/{number}']),
  );
  expect((await client.get('/problems/task-over')).status).toBe(200);
});
