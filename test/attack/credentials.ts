/** Attacks on the password and on trusted devices, and on facts that can be found out without either. */
import { expect } from 'vitest';
import type { Answer } from '../support/service.ts';
import { type Attack, login, minute, type Target, tally, type Victim, verdict } from './target.ts';

const refused = '401 invalid-credentials';
const throttled = '429 rate-limited';
const day = 24 * 60 * minute;
const asksForCode = 'codeActive.cooldown';

/** An answer without the parts that differ between sessions. */
function shapeOf({ status, headers, body }: Answer): unknown {
  const changing = new Set(['date', 'x-request-id', 'location', 'content-length', 'keep-alive', 'connection']);
  const text = JSON.stringify(body)
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID')
    .replaceAll(/"(sessionToken|reference)":"[^"]+"/g, '"$1":"…"')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME');
  return { status, headers: [...headers].filter(([name]) => !changing.has(name)).sort(), text };
}

const strangers = (target: Target, victim: Victim, addresses: readonly string[]) =>
  Promise.all(addresses.map((address) => target.try(victim.email, 'nearly', {}, address)));

/** The network of the victims' earlier logins. */
const home = '100.64.7.7';

/** The request is throttled under that address, and under no other. */
async function expectThrottled(target: Target, { email, password }: Victim, from: string, otherNetwork: string): Promise<void> {
  expect(verdict(await target.try(email, password, {}, from))).toBe(throttled);
  expect(verdict(await target.try(email, password, {}, otherNetwork))).toBe(asksForCode);
}

export const credentials: readonly Attack[] = [
  {
    attack: 'ten wrong passwords from one address, then the right one from there',
    outcome: 'it is not checked; the owner logs in from an earlier network',
    run: async (target) => {
      const victim = await target.victimAt(home);
      for (let tried = 0; tried < 10; tried += 1) expect(verdict(await target.try(victim.email, 'nearly', {}, '192.0.2.1'))).toBe(refused);
      await expectThrottled(target, victim, '192.0.2.1', home);
    },
  },
  {
    attack: 'six hundred wrong passwords at once from thirty networks',
    outcome: 'ten are checked',
    run: async (target) => {
      const victim = await target.victimAt(home);
      const tries = Array.from({ length: 600 }, (_, n) =>
        target
          .process(n)
          .post(
            `/v1/${login}`,
            { email: victim.email, password: `nearly ${n}` },
            { headers: { 'x-forwarded-for': `198.18.${n % 30}.${n % 200}` } },
          ),
      );
      expect(tally(await Promise.all(tries))).toEqual({ [refused]: 10, [throttled]: 590 });
      await expectThrottled(target, victim, '198.18.77.1', home);
    },
  },
  {
    attack: 'the owner’s IP address, put before the attacker’s in X-Forwarded-For',
    outcome: 'only the address that the proxy saw counts',
    run: async (target) => {
      const victim = await target.victimAt(home);
      await strangers(
        target,
        victim,
        Array.from({ length: 10 }, () => `${home}, 192.0.2.1`),
      );
      await expectThrottled(target, victim, `${home}, 192.0.2.1`, home);
    },
  },
  {
    attack: 'ten addresses of the owner’s IPv6 network',
    outcome: 'they count as one, apart from the guesses of strangers',
    run: async (target) => {
      const victim = await target.victimAt('2001:db8:0:7::1');
      await strangers(
        target,
        victim,
        Array.from({ length: 10 }, (_, n) => `2001:db8:0:${n}:${n + 1}::${n}`),
      );
      await expectThrottled(target, victim, '2001:db8:0:7::ffff', '2001:db8:1:7::1');
    },
  },
  {
    attack: 'the owner’s IPv4 address written as IPv6, and with a port',
    outcome: 'it counts as what it is',
    run: async (target) => {
      const victim = await target.victimAt('192.0.2.1');
      const spellings = ['192.0.2.1', '::ffff:192.0.2.1', '::ffff:c000:201', '192.0.2.1:4711', '[::ffff:192.0.2.1]:80'];
      await strangers(target, victim, [...spellings, ...spellings]);
      await expectThrottled(target, victim, '::ffff:192.0.2.1', '198.51.100.2');
    },
  },
  {
    attack: 'the victim’s address in other spellings: capitals, spaces around it, a domain in another alphabet’s encoding',
    outcome: 'they count together',
    run: async (target) => {
      const victim = await target.victimAt(home);
      const { email } = victim;
      const spellings = [email.toUpperCase(), ` ${email} `, email.replace('example', 'EXAMPLE'), email, email.replace('.com', '.ｃｏｍ')];
      for (const spelling of [...spellings, ...spellings]) {
        const { body } = await target.try(spelling, 'nearly', {}, '192.0.2.1');
        expect(body.code).toMatch(/^invalid-(credentials|request)$/);
      }
      const counted = [email, email.toUpperCase()];
      for (let more = 0; more < 2; more += 1) for (const each of counted) await target.try(each, 'nearly', {}, '192.0.2.1');
      await expectThrottled(target, victim, '192.0.2.1', home);
    },
  },
  {
    attack: 'a stranger who uses up every limit of an account: passwords from many addresses, codes, guesses',
    outcome: 'the owner logs in on a trusted device at once, and from an earlier network a quarter of an hour later',
    run: async (target) => {
      const victim = await target.victim();
      await target.complete(victim);
      await strangers(
        target,
        victim,
        Array.from({ length: 60 }, (_, n) => `198.51.100.${n % 6}`),
      );
      await target.guess(victim, 10);
      while ((await target.try(victim.email, victim.password)).status === 201);
      const { email, password, deviceToken } = victim;
      expect(verdict(await target.try(email, password, { deviceToken }, '198.51.100.1'))).toBe('authenticated');
      const other = await target.victim();
      await target.guess(other, 10);
      await target.later(15 * minute);
      expect((await target.complete(other)).outcome).toBe('authenticated');
    },
  },
  {
    attack: 'wrong credentials in one session again and again',
    outcome: 'denied after five; later attempts still count for the account',
    run: async (target) => {
      const victim = await target.victim();
      const { body } = await target.try(victim.email, 'nearly');
      const path = `/v1/${login}/${body.session.id}/submit-credentials`;
      const again = () => target.client.post(path, { email: victim.email, password: 'nearly' }, { token: body.sessionToken });
      const {
        [refused]: wrong,
        [throttled]: late = 0,
        '409 event-not-accepted': ended = 0,
      } = tally(await Promise.all(Array.from({ length: 20 }, again)));
      expect([wrong, late + ended]).toEqual([4, 16]);
      expect(ended).toBeLessThanOrEqual(5);
    },
  },
  {
    attack: 'an address without an account, a wrong password, and a locked account',
    outcome: 'one and the same answer, in status, headers and body',
    run: async (target) => {
      const [victim, locked] = [await target.victim(), await target.victim()];
      await target.client.post(`/sandbox/accounts/${locked.id}/block`, { blocked: true });
      const wrong = shapeOf(await target.try(victim.email, 'nearly'));
      expect(shapeOf(await target.try(`nobody-${victim.email}`, 'nearly'))).toEqual(wrong);
      expect(shapeOf(await target.try(locked.email, 'nearly'))).toEqual(wrong);
      expect(shapeOf(await target.try(victim.email, 'nearly', { channel: 'voice', deviceToken: victim.deviceToken }))).toEqual(wrong);
    },
  },
  {
    attack: 'an address without an account, until it is throttled',
    outcome: 'it is throttled like an account',
    run: async (target) => {
      const victim = await target.victim();
      const nobody = `nobody-${victim.email}`;
      for (const email of [victim.email, nobody]) for (let n = 0; n < 10; n += 1) await target.try(email, 'nearly', {}, '192.0.2.1');
      const [known, unknown] = [await target.try(victim.email, 'x', {}, '192.0.2.1'), await target.try(nobody, 'x', {}, '192.0.2.1')];
      expect(verdict(known)).toBe(throttled);
      expect(shapeOf(unknown)).toEqual(shapeOf(known));
    },
  },
  {
    attack: 'addresses that look like another: a full-width @, control characters, two of them, a comment, quotes',
    outcome: 'no address',
    run: async (target) => {
      const { email, password } = await target.victim();
      const at = (text: string) => email.replace('@', text);
      const odd = [at('＠'), at('\u0000@'), at('(x)@'), at('\u200b@'), `"${at('"@')}`, `\u202e${at('\u202c@')}`];
      odd.push(`${email}\r\nBcc: me@example.com`, `${email},me@example.com`, `${email}@example.com`);
      for (const address of odd) expect([address, verdict(await target.try(address, password))]).toEqual([address, '400 invalid-request']);
    },
  },
  {
    attack: 'the victim’s address with a letter of another alphabet, and the victim’s password',
    outcome: 'another address, without an account',
    run: async (target) => {
      const { email, password } = await target.victim();
      for (const lookalike of [email.replace('i', 'і'), email.replace('example', 'ехample'), email.replace('victim', 'victım')]) {
        expect(['401 invalid-credentials', '400 invalid-request']).toContain(verdict(await target.try(lookalike, password)));
      }
    },
  },
  {
    attack: 'passwords that are endless, empty, or hold a NUL; the password cut short, or with something behind it',
    outcome: 'none is accepted; a malformed one does not count, a wrong one does',
    run: async (target) => {
      const [victim, from] = [await target.victimAt(home), '192.0.2.1'];
      const { email, password } = victim;
      const withNul = [`${password}\u0000`, `${password}\u0000x`, `\u0000${password}`];
      const malformed = ['x'.repeat(10_000), '', null, 1234567890, { $ne: '' }, [password], ...withNul];
      const post = (odd: unknown) => target.client.post(`/v1/${login}`, { email, password: odd }, { headers: { 'x-forwarded-for': from } });
      // More wrong passwords than an address allows: if one of them counted, the last of the next ten would be throttled.
      for (const odd of [...malformed, ...malformed]) expect(verdict(await post(odd))).toBe('400 invalid-request');
      for (let n = 0; n < 10; n += 1) expect(verdict(await post(n % 2 === 0 ? password.slice(0, -1) : `${password} `))).toBe(refused);
      await expectThrottled(target, victim, from, home);
    },
  },
  {
    attack: 'fields outside the schema: trust, identity, correctness, and the prototype',
    outcome: 'refused',
    run: async (target) => {
      const { email, id } = await target.victim();
      const base = JSON.stringify({ email, password: 'nearly' }).slice(0, -1);
      for (const more of [`"right":true`, `"trusted":true`, `"accountId":"${id}"`, `"__proto__":{"right":true}`, `"constructor":{}`]) {
        const { status } = await target.client.call('POST', `/v1/${login}`, { body: JSON.parse(`${base},${more}}`) });
        expect(status).toBeGreaterThanOrEqual(400);
      }
    },
  },
  {
    attack: 'a device token with a wrong password',
    outcome: 'refused, as without it',
    run: async (target) => {
      const { email, deviceToken } = await target.victim();
      const answer = await target.try(email, 'nearly', { deviceToken });
      expect(verdict(answer)).toBe(refused);
      expect(answer.body.session.data).toMatchObject({ email: null, phone: null });
    },
  },
  {
    attack: 'a device token that is forged, cut short, of another account, or nonsense, with the right password',
    outcome: 'a code is required; a malformed one is refused and does not count',
    run: async (target) => {
      const [victim, other] = [await target.victim(), await target.victim()];
      const [id, secret = ''] = victim.deviceToken.split('.');
      const [otherId, otherSecret] = other.deviceToken.split('.');
      const forgeries = [`${id}.${'A'.repeat(43)}`, `${id}.`, `${id}`, `${id}.${secret.slice(0, -1)}`, `${id}.${otherSecret}`];
      forgeries.push(`${otherId}.${secret}`, other.deviceToken, '', '.', 'x'.repeat(200), "' or 1=1 --");
      const tried = async (deviceToken: string) => verdict(await target.try(victim.email, victim.password, { deviceToken }));
      for (const deviceToken of forgeries.slice(0, 9)) expect([deviceToken, await tried(deviceToken)]).toEqual([deviceToken, asksForCode]);
      await target.later(11 * minute);
      // More logins than an account may send codes in ten minutes: if one of them counted, the last of the next ten would be throttled.
      for (const malformed of [`${victim.deviceToken}\u0000`, 'x'.repeat(201)])
        for (let n = 0; n < 10; n += 1) expect(await tried(malformed)).toBe('400 invalid-request');
      for (const deviceToken of forgeries.slice(1)) expect([deviceToken, await tried(deviceToken)]).toEqual([deviceToken, asksForCode]);
    },
  },
  {
    attack: 'a device token after it was revoked',
    outcome: 'a code is required',
    run: async (target) => {
      const victim = await target.victim();
      const { email, password, deviceToken } = victim;
      const { accessToken: token } = await target.complete(victim);
      const [device] = (await target.me(token, '/devices')).body.devices;
      expect((await target.other.call('DELETE', `/v1/me/devices/${device.id}`, { token })).status).toBe(204);
      expect(verdict(await target.try(email, password, { deviceToken }))).toBe(asksForCode);
    },
  },
  {
    attack: 'a device token thirty days later, however often it was used meanwhile',
    outcome: 'a code is required',
    run: async (target) => {
      const { email, password, deviceToken } = await target.victim();
      await target.later(29 * day);
      expect(verdict(await target.try(email, password, { deviceToken }))).toBe('authenticated');
      await target.later(day);
      expect(verdict(await target.try(email, password, { deviceToken }))).toBe(asksForCode);
    },
  },
  {
    attack: 'a request to trust a device with a wrong code, or with another value than true',
    outcome: 'it is not trusted',
    run: async (target) => {
      const victim = await target.victim();
      const session = await target.begin(victim);
      const code = await target.codeOf(victim);
      const wrong = await session.send('submit-code', { code: await target.wrongCodeOf(victim), trustDevice: true });
      expect(JSON.stringify(wrong.body)).not.toContain('deviceToken');
      for (const odd of ['true', 1, null, {}]) expect((await session.send('submit-code', { code, trustDevice: odd })).status).toBe(400);
      const done = await session.submit(code);
      expect(done.body.deviceToken ?? null).toBeNull();
      expect((await target.me(done.body.accessToken, '/devices')).body.devices).toHaveLength(1);
    },
  },
  {
    attack: 'a flood of logins of one account by a thief of its password',
    outcome: 'ten codes in ten minutes, all to the owner',
    run: async (target) => {
      const victim = await target.victim();
      const started = await Promise.all(Array.from({ length: 30 }, () => target.try(victim.email, victim.password)));
      expect(started.filter(({ status }) => status === 201)).toHaveLength(10);
      expect(tally(started)[throttled]).toBe(20);
      expect(await target.client.codes(victim.phone)).toHaveLength(10);
    },
  },
];
