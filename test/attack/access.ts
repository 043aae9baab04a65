/** Attacks on accounts with the tokens of a login: its signed result, its access tokens, and tokens of others. */
import { decodeJwt } from 'jose';
import { expect } from 'vitest';
import type { Answer, Client, TestSession } from '../support/service.ts';
import { type Attack, adminKey, login, minute, type Target, tally, type Victim, verdict } from './target.ts';

const unauthenticated = '401 unauthenticated';
const required = '401 second-factor-required';
const day = 24 * 60 * minute;

/** All routes of an account's owner. */
const doors: readonly ((client: Client, token: string, access: string) => Promise<Answer>)[] = [
  (client, token) => client.get('/v1/me', token),
  (client, token) => client.get('/v1/me/devices', token),
  (client, token) => client.get('/v1/me/support-accesses', token),
  (client, token) => client.get('/v1/me/anything', token),
  (client, token) => client.call('DELETE', '/v1/me/login', { token }),
  (client, token, access) => client.call('DELETE', `/v1/me/devices/${access}`, { token }),
  (client, token) => client.post('/v1/account-changes', { change: { kind: 'password', password: 'another evening in Lisbon' } }, { token }),
  (client, token, access) => client.get(`/v1/support-accesses/${access}`, token),
  (client, token, access) => client.get(`/v1/support-accesses/${access}/stream`, token),
  (client, token, access) => client.post(`/v1/support-accesses/${access}/grant`, { minutes: 60 }, { token }),
  (client, token, access) => client.post(`/v1/support-accesses/${access}/deny`, {}, { token }),
];

const agent = { token: adminKey, headers: { 'x-agent': 'Sam' } };
const support = async ({ client }: Target, { id }: Victim): Promise<string> =>
  (await client.post('/v1/support-accesses', { accountId: id, reason: 'No message arrives' }, agent)).body.id;

const grant = (client: Client, access: string, token: string) =>
  client.post(`/v1/support-accesses/${access}/grant`, { minutes: 60 }, { token });
const renew = (client: Client, { path, token }: Pick<TestSession, 'path' | 'token'>) => client.post(`${path}/access-token`, {}, { token });

async function loggedIn(target: Target, victim: Victim): Promise<{ session: TestSession; token: string; proof: string }> {
  const session = await target.begin(victim);
  const { body } = await session.submit(await target.codeOf(victim));
  return { session, token: body.accessToken, proof: body.result.token };
}

async function throughEveryDoor(target: Target, token: string, access: string): Promise<void> {
  for (const client of new Set([target.client, target.other]))
    expect(tally(await Promise.all(doors.map((door) => door(client, token, access))))).toEqual({ [unauthenticated]: doors.length });
}

export const accessing: readonly Attack[] = [
  {
    attack: 'an application with the signed result of a login, on every route of its owner',
    outcome: 'unauthenticated; it reads, grants and changes nothing',
    run: async (target) => {
      const victim = await target.victim();
      const access = await support(target, victim);
      const { proof, token } = await loggedIn(target, victim);
      await throughEveryDoor(target, proof, access);
      expect((await target.client.call('GET', `/v1/support-accesses/${access}`, agent)).body.state).toBe('requested');
      expect((await target.me(token)).body.id).toBe(victim.id);
    },
  },
  {
    attack: 'a signed result relabelled as an access token, and an access token relabelled as a result',
    outcome: 'unauthenticated: the signature does not match',
    run: async (target) => {
      const { proof, token } = await loggedIn(target, await target.victim());
      const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const headerOf = (text: string) => JSON.parse(Buffer.from(text.split('.')[0] ?? '', 'base64url').toString());
      const renamed = (text: string, typ: string) => [part({ ...headerOf(text), typ }), ...text.split('.').slice(1)].join('.');
      expect([headerOf(proof).typ, headerOf(token).typ]).toEqual(['verification-result+jwt', 'at+jwt']);
      for (const forgery of [renamed(proof, 'at+jwt'), renamed(token, 'verification-result+jwt'), renamed(token, 'JWT')])
        expect(verdict(await target.me(forgery))).toBe(unauthenticated);
    },
  },
  {
    attack: 'an access token shown to an application',
    outcome: 'it names another audience',
    run: async (target) => {
      const { proof, token } = await loggedIn(target, await target.victim());
      expect(decodeJwt(token).aud).not.toBe(decodeJwt(proof).aud);
      expect(String(decodeJwt(token).aud)).toMatch(/\/v1\/me$/);
    },
  },
  {
    attack: 'access tokens of a login after its log-out, in every process',
    outcome: 'unauthenticated, and none is renewed',
    run: async (target) => {
      const victim = await target.victim();
      const access = await support(target, victim);
      const { session, token } = await loggedIn(target, victim);
      const renewed = (await renew(target.other, session)).body.accessToken;
      expect((await target.other.call('DELETE', '/v1/me/login', { token })).status).toBe(204);
      for (const each of [token, renewed]) await throughEveryDoor(target, each, access);
      for (const client of [target.client, target.other]) expect(verdict(await renew(client, session))).toBe(unauthenticated);
      await target.later(day);
      expect(verdict(await renew(target.client, session))).toBe(unauthenticated);
    },
  },
  {
    attack: 'twenty log-outs and renewals of one login at the same moment, in two processes',
    outcome: 'in any order: no token of the login opens anything afterwards',
    run: async (target) => {
      const { session, token } = await loggedIn(target, await target.victim());
      const race = Array.from({ length: 20 }, (_, n) =>
        n % 2 === 0 ? renew(target.process(n / 2), session) : target.process(n).call('DELETE', '/v1/me/login', { token }),
      );
      const given = (await Promise.all(race)).flatMap(({ body }) => body?.accessToken ?? []);
      for (const each of [token, ...given]) expect(verdict(await target.me(each))).toBe(unauthenticated);
    },
  },
  {
    attack: 'a stolen login that outlives a change of the password by its owner',
    outcome: 'its tokens and their renewal end, in every process; the login that changed it continues, and is renewed',
    run: async (target) => {
      const victim = await target.victim();
      const [thief, owner] = [await loggedIn(target, victim), await loggedIn(target, victim)];
      const change = { kind: 'password', password: 'another evening in Lisbon' };
      const { body } = await target.other.post('/v1/account-changes', { change }, { token: owner.token });
      const submit = `/v1/account-changes/${body.id}/submit-code`;
      const done = await target.client.post(submit, { code: await target.codeOf(victim) }, { token: body.sessionToken });
      expect(done.body.outcome).toBe('applied');
      for (const client of [target.client, target.other]) {
        expect(verdict(await client.get('/v1/me', thief.token))).toBe(unauthenticated);
        expect(verdict(await renew(client, thief.session))).toBe(unauthenticated);
        expect((await client.get('/v1/me', owner.token)).status).toBe(200);
        expect((await renew(client, owner.session)).status).toBe(200);
      }
    },
  },
  {
    attack: 'a stolen access token, renewed without the session’s token, or with another session’s',
    outcome: 'unauthenticated, and it expires a quarter of an hour later',
    run: async (target) => {
      const [mine, theirs] = [await loggedIn(target, await target.victim()), await loggedIn(target, await target.victim())];
      const { path } = theirs.session;
      const shown = [theirs.token, theirs.proof, mine.session.token, mine.token, adminKey, ''];
      const answers = await Promise.all(shown.map((token) => renew(target.client, { path, token })));
      expect(tally(answers)).toEqual({ [unauthenticated]: shown.length });
      const inOtherCollection = { path: theirs.session.path.replace(login, 'email-verifications'), token: theirs.session.token };
      expect((await renew(target.client, inOtherCollection)).status).toBe(404);
      await target.later(15 * minute);
      expect(verdict(await target.me(theirs.token))).toBe(unauthenticated);
    },
  },
  {
    attack: 'a session’s token that is stored, and renews access tokens for ever',
    outcome: 'a day after the login it renews nothing, and its access tokens have expired',
    run: async (target) => {
      const { session } = await loggedIn(target, await target.victim());
      await target.later(day - 1000);
      const last = await renew(target.client, session);
      expect(last.status).toBe(200);
      await target.later(1000);
      expect(verdict(await renew(target.client, session))).toBe(unauthenticated);
      expect(verdict(await target.me(last.body.accessToken))).toBe(unauthenticated);
    },
  },
  {
    attack: 'a stolen password and trusted device, used to let support in and to revoke a trusted device',
    outcome: 'a second factor is required, and nothing happens',
    run: async (target) => {
      const victim = await target.victim();
      const access = await support(target, victim);
      const { body } = await target.try(victim.email, victim.password, { deviceToken: victim.deviceToken });
      const { devices } = (await target.me(body.accessToken, '/devices')).body;
      const revoke = target.client.call('DELETE', `/v1/me/devices/${devices[0].id}`, { token: body.accessToken });
      expect([verdict(await grant(target.client, access, body.accessToken)), verdict(await revoke)]).toEqual([required, required]);
      expect((await target.client.call('GET', `/v1/support-accesses/${access}`, agent)).body.state).toBe('requested');
      expect((await target.me(body.accessToken, '/devices')).body.devices).toEqual(devices);
    },
  },
  {
    attack: 'a stolen password with the mailbox of an owner who has a telephone, to let support in',
    outcome: 'a code by email is no second factor there',
    run: async (target) => {
      const victim = await target.victim();
      const access = await support(target, victim);
      const session = await target.begin(victim, { channel: 'email' });
      const { body } = await session.submit(await target.client.codeFor(victim.email));
      expect(verdict(await grant(target.client, access, body.accessToken))).toBe(required);
    },
  },
  {
    attack: 'a browser left open: support is let in by a code that was entered 21 minutes ago',
    outcome: 'refused, even with a renewed access token, until the owner enters a new code',
    run: async (target) => {
      const victim = await target.victim();
      const access = await support(target, victim);
      const { session } = await loggedIn(target, victim);
      await target.later(21 * minute);
      const { accessToken } = (await renew(target.client, session)).body;
      const refused = await grant(target.other, access, accessToken);
      expect(verdict(refused)).toBe(required);
      expect(refused.headers.get('www-authenticate')).toMatch(/error="insufficient_user_authentication", max_age=1200$/);
      expect(verdict(await grant(target.other, access, (await loggedIn(target, victim)).token))).toBe('granted');
    },
  },
];
