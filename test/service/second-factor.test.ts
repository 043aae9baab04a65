/** The routes that need a recent second factor, on both databases: which logins count, for how long, and how others are refused. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshNumber } from '../../src/testing/participants/numbers.ts';
import { AccountHolder, type LoggedIn } from '../support/account-holder.ts';
import { type Answer, type Client, databaseKinds, startTestService, type TestService } from '../support/service.ts';

const adminKey = 'a-key-of-the-support-desk';
const minute = 60_000;
const verdict = ({ status, body }: Answer) => [status, body.code ?? null];
const required = [401, 'second-factor-required'];
const agent = { token: adminKey, headers: { 'x-agent': 'Sam' } };

/** An action that needs a second factor: its preparation, the request, and whether it took effect. */
interface Guarded {
  readonly name: string;
  readonly status: number;
  prepare(client: Client, of: AccountHolder): Promise<string>;
  ask(client: Client, id: string, token: string): Promise<Answer>;
  isDone(client: Client, id: string, of: AccountHolder): Promise<boolean>;
}

const guarded: readonly Guarded[] = [
  {
    name: 'the grant of support access',
    status: 200,
    prepare: async (client, { id }) =>
      (await client.post('/v1/support-accesses', { accountId: id, reason: 'No message arrives' }, agent)).body.id,
    ask: (client, id, token) => client.post(`/v1/support-accesses/${id}/grant`, { minutes: 60 }, { token }),
    isDone: async (client, id) => (await client.call('GET', `/v1/support-accesses/${id}`, agent)).body.state === 'granted',
  },
  {
    name: 'the end of trust in a device',
    status: 204,
    prepare: async (client, of) => (await client.get('/v1/me/devices', (await of.loginOnDevice()).token)).body.devices[0].id,
    ask: (client, id, token) => client.call('DELETE', `/v1/me/devices/${id}`, { token }),
    isDone: async (_, __, of) => (await of.loginOnDevice()).done.state !== 'authenticated',
  },
  {
    name: 'the removal of a link',
    status: 204,
    prepare: async (client, of) => (await client.get('/v1/me', (await of.loginOnDevice()).token)).body.links[0].id,
    ask: (client, id, token) => client.call('DELETE', `/v1/me/links/${id}`, { token }),
    isDone: async (client, _, of) => (await client.get('/v1/me', (await of.loginOnDevice()).token)).body.links.length === 0,
  },
];

describe.each(databaseKinds)('a second factor on %s', (kind) => {
  let service: TestService;
  let client: Client;
  let now: number;
  beforeAll(async () => {
    service = await startTestService(kind, { ADMIN_KEYS: `desk:${adminKey}` });
    client = service.client;
    now = await client.freeze();
  });
  afterAll(() => service.remove());

  const later = async (ms: number) => {
    now = await client.at(now + ms);
  };
  const renewed = async ({ session }: LoggedIn): Promise<string> => (await session.send('access-token')).body.accessToken;

  describe.each(guarded)('opens $name', ({ status, prepare, ask, isDone }) => {
    async function expectRequired(of: AccountHolder, id: string, token: string): Promise<void> {
      const answer = await ask(client, id, token);
      expect(verdict(answer)).toEqual(required);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer error="insufficient_user_authentication", max_age=1200');
      expect(answer.body.maxAge).toBe(1200);
      expect(await isDone(client, id, of)).toBe(false);
    }

    async function expectOpen(of: AccountHolder, id: string, token: string): Promise<void> {
      expect((await ask(client, id, token)).status).toBe(status);
      expect(await isDone(client, id, of)).toBe(true);
    }

    test.each(['sms', 'voice'])('by a code over the telephone (%s), for twenty minutes, with each token of the login', async (channel) => {
      const of = await AccountHolder.make(client);
      const id = await prepare(client, of);
      const login = await of.login({ channel });
      await later(20 * minute - 1000);
      await expectOpen(of, id, await renewed(login));
    });

    test('no longer than that: renewal makes no code younger, and another login with a code opens it', async () => {
      const of = await AccountHolder.make(client);
      const id = await prepare(client, of);
      const login = await of.login();
      await later(20 * minute);
      await expectRequired(of, id, await renewed(login));
      await later(minute);
      await expectRequired(of, id, await renewed(login));
      await expectOpen(of, id, (await of.login()).token);
    });

    test('not on a trusted device, nor with the code that made it trusted', async () => {
      const of = await AccountHolder.make(client);
      const id = await prepare(client, of);
      await of.login({ trustDevice: true });
      await expectRequired(of, id, (await of.loginOnDevice()).token);
    });

    test('with a code by email if the account has no telephone', async () => {
      const of = await AccountHolder.make(client, null);
      const id = await prepare(client, of);
      await expectRequired(of, id, (await of.loginOnDevice()).token);
      const login = await of.login();
      await later(20 * minute - 1000);
      await expectOpen(of, id, await renewed(login));
    });

    test('not with a code by email if it has one, or has got one since', async () => {
      const having = await AccountHolder.make(client);
      await expectRequired(having, await prepare(client, having), (await having.login({ channel: 'email' })).token);

      const getting = await AccountHolder.make(client, null);
      const id = await prepare(client, getting);
      const { token } = await getting.login();
      const phone = freshNumber('mobile');
      const { body } = await client.post('/v1/account-changes', { change: { kind: 'phone', phone } }, { token });
      const submit = (path: string, session: string, code: string) => client.post(`${path}/submit-code`, { code }, { token: session });
      const confirmed = await submit(`/v1/account-changes/${body.id}`, body.sessionToken, await client.codeFor(getting.email));
      const { child } = confirmed.body;
      await submit(child.href, child.sessionToken, await client.codeFor(phone));
      expect((await client.get('/v1/me', token)).body.phone).toBe(phone);
      await expectRequired(getting, id, token);
    });

    test('not after the login has ended; the refusal does not reveal data of another owner', async () => {
      const [of, stranger] = [await AccountHolder.make(client), await AccountHolder.make(client)];
      const id = await prepare(client, of);
      expect(verdict(await ask(client, id, (await stranger.login()).token))).toEqual([404, 'not-found']);
      const { token } = await of.login();
      await client.call('DELETE', '/v1/me/login', { token });
      expect(verdict(await ask(client, id, token))).toEqual([401, 'unauthenticated']);
      expect(await isDone(client, id, of)).toBe(false);
    });
  });

  test('is not required to read, deny, revoke, log out, or request a change', async () => {
    const of = await AccountHolder.make(client);
    const [grant] = guarded;
    const [denied, granted] = [await grant?.prepare(client, of), await grant?.prepare(client, of)];
    await grant?.ask(client, String(granted), (await of.login()).token);
    const { token } = await of.loginOnDevice();
    const asked = [
      client.get('/v1/me', token),
      client.get('/v1/me/devices', token),
      client.get('/v1/me/support-accesses', token),
      client.post('/v1/account-changes', { change: { kind: 'password', password: 'a loud morning in Lagos' } }, { token }),
      client.post(`/v1/support-accesses/${denied}/deny`, {}, { token }),
      client.post(`/v1/support-accesses/${granted}/revoke`, {}, { token }),
    ];
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([200, 200, 200, 201, 200, 200]);
    expect((await client.call('DELETE', '/v1/me/login', { token })).status).toBe(204);
  });

  test('has a page that explains the missing second factor', async () => {
    const page = await client.get('/problems/second-factor-required');
    expect([page.status, page.body]).toEqual([200, expect.stringContaining('Log in again without')]);
  });
});
