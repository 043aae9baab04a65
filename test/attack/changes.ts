/** Attacks on accounts by thieves of a login, or of a part of what an account change requires. */
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { type Answer, type Client, otherThan, TestSession } from '../support/service.ts';
import { type Attack, login, minute, type Target, tally, type Victim, verdict } from './target.ts';

const changes = 'account-changes';
const notAccepted = '409 event-not-accepted';
const stolen = 'another evening in Lisbon';

/** The changes that a thief would make. */
const wishes = (n: number) => [
  { kind: 'password', password: stolen },
  { kind: 'email', email: `thief-${n}@example.com` },
  { kind: 'phone', phone: `+3361${String(4_000_000 + n)}` },
];

let thieves = 0;

const loginOf = async (target: Target, victim: Victim): Promise<string> =>
  (await target.try(victim.email, victim.password, { deviceToken: victim.deviceToken })).body.accessToken;

async function begin(client: Client, token: string, change: unknown): Promise<TestSession> {
  return new TestSession(client, await client.post(`/v1/${changes}`, { change }, { token }), changes);
}

/** The traces that the owner sees. */
const me = async (target: Target, token: string) => {
  const { email, phone } = (await target.me(token)).body;
  return { email, phone };
};
const account = async (target: Target, victim: Victim) => me(target, await loginOf(target, victim));

export const changing: readonly Attack[] = [
  {
    attack: 'a stolen login without the telephone',
    outcome: 'it changes nothing, however often it guesses, and the owner is told',
    run: async (target) => {
      const victim = await target.victim();
      const token = await loginOf(target, victim);
      const answers: Answer[] = [];
      for (const wish of wishes(++thieves)) {
        const session = await begin(target.client, token, wish);
        const wrong = otherThan(await target.codeOf(victim));
        for (let guess = 0; guess < 6; guess += 1) answers.push(await session.submit(wrong));
        await session.send('cancel');
      }
      expect(tally(answers)).toEqual({ '422 wrong-code': 10, '429 too-many-attempts': 8 });
      expect(await account(target, victim)).toEqual({ email: victim.email, phone: victim.phone });
      const told = async () => (await target.client.messages(victim.email)).map(({ notice }) => notice);
      await expect.poll(told).toEqual(expect.arrayContaining(['wrong-code', 'codes-blocked']));
    },
  },
  {
    attack: 'a stolen login with the mailbox, but without the telephone',
    outcome: 'no code goes to the mailbox, whatever is requested',
    run: async (target) => {
      const victim = await target.victim();
      const token = await loginOf(target, victim);
      const change = wishes(++thieves)[2];
      const answer = await target.client.post(`/v1/${changes}`, { change, channel: 'email' }, { token });
      expect(verdict(answer)).toBe('400 invalid-request');
      const session = await begin(target.client, token, change);
      expect(verdict(await session.send('switch-channel', { channel: 'email' }))).toBe('400 invalid-request');
      expect(await target.client.codes(victim.email)).toEqual([]);
    },
  },
  {
    attack: 'the code of another change, of a login, and of another account',
    outcome: 'each is valid only for its own session',
    run: async (target) => {
      const [victim, other] = [await target.victim(), await target.victim()];
      const wish = wishes(++thieves)[0];
      const token = await loginOf(target, victim);
      const session = await begin(target.client, token, wish);
      const foreign: string[] = [];
      await begin(target.other, token, wish);
      foreign.push(await target.codeOf(victim));
      await target.begin(victim);
      foreign.push(await target.codeOf(victim));
      await begin(target.client, await loginOf(target, other), wish);
      foreign.push(await target.codeOf(other));
      for (const code of foreign) expect(verdict(await session.submit(code))).toBe('422 wrong-code');
    },
  },
  {
    attack: 'the new address verified without the owner’s code',
    outcome: 'no session verifies it before the code, and another verification of the same address does not count',
    run: async (target) => {
      const victim = await target.victim();
      const wish = wishes(++thieves)[1] as { email: string };
      const session = await begin(target.client, await loginOf(target, victim), wish);
      expect(session.created.child).toBeNull();
      const verification = await target.client.verify(wish.email);
      await verification.submit(await target.client.codeFor(wish.email));
      expect((await session.read()).state).toMatch(/^confirming/);
      expect((await account(target, victim)).email).toBe(victim.email);
    },
  },
  {
    attack: 'the session of a change that its owner has confirmed, turned to the thief’s own address or number',
    outcome: 'only the confirmed address or number is verified',
    run: async (target) => {
      const victim = await target.victim();
      const token = await loginOf(target, victim);
      const [number, address] = [`+3361${String(5_000_000 + ++thieves)}`, `owners-${thieves}@example.com`];
      const thefts = [
        [{ kind: 'email', email: address }, ['change-email', { email: `thief-${thieves}@example.net` }]],
        [{ kind: 'phone', phone: number }, ['change-number', {}], ['provide-number', { phone: `${number.slice(0, -1)}0`, channel: 'sms' }]],
      ] as const;
      for (const [change, ...events] of thefts) {
        const session = await begin(target.client, token, change);
        const { child } = (await session.submit(await target.codeOf(victim))).body;
        const turn = (event: string, fields: object) => target.client.post(`${child.href}/${event}`, fields, { token: child.sessionToken });
        for (const [event, fields] of events) expect([event, verdict(await turn(event, fields))]).toEqual([event, notAccepted]);
        const { body } = await target.client.get(child.href, child.sessionToken);
        const offered = body.events.map(({ type }: { type: string }) => type);
        expect(offered).toContain('submit-code');
        for (const [event] of events) expect(offered).not.toContain(event);
        const code = await target.client.codeFor(change.kind === 'email' ? change.email : change.phone);
        expect(verdict(await turn('submit-code', { code }))).toBe('verified');
        expect((await session.read()).outcome).toBe('applied');
      }
      expect(await me(target, token)).toEqual({ email: address, phone: number });
    },
  },
  {
    attack: 'a login that was begun with the old password, finished after it was changed',
    outcome: 'it is denied, its devices too, and earlier tokens are invalid',
    run: async (target) => {
      const victim = await target.victim();
      const [thief, owner] = [await loginOf(target, victim), await loginOf(target, victim)];
      const pending = await target.begin(victim);
      const code = await target.codeOf(victim);
      const change = await begin(target.other, owner, { kind: 'password', password: stolen });
      expect((await change.submit(await target.codeOf(victim))).body.outcome).toBe('applied');
      expect(verdict(await pending.send('submit-code', { code, trustDevice: true }))).toBe('409 account-changed');
      expect(verdict(await target.try(victim.email, stolen, { deviceToken: victim.deviceToken }))).toBe('codeActive.cooldown');
      for (const client of [target.client, target.other]) {
        expect((await client.get('/v1/me', thief)).status).toBe(401);
        expect((await client.get('/v1/me', owner)).status).toBe(200);
        expect((await client.post(`/v1/${changes}`, { change: wishes(++thieves)[0] }, { token: thief })).status).toBe(401);
      }
    },
  },
  {
    attack: 'ten changes, all confirmed at the same moment, in two processes',
    outcome: 'one is applied, and the owner is told of one',
    run: async (target) => {
      const victim = await target.victim();
      const all: { session: TestSession; code: string }[] = [];
      for (let n = 0; n < 10; n += 1) {
        // A telephone gets three codes in ten minutes.
        if (n % 3 === 0) await target.later(10 * minute);
        const session = await begin(target.process(n), await loginOf(target, victim), { kind: 'password', password: `${stolen} ${n}` });
        all.push({ session, code: await target.codeOf(victim) });
      }
      const answers = await Promise.all(all.map(({ session, code }) => session.submit(code)));
      const counts = tally(answers);
      expect(counts['applied']).toBe(1);
      expect((counts['denied'] ?? 0) + (counts['409 account-changed'] ?? 0)).toBe(9);
      const told = async () => (await target.client.messages(victim.email)).filter(({ notice }) => notice === 'password-changed');
      await expect.poll(told).toHaveLength(1);
    },
  },
  {
    attack: 'a start key that another owner has used',
    outcome: 'it shows nothing of that owner’s change',
    run: async (target) => {
      const [victim, thief] = [await target.victim(), await target.victim()];
      const headers = { 'idempotency-key': randomUUID() };
      const start = async (of: Victim) =>
        target.client.post(
          `/v1/${changes}`,
          { change: { kind: 'password', password: stolen } },
          { token: await loginOf(target, of), headers },
        );
      const [first, second] = [await start(victim), await start(thief)];
      expect([first.status, second.status]).toEqual([201, 201]);
      expect(second.body.id).not.toBe(first.body.id);
      expect((await target.client.get(`/v1/${changes}/${first.body.id}`, second.body.sessionToken)).status).toBe(401);
    },
  },
  {
    attack: 'the token of a login that waits for its code, as proof of a login',
    outcome: 'it proves nothing yet',
    run: async (target) => {
      const victim = await target.victim();
      const { token, path } = await target.begin(victim);
      const answer = await target.client.post(`/v1/${changes}`, { change: wishes(++thieves)[0] }, { token });
      expect(verdict(answer)).toBe('401 unauthenticated');
      expect(path).toContain(login);
    },
  },
];
