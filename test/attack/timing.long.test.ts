/**
 * The time of an answer does not tell whether an address has an account, or whether it is locked. Hundreds of answers of each kind are
 * compared by rank, which neither a slow machine nor an outlier disturbs. Passwords are hashed lightly here, so that other differences show
 * more clearly.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshNumber } from '../../src/testing/participants/numbers.ts';
import { type Client, startTestService, type TestService } from '../support/service.ts';
import { login } from './target.ts';
import { compared, timesOf } from './timing.ts';

/** Compared answers of each kind. Four times as many show a difference half as large. */
const logins = 1000;
const setUps = 500;

/** Chance alone exceeds this in one run of 100,000. */
const mostDeviations = 4.5;

const password = 'a quiet evening in Porto';

const addresses = (name: string, count: number) => Array.from({ length: count }, (_, n) => `${name}-${n}@example.com`);
/** Accounts with telephones, to which codes can be sent. */
const called = addresses('called', 20);
const warmUps = 200;

let service: TestService;
let client: Client;
let requests = 0;

const of = (emails: readonly string[], n: number) => emails[n % emails.length] ?? '';

/** Each attempt comes from a new network address, so that none is throttled. */
async function attempt(email: string, tried: string): Promise<number> {
  return (await client.post(`/v1/${login}`, { email, password: tried }, { headers: fromNewNetwork() })).status;
}

/** Starts the set-up of an account. */
async function begin(email: string): Promise<void> {
  const { status } = await client.post('/v1/account-setups', { email, password }, { headers: fromNewNetwork() });
  if (status !== 201) throw new Error(`A set-up was answered ${status}`);
}

function fromNewNetwork(): Readonly<Record<string, string>> {
  requests += 1;
  return { 'x-forwarded-for': `10.${(requests >> 16) & 255}.${(requests >> 8) & 255}.${requests & 255}` };
}

// Enough accounts that none gets ten wrong passwords, which would pause it.
const people = Math.ceil((logins + warmUps) / 8);
const [accounts, nobodies, locked] = [addresses('timed', people), addresses('nobody', people), addresses('locked', people)];

beforeAll(async () => {
  service = await startTestService('PostgreSQL', { TRUSTED_PROXIES: '127.0.0.1' });
  client = service.client;
  for (const email of accounts) await client.post('/sandbox/accounts', { email, password });
  for (const email of called) await client.post('/sandbox/accounts', { email, password, phone: freshNumber('mobile') });
  for (let warm = 0; warm < warmUps; warm += 1) await attempt(warm % 2 === 0 ? of(nobodies, warm) : of(accounts, warm), 'nearly');
});
afterAll(() => service.remove());

test('an address without an account and a locked account take as long as a wrong password', { timeout: 300_000 }, async ({ annotate }) => {
  for (const email of locked) {
    const { body } = await client.post('/sandbox/accounts', { email, password });
    await client.post(`/sandbox/accounts/${body.id}/block`, { blocked: true });
  }
  const answers = new Set<number>();
  const tried = async (email: string) => answers.add(await attempt(email, 'nearly'));
  const [others, unknown, blocked] = await timesOf(
    logins,
    (n) => tried(of(accounts, n)),
    (n) => tried(of(nobodies, n)),
    (n) => tried(of(locked, n)),
  );
  expect([...answers]).toEqual([401]);
  const comparisons = [compared(unknown, others), compared(blocked, others)];
  await annotate(JSON.stringify(comparisons));
  for (const { deviations } of comparisons) expect(Math.abs(deviations)).toBeLessThan(mostDeviations);
});

test('a set-up at the address of an account takes as long as at a free address', { timeout: 300_000 }, async ({ annotate }) => {
  // Enough addresses that none reaches the limit of messages.
  const taken = addresses('set-up', Math.max(100, setUps / 4));
  for (const email of taken) await client.post('/sandbox/accounts', { email, password });
  for (let warm = 0; warm < 100; warm += 1) await begin(warm % 2 === 0 ? `warm-${warm}@example.com` : (taken[warm] ?? ''));
  const [free, others] = await timesOf(
    setUps,
    (n) => begin(`free-${n % taken.length}@example.com`),
    (n) => begin(taken[n % taken.length] ?? ''),
  );
  const comparison = compared(others, free);
  await annotate(JSON.stringify(comparison));
  expect(Math.abs(comparison.deviations)).toBeLessThan(mostDeviations);
});

test('the comparison finds a real difference: a login that sends a code takes longer', { timeout: 300_000 }, async () => {
  const [right, wrong] = await timesOf(
    // Six logins for each account: further codes would not be sent.
    6 * called.length,
    (n) => attempt(of(called, n), password),
    (n) => attempt(of(called, n), 'nearly'),
  );
  expect(compared(right, wrong).deviations).toBeGreaterThan(mostDeviations);
});
