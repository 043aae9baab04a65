/** The unlock of a device: it renews the second factor of the login that asks, and of no other. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AccountHolder, LoggedIn } from '../support/account-holder.ts';
import { holderWithPasskey } from '../support/passkey-holder.ts';
import { type Answer, type Client, databaseKinds, type Json, startTestService, type TestService } from '../support/service.ts';

const minute = 60_000;
const claimsOf = (token: string): Json => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
const verdict = ({ status, body }: Answer) => [status, body.code ?? body.outcome ?? body.state];

describe.each(databaseKinds)('an unlock on %s', (kind) => {
  let service: TestService;
  let client: Client;
  let now: number;
  beforeAll(async () => {
    service = await startTestService(kind);
    client = service.client;
    now = await client.freeze();
  });
  afterAll(() => service?.remove());

  const later = async (ms: number) => {
    now = await client.at(now + ms);
  };
  const begin = (token: string) => client.post('/v1/device-unlocks', {}, { token });
  const prove = (unlock: Json, body: unknown) =>
    client.post(`/v1/device-unlocks/${unlock.id}/prove-passkey`, body, { token: unlock.sessionToken });
  const renewed = async (login: LoggedIn) => (await login.session.send('access-token')).body.accessToken;
  /** True if the login counts as a second factor: the removal of an absent passkey is then not found. */
  const counts = async (token: string, { id }: AccountHolder) =>
    (await client.call('DELETE', `/v1/me/passkeys/${id}`, { token })).status === 404;

  test('makes this login count as a second factor for twenty minutes, and no other one', async () => {
    const { holder, authenticator } = await holderWithPasskey(client);
    const [one, other] = [await holder.loginOnDevice(), await holder.loginOnDevice()];
    expect(await counts(one.token, holder)).toBe(false);
    const { body: unlock } = await begin(one.token);
    expect(unlock).toMatchObject({ state: 'locked', data: { triesLeft: 5, request: { userVerification: 'required' } } });
    expect(unlock.data.request.allowCredentials.map(({ id }: Json) => id)).toEqual(authenticator.credentialIds);
    const { body } = await prove(unlock, { credential: authenticator.get(unlock.data.request) });
    expect(body).toMatchObject({ outcome: 'unlocked', data: { request: null } });
    expect(claimsOf(body.result.token)).toMatchObject({ sub: holder.id, login: one.session.id, amr: ['hwk', 'user', 'mfa'] });
    expect([body.accessToken, claimsOf(body.result.token).auth_time]).toEqual([undefined, undefined]);
    expect([await counts(one.token, holder), await counts(other.token, holder)]).toEqual([true, false]);
    await later(20 * minute - 1);
    expect(await counts(await renewed(one), holder)).toBe(true);
    await later(1);
    expect(await counts(await renewed(one), holder)).toBe(false);
  });

  test('never makes a login last longer', async () => {
    const { login, authenticator } = await holderWithPasskey(client);
    await later(24 * 60 * minute - minute);
    const { body: unlock } = await begin(await renewed(login));
    expect(verdict(await prove(unlock, { credential: authenticator.get(unlock.data.request) }))).toEqual([200, 'unlocked']);
    const token = await renewed(login);
    await later(minute);
    expect((await client.get('/v1/me', token)).status).toBe(401);
  });

  test('needs a login, and a passkey of the account', async () => {
    const { token } = (await holderWithPasskey(client)).login;
    const [{ id }] = (await client.get('/v1/me/passkeys', token)).body.passkeys;
    expect((await client.post('/v1/device-unlocks', {})).status).toBe(401);
    await client.call('DELETE', `/v1/me/passkeys/${id}`, { token });
    expect(verdict(await begin(token))).toEqual([409, 'no-such-factor']);
  });

  test('tells its owner which answer was refused, and ends after five', async () => {
    const [mine, theirs] = [await holderWithPasskey(client), await holderWithPasskey(client)];
    const { body: unlock } = await begin(mine.login.token);
    const request = async () => (await client.get(`/v1/device-unlocks/${unlock.id}`, unlock.sessionToken)).body.data.request;
    expect(verdict(await prove(unlock, { failure: 'cancelled' }))).toEqual([200, 'locked']);
    expect(verdict(await prove(unlock, { failure: 'timed-out' }))).toEqual([200, 'locked']);
    const answers: [string, () => Promise<Json>][] = [
      ['foreign-credential', async () => theirs.authenticator.force(await request())],
      [
        'unknown-credential',
        async () => mine.authenticator.get(await request(), { credentialId: Buffer.alloc(32, 3).toString('base64url') }),
      ],
      ['wrong-factor', async () => mine.authenticator.get(await request(), { userVerified: false })],
      ['wrong-factor', async () => mine.authenticator.get(await request(), { origin: 'https://evil.example' })],
      ['wrong-factor', async () => mine.authenticator.get(await request(), { badSignature: true })],
    ];
    for (const [code, credential] of answers) expect(verdict(await prove(unlock, { credential: await credential() }))).toEqual([422, code]);
    expect((await client.get(`/v1/device-unlocks/${unlock.id}`, unlock.sessionToken)).body.outcome).toBe('denied');
    expect(verdict(await prove(unlock, { credential: mine.authenticator.force({ challenge: 'AAAA' }) }))).toEqual([
      409,
      'event-not-accepted',
    ]);
  });

  test('refuses a clone, and the answers to a login and to another unlock', async () => {
    const { login: own, authenticator } = await holderWithPasskey(client);
    const { token } = own;
    const clone = authenticator.clone();
    const login = await client.start('passkey-logins', {});
    const ofLogin = authenticator.get(login.created.data.request);
    const { body: unlock } = await begin(token);
    expect(verdict(await prove(unlock, { credential: ofLogin }))).toEqual([422, 'wrong-factor']);
    const { body: other } = await begin(token);
    const ofOther = authenticator.get(other.data.request);
    expect(verdict(await prove(unlock, { credential: ofOther }))).toEqual([422, 'wrong-factor']);
    expect(verdict(await prove(other, { credential: ofOther }))).toEqual([200, 'unlocked']);
    const { data } = (await client.get(`/v1/device-unlocks/${unlock.id}`, unlock.sessionToken)).body;
    expect(verdict(await prove(unlock, { credential: clone.get(data.request) }))).toEqual([422, 'cloned-credential']);
  });

  test('is denied once the account has changed, and once the login has ended', async () => {
    for (const end of ['log-out', 'password'] as const) {
      const { holder, login, authenticator } = await holderWithPasskey(client);
      const { token } = login;
      const { body: unlock } = await begin(token);
      if (end === 'log-out') await client.call('DELETE', '/v1/me/login', { token });
      else await client.post(`/sandbox/accounts/${holder.id}/password`, { password: 'another quiet evening' });
      const answer = await prove(unlock, { credential: authenticator.get(unlock.data.request) });
      expect([end, verdict(answer), answer.body.session.outcome]).toEqual([end, [409, 'account-changed'], 'denied']);
    }
  });
});
