/** The login by passkey alone: each result of an answer, its limits, replays, and the access that a success gives. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SoftwareAuthenticator } from '../../src/testing/participants/software-authenticator.ts';
import { givePasskey, holderWithPasskey, originOf, requestOf } from '../support/passkey-holder.ts';
import { type Answer, type Client, databaseKinds, type Json, startTestService, type TestService } from '../support/service.ts';

const claimsOf = (token: string): Json => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
const verdict = ({ status, body }: Answer) => [status, body.code ?? body.outcome ?? body.state];

describe.each(databaseKinds)('a login by passkey on %s', (kind) => {
  let service: TestService;
  let client: Client;
  beforeAll(async () => {
    service = await startTestService(kind);
    client = service.client;
  });
  afterAll(() => service?.remove());

  const begin = () => client.start('passkey-logins', {});

  test.each([
    [false, 'hwk'],
    [true, 'swk'],
  ])('copied to other devices: %j, logs its owner in with %s', async (backupEligible, key) => {
    const { holder, authenticator } = await holderWithPasskey(client, { backupEligible });
    const session = await begin();
    expect(session.created).toMatchObject({
      state: 'asking',
      data: { email: null, triesLeft: 5, request: { userVerification: 'required' } },
    });
    const { body } = await session.send('prove-passkey', { credential: authenticator.get(await requestOf(session)) });
    expect(body).toMatchObject({ outcome: 'authenticated', data: { request: null } });
    expect(claimsOf(body.result.token)).toMatchObject({ sub: holder.id, amr: [key, 'user', 'mfa'] });
    expect((await client.get('/v1/me', body.accessToken)).body).toMatchObject({ id: holder.id, email: holder.email });
    const [{ id, lastUsedAt }] = (await client.get('/v1/me/passkeys', body.accessToken)).body.passkeys;
    expect(lastUsedAt).not.toBeNull();
    // It counts as a second factor.
    expect((await client.call('DELETE', `/v1/me/passkeys/${id}`, { token: body.accessToken })).status).toBe(204);
  });

  test('does not say whose credential an answer has', async () => {
    const { authenticator } = await holderWithPasskey(client);
    const stranger = new SoftwareAuthenticator({ origin: originOf(client) });
    await stranger.arrange(async () => ({ rpId: 'localhost', userHandle: 'c3RyYW5nZXI' }));
    const other = Buffer.alloc(32, 9).toString('base64url');
    const sessions = await Promise.all([begin(), begin()]);
    const [unknown, foreign] = await Promise.all([
      sessions[0].send('prove-passkey', { credential: stranger.get(await requestOf(sessions[0])) }),
      sessions[1].send('prove-passkey', { credential: authenticator.get(await requestOf(sessions[1]), { userHandle: other }) }),
    ]);
    expect([verdict(unknown), verdict(foreign)]).toEqual([
      [422, 'unknown-credential'],
      [422, 'unknown-credential'],
    ]);
    expect(unknown.body.detail).toBe(foreign.body.detail);
  });

  test('ends after five wrong answers, and not after cancelled ones', async () => {
    const { authenticator } = await holderWithPasskey(client);
    const session = await begin();
    for (const failure of ['cancelled', 'timed-out', 'cancelled', 'timed-out', 'cancelled', 'timed-out'])
      expect(verdict(await session.send('prove-passkey', { failure }))).toEqual([200, 'asking']);
    for (let left = 4; left >= 0; left -= 1) {
      const answer = await session.send('prove-passkey', {
        credential: authenticator.get(await requestOf(session), { badSignature: true }),
      });
      expect([verdict(answer), answer.body.session.data.triesLeft]).toEqual([[422, 'wrong-factor'], left]);
    }
    expect((await session.read()).outcome).toBe('denied');
  });

  test('takes each answer for its own request alone: not again, not in another session, not from an unlock', async () => {
    const { login, authenticator } = await holderWithPasskey(client);
    const session = await begin();
    const first = await requestOf(session);
    const early = authenticator.get(first);
    await session.send('prove-passkey', { failure: 'cancelled' });
    expect((await requestOf(session)).challenge).not.toBe(first.challenge);
    expect(verdict(await session.send('prove-passkey', { credential: early }))).toEqual([422, 'wrong-factor']);
    const credential = authenticator.get(await requestOf(session));
    const other = await begin();
    expect(verdict(await other.send('prove-passkey', { credential }))).toEqual([422, 'wrong-factor']);
    expect(verdict(await session.send('prove-passkey', { credential }))).toEqual([200, 'authenticated']);
    expect(verdict(await session.send('prove-passkey', { credential }))).toEqual([409, 'event-not-accepted']);
    const { body: unlock } = await client.post('/v1/device-unlocks', {}, { token: login.token });
    const unlocking = authenticator.get(unlock.data.request);
    expect(verdict(await (await begin()).send('prove-passkey', { credential: unlocking }))).toEqual([422, 'wrong-factor']);
  });

  test('refuses pages of other sites, answers without user verification, and clones', async () => {
    const { holder, authenticator } = await holderWithPasskey(client);
    const session = await begin();
    for (const faults of [
      { origin: 'https://localhost.example' },
      { rpId: 'example.com' },
      { userVerified: false },
      { challenge: 'AAAA' },
    ]) {
      const credential = authenticator.force(await requestOf(session), faults);
      expect([faults, verdict(await session.send('prove-passkey', { credential }))]).toEqual([faults, [422, 'wrong-factor']]);
    }
    const clone = authenticator.clone();
    expect(
      verdict(await session.send('prove-passkey', { credential: authenticator.get(await requestOf(session), { counter: 9 }) })),
    ).toEqual([200, 'authenticated']);
    const again = await begin();
    expect(verdict(await again.send('prove-passkey', { credential: clone.get(await requestOf(again)) }))).toEqual([
      422,
      'cloned-credential',
    ]);
    // The owner is told, and the session still knows no account.
    await expect.poll(async () => (await client.messages(holder.email))[0].notice).toBe('passkey-copied');
    const { email, request } = (await again.read()).data;
    expect([email, Object.keys(request)]).toEqual([null, expect.not.arrayContaining(['allowCredentials'])]);
  });

  test('of a passkey that its owner removes meanwhile is refused', async () => {
    const { login, authenticator } = await holderWithPasskey(client);
    const { token } = login;
    const [{ id }] = (await client.get('/v1/me/passkeys', token)).body.passkeys;
    const session = await begin();
    const credential = authenticator.get(await requestOf(session));
    const [removed, answer] = await Promise.all([
      client.call('DELETE', `/v1/me/passkeys/${id}`, { token }),
      session.send('prove-passkey', { credential }),
    ]);
    expect(removed.status).toBe(204);
    expect([
      [200, 'authenticated'],
      [422, 'unknown-credential'],
    ]).toContainEqual(verdict(answer));
    const later = await begin();
    expect(verdict(await later.send('prove-passkey', { credential: authenticator.get(await requestOf(later)) }))).toEqual([
      422,
      'unknown-credential',
    ]);
  });

  test('ends with a change of the password, like any login', async () => {
    const { holder, authenticator } = await holderWithPasskey(client);
    const session = await begin();
    const { body } = await session.send('prove-passkey', { credential: authenticator.get(await requestOf(session)) });
    await client.post(`/sandbox/accounts/${holder.id}/password`, { password: 'another quiet evening' });
    expect((await client.get('/v1/me', body.accessToken)).status).toBe(401);
  });

  test('refuses bodies that are neither an answer nor its lack', async () => {
    const session = await begin();
    for (const body of [{}, { failure: 'bored' }, { credential: 'text' }, { credential: {}, failure: 'cancelled' }, { code: '123456' }])
      expect([body, (await session.send('prove-passkey', body)).status]).toEqual([body, 400]);
    expect(verdict(await session.send('prove-passkey', { credential: {} }))).toEqual([422, 'wrong-factor']);
    expect((await session.read()).data.triesLeft).toBe(4);
  });

  test('keeps no request that was not answered', async () => {
    const now = await client.freeze();
    const { holder } = await holderWithPasskey(client);
    const authenticator = await givePasskey(client, holder);
    const session = await begin();
    const credential = authenticator.get(await requestOf(session));
    await client.at(now + 10 * 60_000);
    expect((await session.read()).outcome).toBe('abandoned');
    expect(verdict(await session.send('prove-passkey', { credential }))).toEqual([409, 'event-not-accepted']);
    await client.clock({ freeze: false });
  });
});
