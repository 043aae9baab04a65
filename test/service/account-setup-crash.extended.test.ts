/** A set-up with a killed process, or with several: each child exists once, each code is sent once, and one account is created. */
import pg from 'pg';
import { expect, test, vi } from 'vitest';
import { startChild } from '../support/process.ts';
import { Client, type Json, startIn, type TestDatabase, type TestSession, testDatabase } from '../support/service.ts';

const password = 'a quiet evening in Porto';
/** The start does not wait for its tasks, so that the kill interrupts them. */
const hasty = { prefer: 'respond-async' };
const email = 'crash@example.com';
/** Requests of a killed process may still reach the database, including a lease of half a minute. */
const waitOptions = { timeout: 45_000, interval: 50 };

const toChild = (client: Client, { href, sessionToken }: Json, event: string, body: unknown) =>
  client.post(`${href}/${event}`, body, { token: sessionToken, headers: hasty });

/** The child that the set-up waits for, once it exists. */
const childOf = (setup: TestSession, workflow: string): Promise<Json> =>
  vi.waitFor(async () => {
    const { child } = await setup.read();
    expect(child?.workflow).toBe(workflow);
    return child;
  }, waitOptions);

const codeFor = (client: Client): Promise<string> => vi.waitFor(() => client.codeFor(email), waitOptions);

const reaches = (setup: TestSession, state: string) => vi.waitFor(async () => expect((await setup.read()).state).toBe(state), waitOptions);

/** Moves the clock past the leases of the dead process, so that the test need not wait. */
async function lapse({ DATABASE_URL: connectionString = '' }: TestDatabase['environment']): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query('update sessions set lease_until = clock_timestamp() where lease_until is not null');
  await client.end();
}

test('a set-up whose process is killed after each of its steps completes', { timeout: 300_000 }, async () => {
  const database = await testDatabase('PostgreSQL');
  let process = await startChild(database.environment);
  try {
    let client = new Client(process.url);
    let setup = await client.start('account-setups', { email, password }, hasty);
    const restart = async () => {
      await process.kill();
      await lapse(database.environment);
      process = await startChild(database.environment);
      client = new Client(process.url);
      setup = setup.through(client);
    };
    await restart();
    const emailChild = await childOf(setup, 'email-verification');
    await toChild(client, emailChild, 'submit-code', { code: await codeFor(client) });
    await restart();
    const phoneChild = await childOf(setup, 'phone-verification');
    expect((await client.get(emailChild.href, emailChild.sessionToken)).body.state).toBe('verified');
    await setup.send('continue-without-phone', {}, hasty);
    await restart();
    await vi.waitFor(async () => {
      expect((await client.get(phoneChild.href, phoneChild.sessionToken)).body.state).toBe('cancelled');
    }, waitOptions);
    await setup.send('skip-link', {}, hasty);
    await restart();
    await reaches(setup, 'complete');
    expect((await setup.history()).map(({ event }) => event)).toEqual([
      'start',
      'verifyEmail.done',
      'continue-without-phone',
      'skip-link',
      'createAccount.done',
    ]);
    expect(await client.codes(email)).toHaveLength(1);
    expect((await client.post('/v1/login-verifications', { email, password })).status).toBe(201);
  } finally {
    await process.kill();
    await database.remove();
  }
});

test('a set-up whose requests alternate between two processes is one', async () => {
  const database = await testDatabase('PostgreSQL');
  const services = await Promise.all([startIn(database.environment), startIn(database.environment)]);
  try {
    const [a, b] = services.map(({ url }) => new Client(url)) as [Client, Client];
    const one = await a.start('account-setups', { email, password }, hasty);
    const other = one.through(b);
    const child = await childOf(other, 'email-verification');
    await toChild(b, child, 'submit-code', { code: await codeFor(b) });
    await childOf(one, 'phone-verification');
    await other.send('continue-without-phone', {}, hasty);
    expect((await one.send('skip-link', {}, hasty)).status).toBe(200);
    await reaches(other, 'complete');
    expect(await a.codes(email)).toHaveLength(1);
    expect((await one.history()).map(({ to }) => to)).toEqual([
      'verifyingEmail',
      'verifyingPhone',
      'linking',
      'creatingAccount',
      'complete',
    ]);
  } finally {
    await Promise.all(services.map((service) => service.stop()));
    await database.remove();
  }
});
