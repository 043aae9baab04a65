/** The code of a login is the same on every channel. Once it was mailed, it proves only the mailbox. */
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshNumber } from '../../src/testing/participants/numbers.ts';
import { type Client, startTestService, type TestService } from '../support/service.ts';

const minute = 60_000;
const password = 'a quiet evening in Porto';

let service: TestService;
let client: Client;
let now: number;
beforeAll(async () => {
  service = await startTestService('PostgreSQL');
  client = service.client;
  now = await client.freeze();
});
afterAll(() => service.remove());

/** A login whose code goes over these channels, one after the other, and is read on the first. */
async function loggedIn(name: string, first: string, ...others: readonly string[]) {
  const person = { email: `${name}@example.com`, phone: freshNumber('mobile'), password };
  await client.post('/sandbox/accounts', person);
  const session = await client.start('login-verifications', { email: person.email, password, channel: first });
  const code = await client.codeFor(first === 'email' ? person.email : person.phone);
  for (const channel of others) {
    now = await client.at(now + minute);
    expect((await session.send('switch-channel', { channel })).body.data.channel).toBe(channel);
  }
  const { result, accessToken } = (await session.submit(code)).body;
  const { status } = await client.call('DELETE', '/v1/me/devices/0193a3c1-5f6e-7b2d-9c4a-1e2f3a4b5c6d', { token: accessToken });
  return { methods: decodeJwt(result.token)['amr'], isSecondFactor: status !== 401 };
}

test.each([
  ['one', 'email', ['sms']],
  ['two', 'email', ['voice']],
  ['three', 'sms', ['email', 'voice']],
  ['four', 'email', []],
])('a login whose code was mailed has no second factor (%s: %s, then %j)', async (name, first, others) => {
  expect(await loggedIn(name, first, ...others)).toEqual({ methods: ['pwd'], isSecondFactor: false });
});

test.each([
  ['five', 'sms', [], 'sms'],
  ['six', 'sms', ['voice'], 'tel'],
])('a login whose code went only to the telephone has one (%s: %s, then %j)', async (name, first, others, method) => {
  expect(await loggedIn(name, first, ...others)).toEqual({ methods: ['pwd', 'otp', method, 'mfa'], isSecondFactor: true });
});
