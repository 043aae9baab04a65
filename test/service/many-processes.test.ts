/** Two services with one database and one sandbox clock: each request can go to either. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client, otherThan, type Service, startIn, type TestDatabase, type TestSession, testDatabase } from '../support/service.ts';

let database: TestDatabase;
let services: readonly [Service, Service];
let a: Client;
let b: Client;
beforeAll(async () => {
  database = await testDatabase('PostgreSQL');
  // Both start at once, so that they share the migrations too.
  services = await Promise.all([startIn(database.environment), startIn(database.environment)]);
  [a, b] = [new Client(services[0].url), new Client(services[1].url)];
});
afterAll(async () => {
  await Promise.all(services.map((service) => service.stop()));
  await database.remove();
});

/** The same session through the other service. */
const through = (client: Client, session: TestSession) => session.through(client);

test('events and the clock alternate between them', async () => {
  await a.freeze();
  const first = await a.verify('alternate@example.com');
  const second = through(b, first);
  const code = await b.codeFor('alternate@example.com');
  expect((await second.submit(otherThan(code))).body.attemptsLeft).toBe(4);
  expect((await first.submit(otherThan(code))).body.attemptsLeft).toBe(3);
  expect((await second.send('resend-code')).body.code).toBe('resend-too-soon');
  await b.clock({ advance: 'PT90S' });
  expect((await first.send('resend-code')).body.state).toBe('codeActive.cooldown');
  await a.clock({ advance: 'PT39M' });
  expect((await second.submit(code)).body.code).toBe('code-expired');
  expect(await first.read()).toEqual(await second.read());
  await a.clock({ freeze: false });
});

test('of 200 wrong codes through both, exactly 5 are compared', async () => {
  const first = await a.verify('both@example.com');
  const second = through(b, first);
  const wrong = otherThan(await a.codeFor('both@example.com'));
  const answers = await Promise.all(Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? first : second).submit(wrong)));
  expect(answers.filter(({ body }) => body.code === 'wrong-code')).toHaveLength(5);
  expect(answers.filter(({ body }) => body.code === 'too-many-attempts')).toHaveLength(195);
});

test('of 100 right codes through both, exactly one verifies', async () => {
  const first = await a.verify('right@example.com');
  const second = through(b, first);
  const code = await a.codeFor('right@example.com');
  const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? first : second).submit(code)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
});

test('a key used on both at once starts one session and sends one message', async () => {
  const headers = { 'idempotency-key': 'both-processes-0123456789' };
  const started = await Promise.all(
    Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? a : b).verify('key@example.com', {}, headers)),
  );
  expect(new Set(started.map(({ id }) => id)).size).toBe(1);
  expect(await a.messages('key@example.com')).toHaveLength(1);
});

test('each timer fires once, though both poll for it', async () => {
  const sessions = await Promise.all(Array.from({ length: 30 }, (_, index) => a.verify(`timer${index}@example.com`)));
  await Promise.all([a.clock({ advance: 'PT41M' }), b.clock({ advance: 'PT41M' })]);
  for (const session of sessions) {
    expect((await session.history()).map(({ event }) => event)).toEqual([
      'start',
      'deliverCode.done',
      'after.resendCooldown',
      'after.codeLifetime',
    ]);
  }
});

test('the stream of one shows changes through the other', async () => {
  const first = await a.verify('stream@example.com');
  const response = await fetch(`${a.url}${first.path}/stream`, { headers: { authorization: `Bearer ${first.token}` } });
  const text = response.text();
  await through(b, first).send('cancel');
  expect(await text).toContain('"outcome":"cancelled"');
});
