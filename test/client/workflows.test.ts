/** Every kind of workflow through the client: those of owners and agents, and those with child sessions. */
import { type Client, createClient, type Session } from 'verification-workflows/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { quickDatabase, startTestService, type TestService } from '../support/service.ts';
import { problemOf } from './problem-of.ts';

const password = 'a quiet evening in Porto';
const adminKey = 'a-key-of-the-support-desk';
const clientKey = 'a-key-of-the-application';

describe('the client', () => {
  let service: TestService;
  let client: Client;
  beforeAll(async () => {
    service = await startTestService(quickDatabase, { ADMIN_KEYS: `desk:${adminKey}`, CLIENT_KEYS: `app:${clientKey}` });
    client = createClient(service.client.url, { clientKey });
    await service.client.freeze();
  });
  afterAll(() => service.remove());

  const account = async (email: string): Promise<{ id: string; deviceToken: string }> =>
    (await service.client.post('/sandbox/accounts', { email, password, trustedDevice: true })).body;

  /** The access token of a login on a trusted device. */
  async function loggedIn(email: string, deviceToken: string): Promise<string> {
    const { current } = await client.start('login-verification', { email, password, deviceToken });
    return current.accessToken ?? expect.fail(`Not logged in: ${current.state}`);
  }

  /** A login with a code. */
  async function loggedInByCode(email: string): Promise<Session<'login-verification'>> {
    const session = await client.start('login-verification', { email, password });
    await session.send('submit-code', { code: await service.client.codeFor(email) });
    return session;
  }

  test('sends the client key where the service requires one', async () => {
    const unknown = createClient(service.client.url);
    expect(await problemOf(unknown.start('email-verification', { email: 'key@example.com' }))).toMatchObject({ code: 'unauthenticated' });
    expect((await client.start('email-verification', { email: 'key@example.com' })).current.status).toBe('active');
  });

  test('continues a login whose first password was wrong, and trusts the device', async () => {
    const email = 'login@example.com';
    await account(email);
    const refusal = await problemOf(client.start('login-verification', { email, password: 'nearly' }));
    expect(refusal).toMatchObject({ code: 'invalid-credentials', session: { state: 'awaitingCredentials' } });
    // Errors are logged, and a log must not contain the token.
    expect(JSON.stringify({ ...refusal })).not.toContain(refusal.sessionToken);

    const session = await client.resume('login-verification', refusal.session?.id ?? '', refusal.sessionToken ?? '');
    await session.send('submit-credentials', { email, password });
    const code = await service.client.codeFor(email);
    const { result, deviceToken = '' } = await session.send('submit-code', { code, trustDevice: true });
    expect(result?.token).toMatch(/^ey/);
    expect((await client.start('login-verification', { email, password, deviceToken })).current.outcome).toBe('authenticated');
  });

  test('sets up an account through the child sessions that verify its address and its number', async () => {
    const email = 'set-up@example.com';
    const phone = '+33612345671';
    const setup = await client.start('account-setup', { email, password });
    expect(await setup.child('phone-verification')).toBeNull();
    const address = await setup.child('email-verification');
    expect(address).toMatchObject({ workflow: 'email-verification', current: { state: 'codeActive.cooldown' } });
    await address?.send('submit-code', { code: await service.client.codeFor(email) });

    // The child that the set-up waits for next starts without a request, so the client returns the current child instead of a cached one.
    await expect.poll(() => setup.child('phone-verification'), { timeout: 10_000 }).not.toBeNull();

    for await (const { state, child } of setup.follow()) {
      if (state === 'verifyingPhone' && child !== null) {
        const number = await setup.child('phone-verification');
        await number?.send('provide-number', { phone, channel: 'sms' });
        await number?.send('submit-code', { code: await service.client.codeFor(phone) });
      }
      if (state === 'linking') await setup.send('skip-link');
    }
    expect(setup.current.outcome).toBe('complete');
    expect(await setup.child()).toBeNull();
  });

  test('renews the access token of a login, until the login has ended', async () => {
    const email = 'renewal@example.com';
    await account(email);
    const login = await loggedInByCode(email);
    const first = login.current.accessToken;
    await service.client.clock({ advance: 'PT14M' });
    const { accessToken, expiresAt } = await login.renewAccess();
    expect(accessToken).not.toBe(first);
    expect(login.current.accessToken).toBe(accessToken);
    // Both times have a precision of one second.
    expect(Math.abs(expiresAt.getTime() - client.now().getTime() - 15 * 60_000)).toBeLessThan(5000);
    expect((await service.client.get('/v1/me', accessToken)).body.email).toBe(email);
    await service.client.call('DELETE', '/v1/me/login', { token: accessToken });
    expect(await problemOf(login.renewAccess())).toMatchObject({ code: 'unauthenticated' });
  });

  test('changes an account for its owner, who sends the access token of a login', async () => {
    const [email, another] = ['owner@example.com', 'owner@example.org'];
    const token = await loggedIn(email, (await account(email)).deviceToken);
    const change = await client.start('account-change', { change: { kind: 'email', email: another } }, { token });
    expect(change.current).toMatchObject({ state: 'confirming.codeActive.cooldown', data: { kind: 'email' } });
    expect(change.token).not.toBe(token);
    await change.send('submit-code', { code: await service.client.codeFor(email) });
    const child = await change.child();
    expect(child?.workflow).toBe('email-verification');
    await child?.send('submit-code', { code: await service.client.codeFor(another) });
    expect((await change.refresh()).outcome).toBe('applied');
  });

  test('lets an agent request access to an account, and its owner grant and revoke it', async () => {
    const email = 'support@example.com';
    const { id, deviceToken } = await account(email);
    const { accessToken = '' } = (await loggedInByCode(email)).current;
    const asked = await client.start('support-access', { accountId: id, reason: 'No message arrives' }, { token: adminKey, agent: 'Sam' });
    expect(asked).toMatchObject({ token: adminKey, current: { state: 'requested', data: { agent: 'Sam', minutes: null } } });
    const onDevice = await client.resume('support-access', asked.id, await loggedIn(email, deviceToken));
    expect(await problemOf(onDevice.send('grant', { minutes: 60 }))).toMatchObject({ code: 'second-factor-required', status: 401 });
    const owned = await client.resume('support-access', asked.id, accessToken);
    await owned.send('grant', { minutes: 60 });
    expect(owned.deadlines.endsAt?.remainingMs).toBeGreaterThan(59 * 60_000);
    expect((await asked.refresh()).state).toBe('granted');
    expect(await problemOf(asked.send('revoke'))).toMatchObject({ code: 'unauthenticated' });
    // The end of a notice to the owner is a change too, so a state may come twice.
    const followed = new Set<string>();
    for await (const { state } of asked.follow()) {
      if (state === 'granted' && !followed.has(state)) await owned.send('revoke');
      followed.add(state);
    }
    expect([...followed]).toEqual(['granted', 'ended']);
    const again = await client.resume('support-access', asked.id, adminKey, { agent: 'Sam' });
    expect(again.current.outcome).toBe('ended');
    expect(await problemOf(client.resume('support-access', asked.id, adminKey, { agent: 'Kim' }))).toMatchObject({ code: 'not-found' });
  });
});
