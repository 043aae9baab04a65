/** Tasks that a test plays in a service under test, as a drive does. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bookings } from '../../examples/bookings/bookings.ts';
import { clientKey, ServicesUnderTest } from '../../src/testing/play/service-under-test.ts';
import { blankPostgres } from '../support/databases.ts';
import type { FreshDatabase } from '../support/postgres-databases.ts';

let database: FreshDatabase;
let services: ServicesUnderTest;
let service: Awaited<ReturnType<ServicesUnderTest['start']>>;
beforeAll(async () => {
  database = await blankPostgres();
  services = await ServicesUnderTest.prepare({
    modules: [bookings()],
    config: { RESTAURANT_URL: 'http://127.0.0.1:9' },
    databaseUrl: database.url,
  });
  service = await services.start();
});
afterAll(async () => {
  await services.remove();
  await database.drop();
});

/** Starts a booking, which waits for the answer of the restaurant. */
async function waitingBooking() {
  const { status, body } = await service.client.call('POST', '/v1/table-bookings', {
    body: { name: 'Jane Doe', email: 'jane@example.com', guests: 2 },
    headers: { 'x-client-key': clientKey },
  });
  expect({ status, state: body.state }).toEqual({ status: 201, state: 'reserving' });
  const look = async () =>
    (await service.client.call('GET', `/v1/table-bookings/${body.id}`, { token: String(body.sessionToken) })).body.state;
  return { id: String(body.id), look };
}

const reservation = { task: 'reserveTable', generation: 1 };

/** The attempts under way in the service, as its metrics count them. */
async function underWay(): Promise<string | undefined> {
  const text = await (await fetch(`${service.client.url}/metrics`)).text();
  return /^verification_running_tasks (\d+)$/m.exec(text)?.[1];
}

test('leave no attempt under way for which an answer or a move of the clock would wait', async () => {
  const { id, look } = await waitingBooking();
  expect(await underWay()).toBe('0');
  expect(await look()).toBe('reserving');
  await services.stage.end(id, { ...reservation, well: true });
  expect(await look()).toBe('held');
});

test('end as the test says, and once', async () => {
  const { id, look } = await waitingBooking();
  await services.stage.end(id, { ...reservation, well: false });
  expect(await look()).toBe('unavailable');
  await expect(services.stage.end(id, { ...reservation, well: true })).rejects.toThrow('The task 1 is over');
});

test('outlast the longest move of the clock', async () => {
  const { look } = await waitingBooking();
  expect((await service.client.call('POST', '/sandbox/clock', { body: { advance: 'P3660D' } })).status).toBe(200);
  expect(await look()).toBe('reserving');
});
