/** `/readyz` reports each reason for refusing new sessions, even if the database answers. */
import { PGlite } from '@electric-sql/pglite';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { DatabaseClock } from '../../src/engine/database-clock.ts';
import { StoreUnavailable } from '../../src/engine/errors.ts';
import { Budgets } from '../../src/store/budgets.ts';
import { type Client, startTestService, type TestService } from '../support/service.ts';

let service: TestService;
let client: Client;
beforeAll(async () => {
  service = await startTestService('PGlite');
  client = service.client;
});
afterAll(() => service.remove());
afterEach(() => {
  vi.restoreAllMocks();
});

const start = () => client.post('/v1/email-verifications', { email: 'ready@example.com' });
const ready = async () => (await client.get('/readyz')).status;
const turnedAway = async (reason: string) => {
  const text: string = (await client.get('/metrics')).body;
  return Number(new RegExp(`^verification_problems_total\\{code="unavailable",reason="${reason}"\\} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
};

/** PGlite's error on a full file system. Statements that read still work. */
function fillDisk(): void {
  const query = PGlite.prototype.query;
  vi.spyOn(PGlite.prototype, 'query').mockImplementation(function (this: PGlite, text, ...rest) {
    if (!text.includes('insert into sessions')) return query.call(this, text, ...rest) as never;
    const error = new Error('could not extend file "base/5/16401": No space left on device');
    return Promise.reject(Object.assign(error, { code: '53100' }));
  });
}

test('a full disk: starts are answered 503, and so is /readyz, until there is room again', async () => {
  expect(await ready()).toBe(200);
  fillDisk();
  expect((await start()).status).toBe(503);
  expect(await ready()).toBe(503);
  expect((await client.get('/healthz')).status).toBe(200);
  vi.restoreAllMocks();
  expect((await start()).status).toBe(201);
  expect(await ready()).toBe(200);
});

test('a failed start is forgotten after a few seconds, or no load balancer would ever send another', async () => {
  fillDisk();
  expect((await start()).status).toBe(503);
  expect(await ready()).toBe(503);
  vi.restoreAllMocks();
  const now = performance.now();
  vi.spyOn(performance, 'now').mockReturnValue(now + 5_000);
  expect(await ready()).toBe(200);
});

test('no connection for budgets, which every start draws on', async () => {
  vi.spyOn(Budgets.prototype, 'ping').mockRejectedValue(new StoreUnavailable('no connection'));
  expect(await ready()).toBe(503);
});

test('a time whose error is too large', async () => {
  expect((await client.get('/metrics')).body).toMatch(/^verification_clock_error_seconds 0\.\d+$/m);
  vi.spyOn(DatabaseClock.prototype, 'errorMs').mockReturnValue(1_001);
  const before = await turnedAway('clock');
  expect(await ready()).toBe(503);
  expect((await client.get('/metrics')).body).toContain('verification_clock_error_seconds 1.001');
  expect(await turnedAway('clock')).toBe(before + 1);
});
