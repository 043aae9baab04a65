/** A browser that goes to a provider and returns, like the page that opened the provider: takes the value and confirms with it. */
import { expect } from 'vitest';
import { valueIn } from '../../src/testing/participants/linked-account.ts';
import { goodPassword } from '../../src/testing/participants/password.ts';
import type { Answer, Client, TestSession } from './service.ts';
import { SetUp } from './set-up.ts';

export { valueIn };

/** A set-up with a verified address and without a telephone. */
export async function readyToLink(client: Client, email: string): Promise<TestSession> {
  const setUp = await SetUp.start(client, email);
  await setUp.verify(email);
  await setUp.session.send('continue-without-phone');
  return setUp.session;
}

/** @returns the provider's address */
export async function goToProvider(setup: TestSession, provider: string, more: Readonly<Record<string, string>> = {}): Promise<string> {
  const { status, body } = await setup.send('link-account', { provider, ...more });
  expect([status, body.state, typeof body.data.authorizationUrl]).toEqual([200, 'authorizing', 'string']);
  return body.data.authorizationUrl;
}

/** Decides at the sandbox's own provider. @returns the callback's address, with the answer */
export async function decideAtSandbox(client: Client, authorizationUrl: string, subject: string, decision = 'agree'): Promise<string> {
  const { pathname, search } = new URL(authorizationUrl, client.url);
  const answer = await fetch(client.url + pathname + search, {
    method: 'POST',
    body: new URLSearchParams({ decision, subject }),
    redirect: 'manual',
  });
  expect(answer.status).toBe(303);
  return answer.headers.get('location') ?? '';
}

/** @param address of the callback */
export function comeBack(client: Client, address: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return client.call('GET', `/oauth/callback${new URL(address, client.url).search}`, { headers });
}

/** Returns with an answer, and confirms the grant if there is one. @returns the answer to the confirmation, or the page */
export async function comeBackAndConfirm(setup: TestSession, address: string): Promise<Answer> {
  const page = await comeBack(setup.client, address);
  const value = valueIn(page);
  return value === null ? page : setup.send('confirm-link', { value });
}

/** A login with a code by email. @returns its credentials for `/v1/me` */
export async function logIn(client: Client, email: string): Promise<string> {
  const { body } = await client.post('/v1/login-verifications', { email, password: goodPassword });
  const path = `/v1/login-verifications/${body.id}/submit-code`;
  const done = await client.post(path, { code: await client.codeFor(email) }, { token: body.sessionToken });
  expect(done.body.outcome).toBe('authenticated');
  return done.body.accessToken;
}
