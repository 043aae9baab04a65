/** A process that is killed while a backend works on a task: the answer reaches the session through another process. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Backend, backendSecret, callBack } from '../support/backend.ts';
import { type ChildService, startChildOf } from '../support/process.ts';
import { Client, type TestDatabase, testDatabase } from '../support/service.ts';

let backend: Backend;
let database: TestDatabase;
const children: ChildService[] = [];
beforeAll(async () => {
  backend = await Backend.listen();
  database = await testDatabase('PostgreSQL');
});
afterAll(async () => {
  await Promise.all(children.map((child) => child.kill()));
  await database.remove();
  backend.close();
});

async function started(): Promise<{ readonly child: ChildService; readonly client: Client }> {
  const settings = { ...database.environment, POLICY: 'seed', THEATRE_URL: backend.url, THEATRE_SECRET: backendSecret };
  const child = await startChildOf('test/service/seat-reservation.ts', settings);
  children.push(child);
  return { child, client: new Client(child.url) };
}

test('kill -9 between the 202 and the callback loses no answer, and none is taken twice', async () => {
  const [first, second] = [await started(), await started()];
  const session = await first.client.start('seat-reservations', { guestName: 'Jane' });
  expect(session.created.state).toBe('reserving');
  await first.child.kill();
  const again = session.through(second.client);
  expect(await again.read()).toMatchObject({ state: 'reserving' });
  const answers = await Promise.all([1, 2, 3].map(() => callBack(backend.last, { outcome: 'reserved' }, { client: second.client })));
  expect(answers.map(({ status }) => status)).toEqual([204, 204, 204]);
  expect((await again.history()).map(({ event }) => event)).toEqual(['start', 'reserve.done']);
  expect(backend.asked.length).toBe(1);
});

test('kill -9 during the request makes another process repeat it, under the same key', async () => {
  const [first, second] = [await started(), await started()];
  let asked = () => {};
  const request = new Promise<void>((resolve) => {
    asked = resolve;
  });
  backend.react = async () => {
    asked();
    return new Promise(() => {});
  };
  const starting = first.client.post('/v1/seat-reservations', { guestName: 'Jane' }, { headers: { prefer: 'respond-async' } });
  const { body } = await starting;
  await request;
  await first.child.kill();
  backend.react = () => ({ status: 200, body: { outcome: 'full' } });
  const read = async () => (await second.client.get(`/v1/seat-reservations/${body.id}`, body.sessionToken)).body.outcome;
  await expect.poll(read, { timeout: 60_000, interval: 500 }).toBe('full');
  const keys = backend.asked.slice(-2).map(({ key, attempt }) => [key, attempt]);
  expect(keys).toEqual([1, 2].map((attempt) => [`${body.id}.1`, attempt]));
});
