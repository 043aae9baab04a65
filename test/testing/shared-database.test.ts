/** Runs of model tests that share a PostgreSQL database, as test files that run at the same time do. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bookings } from '../../examples/bookings/bookings.ts';
import { freezeClock, moveClock } from '../../src/testing/drive/sandbox.ts';
import { ServicesUnderTest } from '../../src/testing/play/service-under-test.ts';
import { blankPostgres } from '../support/databases.ts';
import { type FreshDatabase, rowsOf } from '../support/postgres-databases.ts';

const HOUR = 60 * 60 * 1000;

let database: FreshDatabase;
beforeEach(async () => {
  database = await blankPostgres();
});
afterEach(() => database.drop());

const prepared = () =>
  ServicesUnderTest.prepare({
    modules: [bookings()],
    config: { RESTAURANT_URL: 'http://127.0.0.1:9' },
    databaseUrl: database.url,
  });

test('have clocks of their own', async () => {
  const [first, second] = await Promise.all([prepared(), prepared()]);
  try {
    const [{ client }, { client: other }] = await Promise.all([first.start(), second.start()]);
    const at = await freezeClock(client);
    const otherAt = await freezeClock(other);
    await moveClock(client, at + HOUR);
    expect(await moveClock(other, otherAt + 1)).toBe(otherAt + 1);
  } finally {
    await Promise.all([first.remove(), second.remove()]);
  }
});

test('leave nothing behind', async () => {
  const services = await prepared();
  await services.start();
  await services.remove();
  expect(await rowsOf(database.url, "select nspname from pg_namespace where nspname like 'model%'")).toEqual([]);
  expect(await rowsOf(database.url, "select relname from pg_class where relname = 'sessions'")).toEqual([]);
});
