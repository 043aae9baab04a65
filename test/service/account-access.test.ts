/** The tokens of a login, on both databases: the signed result and the access token, their renewal, the log-out, and the second factor. */
import { createRemoteJWKSet, decodeJwt, type JWTPayload, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AccountHolder } from '../support/account-holder.ts';
import { type StreamReader, watch } from '../support/event-reader.ts';
import {
  type Answer,
  Client,
  databaseKinds,
  startIn,
  startTestService,
  type TestService,
  type TestSession,
  testDatabase,
} from '../support/service.ts';

const another = 'a loud morning in Lagos';
const audience = 'https://shop.example';
const adminKey = 'a-key-of-the-support-desk';
const minute = 60_000;
const hour = 60 * minute;
const verdict = ({ status, body }: Answer) => [status, body.code ?? null];
const refused = [401, 'unauthenticated'];
const agent = { token: adminKey, headers: { 'x-agent': 'Sam' } };

const renew = (session: TestSession, key?: string) => session.send('access-token', {}, key === undefined ? {} : { 'idempotency-key': key });

describe.each(databaseKinds)('the tokens of a login on %s', (kind) => {
  let service: TestService;
  let client: Client;
  let now: number;
  beforeAll(async () => {
    service = await startTestService(kind, { AUDIENCE: audience, ADMIN_KEYS: `desk:${adminKey}` });
    client = service.client;
    now = await client.freeze();
  });
  afterAll(() => service.remove());

  const later = async (ms: number) => {
    now = await client.at(now + ms);
  };
  const person = () => AccountHolder.make(client);
  const loggedIn = async () => (await person()).login();
  const me = (token: string) => client.get('/v1/me', token);
  const logOut = (token: string) => client.call('DELETE', '/v1/me/login', { token });
  const asked = async ({ id }: AccountHolder): Promise<string> =>
    (await client.post('/v1/support-accesses', { accountId: id, reason: 'No message arrives' }, agent)).body.id;
  async function verified(token: string, expected: { audience: string; typ: string }): Promise<JWTPayload> {
    const keys = createRemoteJWKSet(new URL(`${client.url}/.well-known/jwks.json`));
    return (await jwtVerify(token, keys, { issuer: service.publicUrl, ...expected, currentDate: new Date(now) })).payload;
  }

  describe('the two tokens', () => {
    const proof = { audience, typ: 'verification-result+jwt' };

    test('differ in audience and type: the signed result is for the application, the access token for this service', async () => {
      const of = await person();
      const { done, token } = await of.login();
      const proved = await verified(done.result.token, proof);
      expect(proved).toMatchObject({ sub: of.id, amr: ['pwd', 'otp', 'sms', 'mfa'], auth_time: Math.floor(now / 1000), jti: done.id });
      expect(Object.keys(proved).sort()).toEqual(['amr', 'aud', 'auth_time', 'exp', 'iat', 'iss', 'jti', 'sub', 'workflow']);

      const access = { audience: `${service.publicUrl}/v1/me`, typ: 'at+jwt' };
      const opened = await verified(token, access);
      expect(opened).toMatchObject({
        sub: of.id,
        sid: done.id,
        auth_time: Math.floor(now / 1000),
        amr: proved['amr'],
        client_id: audience,
      });
      expect(Number(opened.exp) - Number(opened.iat)).toBe(15 * 60);
      for (const [shown, expected] of [
        [token, { ...access, audience }],
        [token, { ...access, typ: proof.typ }],
        [done.result.token, { ...proof, audience: access.audience }],
        [done.result.token, { ...proof, typ: access.typ }],
      ] as const)
        await expect(verified(shown, expected)).rejects.toMatchObject({ code: 'ERR_JWT_CLAIM_VALIDATION_FAILED' });
    });

    test('the signed result opens nothing here, whatever its login opens', async () => {
      const of = await person();
      const { done, token } = await of.login();
      const access = await asked(of);
      const attempts = (shown: string): Promise<Answer>[] => [
        me(shown),
        client.get('/v1/me/devices', shown),
        client.get('/v1/me/support-accesses', shown),
        client.call('DELETE', '/v1/me/login', { token: shown }),
        client.call('DELETE', `/v1/me/devices/${of.id}`, { token: shown }),
        client.post('/v1/account-changes', { change: { kind: 'password', password: another } }, { token: shown }),
        client.get(`/v1/support-accesses/${access}`, shown),
        client.get(`/v1/support-accesses/${access}/history`, shown),
        client.get(`/v1/support-accesses/${access}/stream`, shown),
        client.post(`/v1/support-accesses/${access}/grant`, { minutes: 60 }, { token: shown }),
        client.post(`/v1/support-accesses/${access}/deny`, {}, { token: shown }),
        client.post(`/v1/support-accesses/${access}/revoke`, {}, { token: shown }),
      ];
      for (const answer of await Promise.all(attempts(done.result.token))) expect(verdict(answer)).toEqual(refused);
      expect((await me(token)).status).toBe(200);
    });

    test('are the same however often the login is read, and both expire a quarter of an hour later', async () => {
      const { session, done, token } = await loggedIn();
      await later(10 * minute);
      expect(await session.read()).toMatchObject({ result: done.result, accessToken: token });
      await later(5 * minute);
      const expired = await session.read();
      expect([expired.result, 'accessToken' in expired]).toEqual([null, false]);
      expect(verdict(await me(token))).toEqual(refused);
    });

    test('exist only for logins: no other success has an access token, and none renews one', async () => {
      const email = 'nobody@example.com';
      const session = await client.verify(email);
      const { body } = await session.submit(await client.codeFor(email));
      expect([typeof body.result.token, 'accessToken' in body]).toEqual(['string', false]);
      expect(verdict(await renew(session))).toEqual([404, 'not-found']);
    });
  });

  describe('renewal', () => {
    test('gives a new access token for the session’s token, each for a quarter of an hour, until a day after the login', async () => {
      const { session, token } = await loggedIn();
      const began = now;
      await later(14 * minute);
      const first = await renew(session);
      expect(first.status).toBe(200);
      expect(first.body).toEqual({ accessToken: expect.any(String), expiresAt: new Date(now + 15 * minute).toISOString() });
      await later(2 * minute);
      expect([verdict(await me(token)), (await me(first.body.accessToken)).status]).toEqual([refused, 200]);
      expect(decodeJwt(first.body.accessToken)).toMatchObject({ auth_time: Math.floor(began / 1000), amr: ['pwd', 'otp', 'sms', 'mfa'] });

      await later(began + 24 * hour - 5 * minute - now);
      const last = await renew(session);
      expect(last.body.expiresAt).toBe(new Date(began + 24 * hour).toISOString());
      await later(5 * minute - 1000);
      expect((await me(last.body.accessToken)).status).toBe(200);
      await later(1000);
      expect(verdict(await me(last.body.accessToken))).toEqual(refused);
      expect(verdict(await renew(session))).toEqual(refused);
    });

    test('needs the token of the same session: neither another session’s token nor an access token will do', async () => {
      const [mine, theirs] = [await loggedIn(), await loggedIn()];
      for (const token of [theirs.session.token, theirs.token, mine.token, mine.done.result.token, ''])
        expect(verdict(await client.post(`${mine.session.path}/access-token`, {}, { token }))).toEqual(refused);
      expect((await client.post(`${mine.session.path}/access-token`, undefined, { token: mine.session.token })).status).toBe(200);
    });

    test('is refused before the login is complete, and accepts no fields', async () => {
      const { email, password } = await person();
      const session = await client.start('login-verifications', { email, password });
      const early = await renew(session);
      expect(verdict(early)).toEqual([409, 'event-not-accepted']);
      expect(early.body.session.id).toBe(session.id);
      expect(verdict(await session.send('access-token', { minutes: 60 }))).toEqual([400, 'invalid-request']);
    });

    test('with a repeated key gives the first token again; another key, or none, gives another token', async () => {
      const { session } = await loggedIn();
      const first = (await renew(session, 'first')).body;
      await later(minute);
      const second = (await renew(session, 'second')).body;
      const keyless = (await renew(session)).body;
      await later(minute);
      expect((await renew(session, 'first')).body).toEqual(first);
      expect((await renew(session, 'second')).body).toEqual(second);
      expect(second.accessToken).not.toBe(first.accessToken);
      expect(keyless).toEqual(second);
      expect((await renew(session)).body.accessToken).not.toBe(keyless.accessToken);
      expect(verdict(await session.send('access-token', {}, { 'idempotency-key': 'ä' }))).toEqual([400, 'invalid-request']);
    });

    test('changes nothing in the session', async () => {
      const { session } = await loggedIn();
      const [before, history] = [await session.read(), await session.history()];
      await renew(session, 'unseen');
      const { revision, ...after } = await session.read();
      expect({ ...after, revision: before.revision }).toEqual(before);
      expect(revision).toBe(before.revision + 1);
      expect(await session.history()).toEqual(history);
    });
  });

  describe('the log-out', () => {
    test('ends every token of the login, and its renewal; other logins and trusted devices stay', async () => {
      const of = await person();
      const [mine, other] = [await of.login(), await of.login()];
      const keyed = (await renew(mine.session, 'before')).body.accessToken;
      expect((await logOut(mine.token)).status).toBe(204);
      for (const token of [mine.token, keyed]) expect(verdict(await me(token))).toEqual(refused);
      expect(verdict(await logOut(mine.token))).toEqual(refused);
      for (const key of [undefined, 'before', 'after']) expect(verdict(await renew(mine.session, key))).toEqual(refused);
      const change = { kind: 'password', password: another };
      expect(verdict(await client.post('/v1/account-changes', { change }, { token: mine.token }))).toEqual(refused);
      expect([(await me(other.token)).status, (await of.loginOnDevice()).done.state]).toEqual([200, 'authenticated']);
    });

    test('removes the access token from the login’s session too; the signed result, which opens nothing here, stays', async () => {
      const of = await person();
      const [mine, other] = [await of.login(), await of.login()];
      const shown = async ({ session }: typeof mine) => (await session.read()).accessToken;
      expect(await shown(mine)).toBe(mine.token);
      await logOut(mine.token);
      expect([await shown(mine), await shown(other)]).toEqual([undefined, other.token]);
      expect((await mine.session.read()).result.token).toEqual(expect.any(String));
    });

    test('ends the streams that the login opened at once; an agent’s stream continues', async () => {
      const of = await person();
      const id = await asked(of);
      const { token } = await of.login();
      const [owners, agents] = [await watching(id, { token }), await watching(id, agent)];
      await logOut(token);
      expect(await owners.block()).toBeNull();
      await client.post(`/v1/support-accesses/${id}/cancel`, {}, agent);
      expect(await agents.next()).toMatchObject({ data: { state: 'cancelled' } });
    });

    test('holds after a restart', async () => {
      const database = await testDatabase(kind);
      const environment = { ...database.environment, PUBLIC_URL: 'https://verify.example' };
      let process = await startIn(environment);
      try {
        const before = new Client(process.url);
        const of = await AccountHolder.make(before);
        const [ended, other] = [await of.login(), await of.login()];
        expect((await before.call('DELETE', '/v1/me/login', { token: ended.token })).status).toBe(204);
        await process.stop();
        process = await startIn(environment);
        const after = new Client(process.url);
        expect(verdict(await after.get('/v1/me', ended.token))).toEqual(refused);
        expect(verdict(await renew(ended.session.through(after)))).toEqual(refused);
        expect([(await after.get('/v1/me', other.token)).status, (await renew(other.session.through(after))).status]).toEqual([200, 200]);
      } finally {
        await process.stop();
        await database.remove();
      }
    });
  });

  describe('a changed password', () => {
    test('ends the tokens of every other login and their renewal, and not those of the login that changed it', async () => {
      const of = await person();
      const [mine, other] = [await of.login(), await of.login()];
      await of.changePassword(mine.token, another);
      expect(verdict(await me(other.token))).toEqual(refused);
      expect(verdict(await renew(other.session))).toEqual(refused);
      expect((await me(mine.token)).status).toBe(200);
      expect([(await other.session.read()).accessToken, (await mine.session.read()).accessToken]).toEqual([undefined, mine.token]);
      const renewed = (await renew(mine.session)).body.accessToken;
      expect((await me(renewed)).status).toBe(200);

      const latest = await of.login({ password: another });
      await of.changePassword(latest.token, 'a third evening in Faro');
      for (const token of [mine.token, renewed]) expect(verdict(await me(token))).toEqual(refused);
      expect(verdict(await renew(mine.session))).toEqual(refused);
      expect((await me(latest.token)).status).toBe(200);
    });
  });

  const watching = (id: string, reader: StreamReader) => watch(`${client.url}/v1/support-accesses/${id}/stream`, reader);
});
