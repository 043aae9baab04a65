/** Access to the metrics: in production, the service's own port shows them only with a key. */
import { afterEach, describe, expect, test } from 'vitest';
import { startChild } from '../support/process.ts';
import { Client, startIn, testDatabase } from '../support/service.ts';

const key = 'a-key-that-is-long-enough';
const production = {
  NODE_ENV: 'production',
  SANDBOX: 'false',
  PASSWORD_HASHING: '',
  SECRET_KEYS: `main:${Buffer.alloc(32, 7).toString('base64')}`,
};

/** The same path, in every spelling that a proxy or the router might accept. */
const spellings = [
  '/metrics',
  '/%6detrics',
  '/%6D%65trics',
  '/metric%73',
  '//metrics',
  '/METRICS',
  '/metrics/',
  '/./metrics',
  '/v1/../metrics',
];

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

async function started(settings: Readonly<Record<string, string>>): Promise<{ client: Client; metrics: Client | null }> {
  const database = await testDatabase('PostgreSQL');
  cleanUps.push(database.remove);
  const service = await startIn({ ...database.environment, ...settings });
  cleanUps.push(service.stop);
  return { client: new Client(service.url), metrics: service.metricsUrl === null ? null : new Client(service.metricsUrl) };
}

const shows = 'verification_waiting_requests';

describe('in production', () => {
  test('without a port and a key there are no metrics, however the path is written', async () => {
    const { client } = await started(production);
    for (const path of spellings) {
      const { status, body } = await client.get(path);
      expect([path, status, body.code]).toEqual([path, 404, 'not-found']);
    }
    expect((await client.get('/openapi.json')).body.paths).not.toHaveProperty('/metrics');
  });

  test('one line at the start says so', async () => {
    const database = await testDatabase('PostgreSQL');
    cleanUps.push(database.remove);
    const child = await startChild({ ...database.environment, ...production, LOG_LEVEL: 'warn' });
    cleanUps.push(child.kill);
    expect(
      child
        .stderr()
        .split('\n')
        .filter((line) => line.includes('METRICS_PORT')),
    ).toHaveLength(1);
  });

  test('with a key they are for callers with the key', async () => {
    const { client } = await started({ ...production, METRICS_KEY: key });
    for (const path of spellings) expect([path, [401, 404].includes((await client.get(path)).status)]).toEqual([path, true]);
    for (const token of ['', key.slice(1), `${key}x`, key.toUpperCase()]) {
      const { status, body } = await client.get('/metrics', token);
      expect([token, status, body.code]).toEqual([token, 401, 'unauthenticated']);
    }
    const { status, body } = await client.get('/metrics', key);
    expect([status, String(body).includes(shows)]).toEqual([200, true]);
    const { paths, components } = (await client.get('/openapi.json')).body;
    expect([paths['/metrics'].get.security, components.securitySchemes.metricsKey.scheme]).toEqual([[{ metricsKey: [] }], 'bearer']);
  });

  test('with their own port they are only there, and the port has no other route', async () => {
    const { client, metrics } = await started({ ...production, METRICS_PORT: '0' });
    for (const path of spellings) expect([path, (await client.get(path)).status]).toEqual([path, 404]);
    const answer = await metrics?.get('/metrics');
    expect([answer?.status, String(answer?.body).includes(shows)]).toEqual([200, true]);
    expect(answer?.headers.get('x-content-type-options')).toBe('nosniff');
    for (const path of ['/', '/healthz', '/v1/workflows', '/openapi.json'])
      expect([path, (await metrics?.get(path))?.status]).toEqual([path, 404]);
  });

  test('with both, the port requires the key', async () => {
    const { client, metrics } = await started({ ...production, METRICS_PORT: '0', METRICS_KEY: key });
    expect([(await client.get('/metrics', key)).status, (await metrics?.get('/metrics'))?.status]).toEqual([404, 401]);
    expect((await metrics?.get('/metrics', key))?.status).toBe(200);
  });
});

test('outside production they are open, or require the key that is set', async () => {
  expect((await (await started({})).client.get('/metrics')).status).toBe(200);
  const { client } = await started({ METRICS_KEY: key });
  expect([(await client.get('/metrics')).status, (await client.get('/metrics', key)).status]).toEqual([401, 200]);
});
