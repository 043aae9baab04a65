/** How often a password may be tried, on both databases: by account and address together, so that nobody can shut an owner out. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { freshNumber } from '../model/destinations.ts';
import { type Answer, type Client, databaseKinds, startTestService, type TestService } from '../support/service.ts';

const quarter = 15 * 60_000;
const password = 'a quiet evening in Porto';
const key = 'a-key-of-the-app';
const verdict = ({ status, body }: Answer) => [status, body.code];

let people = 0;

describe.each(databaseKinds)('wrong passwords on %s', (kind) => {
  let service: TestService;
  let client: Client;
  let email: string;
  let deviceToken: string;
  beforeAll(async () => {
    service = await startTestService(kind, { TRUSTED_PROXIES: '127.0.0.1', CLIENT_KEYS: `app:${key}` });
    client = service.client;
    await client.freeze();
  });
  beforeEach(async () => {
    people += 1;
    email = `often-${people}@example.com`;
    const account = { email, password, phone: freshNumber('mobile'), trustedDevice: true };
    ({ deviceToken } = (await client.post('/sandbox/accounts', account)).body);
  });
  afterAll(() => service.remove());

  /** The app's server logs somebody in who is at the address. */
  const from = (address: string | null, more: Record<string, unknown> = {}) =>
    client.post(
      '/v1/login-verifications',
      { email, password: 'wrong', ...more },
      { headers: { 'x-client-key': key, ...(address === null ? {} : { 'x-forwarded-for': address }) } },
    );
  const tenWrong = async (address: string) => {
    for (let tried = 0; tried < 10; tried += 1) expect(verdict(await from(address))).toEqual([401, 'invalid-credentials']);
  };

  test('are ten in a quarter of an hour from one address; then not even the right one is looked at', async () => {
    await tenWrong('192.0.2.1');
    const refused = await from('192.0.2.1', { password });
    expect(verdict(refused)).toEqual([429, 'rate-limited']);
    expect(refused.headers.get('retry-after')).toBe('900');
    await client.clock({ advance: `PT${quarter / 1000 - 1}S` });
    expect(verdict(await from('192.0.2.1', { password }))).toEqual([429, 'rate-limited']);
    await client.clock({ advance: 'PT1S' });
    expect((await from('192.0.2.1', { password })).body.state).toBe('codeActive.cooldown');
  });

  test('do not keep the owner out, who is elsewhere or on a trusted device', async () => {
    await tenWrong('192.0.2.1');
    expect((await from('192.0.2.2', { password })).body.state).toBe('codeActive.cooldown');
    expect((await from('192.0.2.1', { password, deviceToken })).body.state).toBe('authenticated');
  });

  test('from a trusted device are ten in a quarter of an hour as well, and strangers use none of them up', async () => {
    for (let guess = 0; guess < 10; guess += 1)
      expect(verdict(await from('192.0.2.4', { deviceToken }))).toEqual([401, 'invalid-credentials']);
    expect(verdict(await from('192.0.2.5', { deviceToken, password }))).toEqual([429, 'rate-limited']);
    await client.clock({ advance: `PT${quarter / 1000}S` });
    expect((await from('192.0.2.5', { deviceToken, password })).body.state).toBe('authenticated');
  });

  test('are counted each, whatever Idempotency-Key they come with', async () => {
    const address = { 'x-client-key': key, 'x-forwarded-for': '192.0.2.3' };
    const { body: started } = await from('192.0.2.3');
    const path = `/v1/login-verifications/${started.session.id}/submit-credentials`;
    const options = { token: started.sessionToken, headers: { ...address, 'idempotency-key': 'one-key-for-all' } };
    const answers: unknown[] = [];
    for (let guess = 0; guess < 12; guess += 1)
      answers.push((await client.post(path, { email, password: `guess ${guess}` }, options)).body.code);
    expect(answers.slice(0, 9)).not.toContain('rate-limited');
    expect(answers.slice(9)).toEqual(['rate-limited', 'rate-limited', 'rate-limited']);
    expect(verdict(await from('192.0.2.3', { password }))).toEqual([429, 'rate-limited']);
  });

  test('count for one account alone', async () => {
    await tenWrong('192.0.2.1');
    expect(verdict(await from('192.0.2.1', { email: `other-${email}` }))).toEqual([401, 'invalid-credentials']);
  });

  test('count for an account that is not there as for one that is', async () => {
    email = `nobody-${people}@example.com`;
    await tenWrong('192.0.2.1');
    expect(verdict(await from('192.0.2.1'))).toEqual([429, 'rate-limited']);
  });

  test('count together from all addresses of one household', async () => {
    for (let tried = 0; tried < 10; tried += 1) await from(`2001:db8:1:2:${tried}::${tried}`);
    expect(verdict(await from('2001:db8:1:2:ffff::1', { password }))).toEqual([429, 'rate-limited']);
    expect((await from('2001:db8:1:3::1', { password })).body.state).toBe('codeActive.cooldown');
  });

  test('are not what right ones are counted as', async () => {
    for (let tried = 0; tried < 9; tried += 1) await from('192.0.2.1');
    for (let login = 0; login < 3; login += 1) expect((await from('192.0.2.1', { password })).status).toBe(201);
    expect(verdict(await from('192.0.2.1'))).toEqual([401, 'invalid-credentials']);
    expect(verdict(await from('192.0.2.1'))).toEqual([429, 'rate-limited']);
  });

  test('are not counted where the app’s server says of nobody where they are', async () => {
    for (let tried = 0; tried < 12; tried += 1) expect((await from(null)).status).toBe(401);
  });
});
