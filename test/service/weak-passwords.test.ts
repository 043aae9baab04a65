/** Passwords that guessers try first are refused wherever one is set: from the address, from the service's name, or common with a year. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, type Client, quickDatabase, startTestService, type TestService } from '../support/service.ts';

const adminKey = 'a-key-of-the-support-desk-1';
const strong = 'a quiet evening in Porto';
const verdict = ({ status, body }: Answer) => [status, body.code ?? body.state];

/** For an account with the address robin.doe…@example.com, at a service named Acme Verify. */
const weak = [
  'Summer2026!',
  'Password2025',
  'password2026!!',
  'Liverpool-2025',
  'robin.doe2026!',
  'R0b1nD03!2026',
  'AcmeVerify2026!',
  'acme-verify-1',
  'Example2026!',
];

let service: TestService;
let client: Client;
let people = 0;
beforeAll(async () => {
  service = await startTestService(quickDatabase, { SERVICE_NAME: 'Acme Verify', ADMIN_KEYS: `desk:${adminKey}` });
  client = service.client;
});
afterAll(() => service.remove());

const address = () => `robin.doe+${++people}@example.com`;

async function account(): Promise<{ email: string; id: string; deviceToken: string }> {
  const email = address();
  const { body } = await client.post('/sandbox/accounts', { email, password: strong, trustedDevice: true });
  return { email, id: body.id, deviceToken: body.deviceToken };
}

async function login({ email, deviceToken }: { email: string; deviceToken: string }): Promise<string> {
  const { body } = await client.post('/v1/login-verifications', { email, password: strong, deviceToken });
  return body.accessToken;
}

describe.each(weak)('%j is refused', (password) => {
  test('in a set-up, whether or not the address has an account', async () => {
    const { email } = await account();
    for (const each of [email, address()]) {
      const { status, body } = await client.post('/v1/account-setups', { email: each, password });
      expect([status, body.code, body.errors]).toEqual([
        422,
        'weak-password',
        [{ path: '/password', message: 'Password too easy to guess' }],
      ]);
    }
  });

  test('as a new password', async () => {
    const change = { kind: 'password', password };
    expect(verdict(await client.post('/v1/account-changes', { change }, { token: await login(await account()) }))).toEqual([
      422,
      'weak-password',
    ]);
  });

  test('for an account that an admin or the sandbox creates or changes', async () => {
    const { id } = await account();
    const answers = [
      await client.post('/admin/accounts', { email: address(), password }, { token: adminKey }),
      await client.post('/sandbox/accounts', { email: address(), password }),
      await client.post(`/sandbox/accounts/${id}/password`, { password }),
    ];
    expect(answers.map(verdict)).toEqual(Array.from({ length: 3 }, () => [422, 'weak-password']));
  });
});

test('a strong one with words of the address and a year in it is accepted', async () => {
  for (const password of ['Robin likes long walks', 'we met at Acme in 1987', 'summer rain on tin roofs 2026'])
    expect((await client.post('/v1/account-setups', { email: address(), password })).status).toBe(201);
});
