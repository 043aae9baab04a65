/** Attacks with values that are valid elsewhere: codes, tokens and steps of other sessions. */
import { createHash, createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { expect } from 'vitest';
import { freshNumber } from '../../src/testing/participants/numbers.ts';
import { type Attack, adminKey, login, minute, refusedSession, type Target, tally, verdict } from './target.ts';

const wrong = '422 wrong-code';
const notAccepted = '409 event-not-accepted';
const unauthenticated = '401 unauthenticated';

/** A JWT whose contents differ from those that were signed. */
function forged(token: string, header: object, claims: object, signature: (text: string) => string): string {
  const [, body = ''] = token.split('.');
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part(header)}.${part({ ...JSON.parse(Buffer.from(body, 'base64url').toString()), ...claims })}`;
  return `${text}.${signature(text)}`;
}

function headerOf(token: string): object {
  return JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
}

async function resultOfEmail(target: Target, email: string): Promise<string> {
  const session = await target.client.verify(email);
  return (await session.submit(await target.client.codeFor(email))).body.result.token;
}

export const crossSession: readonly Attack[] = [
  {
    attack: 'the code of one session in another of the same account',
    outcome: 'it is wrong there',
    run: async (target) => {
      const victim = await target.victim();
      await target.begin(victim);
      const code = await target.codeOf(victim);
      const other = await target.begin(victim);
      expect(verdict(await other.submit(code))).toBe(wrong);
    },
  },
  {
    attack: 'the code of one’s own account in the session of another',
    outcome: 'it is wrong there',
    run: async (target) => {
      const [victim, thief] = [await target.victim(), await target.victim()];
      await target.begin(thief);
      const session = await target.begin(victim);
      expect(verdict(await session.submit(await target.codeOf(thief)))).toBe(wrong);
    },
  },
  {
    attack: 'the code of an email verification in a login by email',
    outcome: 'it is wrong there',
    run: async (target) => {
      const victim = await target.victim();
      const session = await target.begin(victim, { channel: 'email' });
      await target.client.verify(victim.email);
      expect(verdict(await session.submit(await target.client.codeFor(victim.email)))).toBe(wrong);
    },
  },
  {
    attack: 'the code of a login in a phone verification, and the other way round',
    outcome: 'each is wrong there',
    run: async (target) => {
      const victim = await target.victim();
      const session = await target.begin(victim);
      const code = await target.codeOf(victim);
      const phone = await target.client.start('phone-verifications', { phone: victim.phone });
      expect(verdict(await phone.submit(code))).toBe(wrong);
      expect(verdict(await session.submit(await target.codeOf(victim)))).toBe(wrong);
    },
  },
  {
    attack: 'the code before the current one',
    outcome: 'it is wrong',
    run: async (target) => {
      const victim = await target.victim();
      const session = await target.begin(victim);
      const old = await target.codeOf(victim);
      await target.later(40 * minute);
      expect(verdict(await session.submit(old))).toBe('410 code-expired');
      await session.send('request-new-code');
      expect(verdict(await session.submit(old))).toBe(wrong);
    },
  },
  {
    attack: 'the correct code again after the login',
    outcome: 'the session accepts no event any more',
    run: async (target) => {
      const victim = await target.victim();
      const session = await target.begin(victim);
      const code = await target.codeOf(victim);
      await session.submit(code);
      expect(tally([await session.submit(code), await session.send('resend-code'), await session.send('cancel')])).toEqual({
        [notAccepted]: 3,
      });
    },
  },
  {
    attack: 'a code, a resend or another channel before the credentials',
    outcome: 'no step is skipped',
    run: async (target) => {
      const victim = await target.victim();
      const session = refusedSession(target.client, await target.try(victim.email, 'nearly'));
      const answers = [
        await session.submit('000000'),
        await session.send('resend-code'),
        await session.send('request-new-code'),
        await session.send('switch-channel', { channel: 'email' }),
      ];
      expect(tally(answers)).toEqual({ [notAccepted]: 4 });
    },
  },
  {
    attack: 'other credentials while the session waits for a code',
    outcome: 'the session stays with its account',
    run: async (target) => {
      const [victim, thief] = [await target.victim(), await target.victim()];
      const session = await target.begin(thief);
      const code = await target.codeOf(thief);
      const { email, password, deviceToken } = victim;
      expect(verdict(await session.send('submit-credentials', { email, password, deviceToken }))).toBe(notAccepted);
      const done = await session.submit(code);
      expect((await target.me(done.body.accessToken)).body.id).toBe(thief.id);
    },
  },
  {
    attack: 'a session that was denied, or cancelled',
    outcome: 'it accepts no event any more',
    run: async (target) => {
      const victim = await target.victim();
      const denied = refusedSession(target.client, await target.try(victim.email, 'nearly'));
      const { email, password } = victim;
      for (let more = 0; more < 4; more += 1) await denied.send('submit-credentials', { email, password: 'nearly' });
      const cancelled = await target.begin(victim);
      const code = await target.codeOf(victim);
      await cancelled.send('cancel');
      const answers = [await denied.send('submit-credentials', { email, password }), await cancelled.submit(code)];
      expect(tally(answers)).toEqual({ [notAccepted]: 2 });
    },
  },
  {
    attack: 'events by GET, as link scanners send them, and many reads of the session',
    outcome: 'nothing is consumed',
    run: async (target) => {
      const victim = await target.victim();
      const session = await target.begin(victim);
      const code = await target.codeOf(victim);
      for (const path of ['submit-code', `submit-code?code=${code}`, 'cancel', 'resend-code', 'request-new-code'])
        for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])
          expect((await target.client.call(method, `${session.path}/${path}`, { token: session.token })).status).toBe(404);
      for (let look = 0; look < 20; look += 1) await session.read();
      expect((await session.read()).revision).toBe(session.created.revision);
      expect(verdict(await session.submit(code))).toBe('authenticated');
    },
  },
  {
    attack: 'the token of one session for another',
    outcome: 'unauthenticated',
    run: async (target) => {
      const victim = await target.victim();
      const [mine, theirs] = [await target.begin(await target.victim()), await target.begin(victim)];
      const code = await target.codeOf(victim);
      expect(verdict(await target.client.get(theirs.path, mine.token))).toBe(unauthenticated);
      expect(verdict(await target.client.post(`${theirs.path}/submit-code`, { code }, { token: mine.token }))).toBe(unauthenticated);
      expect(verdict(await target.client.get(`${theirs.path}/history`, mine.token))).toBe(unauthenticated);
    },
  },
  {
    attack: 'a session under the address of another workflow',
    outcome: 'it is not found',
    run: async (target) => {
      const session = await target.begin(await target.victim());
      for (const collection of ['email-verifications', 'phone-verifications'])
        expect((await target.client.get(`/v1/${collection}/${session.id}`, session.token)).status).toBeGreaterThanOrEqual(401);
    },
  },
  {
    attack: 'other credentials at /v1/me: a session’s token, a device’s, an admin’s key, the result of an email verification',
    outcome: 'unauthenticated',
    run: async (target) => {
      const victim = await target.victim();
      const session = await target.begin(victim);
      const verified = await resultOfEmail(target, victim.email);
      for (const token of [session.token, victim.deviceToken, adminKey, verified, victim.id, '', 'null', 'undefined'])
        for (const path of ['', '/devices']) expect(verdict(await target.me(token, path))).toBe(unauthenticated);
    },
  },
  {
    attack: 'the result of a login, and its access token, as the token of its session, and as the key of an admin',
    outcome: 'unauthenticated',
    run: async (target) => {
      const done = await target.complete(await target.victim());
      for (const token of [done.result.token, done.accessToken])
        for (const path of [`/v1/${login}/${done.id}`, `/admin/accounts/${done.id}`])
          expect(verdict(await target.client.get(path, token))).toBe(unauthenticated);
    },
  },
  {
    attack: 'an access token that is unsigned, of another signer, or changed',
    outcome: 'unauthenticated',
    run: async (target) => {
      const [victim, thief] = [await target.victim(), await target.victim()];
      const { accessToken: token } = await target.complete(thief);
      const header = headerOf(token);
      const { privateKey } = generateKeyPairSync('ed25519');
      const { keys } = (await target.client.get('/.well-known/jwks.json')).body;
      const sub = { sub: victim.id };
      const forgeries = [
        forged(token, { ...header, alg: 'none' }, sub, () => ''),
        forged(token, header, sub, () => token.split('.')[2] ?? ''),
        forged(token, header, sub, (text) => sign(null, Buffer.from(text), privateKey).toString('base64url')),
        // The public key, used as the secret of another algorithm.
        forged(token, { ...header, alg: 'HS256' }, sub, (text) => createHmac('sha256', keys[0].x).update(text).digest('base64url')),
        forged(token, { ...header, kid: 'another' }, {}, () => token.split('.')[2] ?? ''),
        // Not at its end: the last bits of a signature are nearly always zero.
        `${token.slice(0, -40)}${token.at(-40) === 'A' ? 'B' : 'A'}${token.slice(-39)}`,
      ];
      for (const forgery of forgeries) expect(verdict(await target.me(forgery))).toBe(unauthenticated);
      expect((await target.me(token)).body.id).toBe(thief.id);
    },
  },
  {
    attack: 'the access token of a login a quarter of an hour later',
    outcome: 'unauthenticated',
    run: async (target) => {
      const { accessToken: token } = await target.complete(await target.victim());
      await target.later(15 * minute - 1000);
      expect((await target.me(token)).status).toBe(200);
      await target.later(1000);
      expect(verdict(await target.me(token))).toBe(unauthenticated);
    },
  },
  {
    attack: 'tokens in the address, in a cookie, with another scheme',
    outcome: 'unauthenticated',
    run: async (target) => {
      const session = await target.begin(await target.victim());
      const { accessToken: token } = await target.complete(await target.victim());
      const basic = `Basic ${Buffer.from(`x:${token}`).toString('base64')}`;
      const answers = await Promise.all([
        target.client.get(`${session.path}?token=${session.token}&access_token=${session.token}`),
        target.client.call('GET', session.path, { headers: { cookie: `sessionToken=${session.token}` } }),
        target.client.get(`/v1/me?access_token=${token}`),
        target.client.call('GET', '/v1/me', { headers: { authorization: basic } }),
      ]);
      expect(tally(answers)).toEqual({ [unauthenticated]: 4 });
    },
  },
  {
    attack: 'the Idempotency-Key of another caller’s start, with another password',
    outcome: 'refused; with the same password it returns the same session, to a caller who knows key and password',
    run: async (target) => {
      const victim = await target.victim();
      const headers = { 'idempotency-key': createHash('sha256').update(victim.id).digest('hex') };
      const start = (password: string) => target.client.post(`/v1/${login}`, { email: victim.email, password }, { headers });
      const first = await start(victim.password);
      expect(verdict(await start('nearly'))).toBe('422 idempotency-mismatch');
      expect((await start(victim.password)).body.id).toBe(first.body.id);
      expect(await target.client.codes(victim.phone)).toHaveLength(1);
    },
  },
  {
    attack: 'a delivery report for a stranger’s session, without a signature',
    outcome: 'the session does not change',
    run: async (target) => {
      const session = await target.begin(await target.victim());
      for (const provider of ['twilio', 'webhook', 'smtp']) {
        const path = `/callbacks/${provider}/${session.id}/1/1`;
        expect((await target.client.post(path, { MessageStatus: 'undelivered' })).status).toBeGreaterThanOrEqual(400);
      }
      expect((await session.read()).revision).toBe(session.created.revision);
    },
  },
  {
    attack: 'another channel to a number of the attacker’s',
    outcome: 'the account’s number stays the account’s',
    run: async (target) => {
      const victim = await target.victim();
      const session = await target.begin(victim);
      const mine = freshNumber('mobile');
      await target.later(minute);
      const sent = { channel: 'voice', phone: mine, destination: mine, to: mine };
      expect(verdict(await session.send('switch-channel', sent))).toBe('400 invalid-request');
      expect(verdict(await session.send('provide-number', { phone: mine, channel: 'sms' }))).toBe('404 not-found');
      expect(await target.client.messages(mine)).toEqual([]);
    },
  },
];
