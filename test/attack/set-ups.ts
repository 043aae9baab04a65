/** Attacks on accounts that are being set up, and on existing accounts by way of set-ups. */
import { expect } from 'vitest';
import { goodPassword } from '../../src/testing/participants/password.ts';
import { SetUp, setUps } from '../support/set-up.ts';
import { type Attack, login, minute, type Target, tally, verdict } from './target.ts';

const unauthenticated = '401 unauthenticated';
const notAccepted = '409 event-not-accepted';

let strangers = 0;
const freshAddress = () => `stranger-${++strangers}@example.com`;

const canLogIn = async ({ client }: Target, email: string, password: string) =>
  (await client.post(`/v1/${login}`, { email, password })).status === 201;

export const settingUp: readonly Attack[] = [
  {
    attack: 'the token of a set-up for its child, and the child’s for the set-up',
    outcome: 'each opens only its own session',
    run: async ({ client }) => {
      const { session } = await SetUp.start(client, freshAddress());
      const { child } = session.created;
      expect(verdict(await client.get(child.href, session.token))).toBe(unauthenticated);
      expect(verdict(await client.post(`${child.href}/submit-code`, { code: '000000' }, { token: session.token }))).toBe(unauthenticated);
      expect(verdict(await client.get(session.path, child.sessionToken))).toBe(unauthenticated);
      expect(verdict(await client.post(`${session.path}/cancel`, {}, { token: child.sessionToken }))).toBe(unauthenticated);
    },
  },
  {
    attack: 'the steps of a set-up out of their order',
    outcome: 'none is accepted before the steps that it requires',
    run: async ({ client }) => {
      const setUp = await SetUp.start(client, freshAddress());
      for (const event of ['skip-link', 'continue-without-phone']) expect(verdict(await setUp.session.send(event))).toBe(notAccepted);
    },
  },
  {
    attack: 'a set-up at another person’s address, changed to the attacker’s own and back',
    outcome: 'the code of the attacker’s address is wrong there, and the owner’s password stays',
    run: async (target) => {
      const { client } = target;
      const [victim, own] = [await target.victim(), freshAddress()];
      const setUp = await SetUp.start(client, victim.email, { password: 'another evening in Lisbon' });
      const child = await setUp.child();
      await child.send('change-email', { email: own });
      const code = await client.codeFor(own);
      await child.send('change-email', { email: victim.email });
      expect(verdict(await child.submit(code))).toBe('422 wrong-code');
      expect(await client.codes(victim.email)).toEqual([]);
      expect(await canLogIn(target, victim.email, victim.password)).toBe(true);
    },
  },
  {
    attack: 'a verification that claims to be part of a set-up',
    outcome: 'the schema has no such field',
    run: async (target) => {
      const { email } = await target.victim();
      const answer = await target.client.post('/v1/email-verifications', { email, purpose: 'new-account' });
      expect(verdict(answer)).toBe('400 invalid-request');
    },
  },
  {
    attack: 'the code of a verification of the same address in a set-up',
    outcome: 'it is wrong there',
    run: async ({ client }) => {
      const email = freshAddress();
      const setUp = await SetUp.start(client, email);
      await client.verify(email);
      expect(verdict(await (await setUp.child()).submit(await client.codeFor(email)))).toBe('422 wrong-code');
    },
  },
  {
    attack: 'ten set-ups of one address that are finished at the same moment, in two processes',
    outcome: 'one of them creates the account, the others start over',
    run: async (target) => {
      const email = freshAddress();
      const all = await Promise.all(Array.from({ length: 10 }, (_, n) => SetUp.start(target.process(n), email)));
      for (const setUp of all) {
        const child = await setUp.child();
        const { code } = (await target.client.messages(email)).find(({ sessionId }) => sessionId === child.id);
        await child.submit(code);
        await setUp.session.send('continue-without-phone');
      }
      await target.later(10 * minute);
      expect(tally(await Promise.all(all.map(({ session }) => session.send('skip-link'))))).toEqual({ complete: 1, verifyingEmail: 9 });
      expect(await canLogIn(target, email, goodPassword)).toBe(true);
    },
  },
  {
    attack: 'the correct code of a child, and its cancelling, at the same moment',
    outcome: 'one of the two happens, to both sessions',
    run: async ({ client }) => {
      for (let round = 0; round < 10; round += 1) {
        const email = freshAddress();
        const setUp = await SetUp.start(client, email);
        const [child, code] = [await setUp.child(), await client.codeFor(email)];
        await Promise.all(
          round % 2 === 0 ? [child.submit(code), setUp.session.send('cancel')] : [child.send('cancel'), child.submit(code)],
        );
        const [{ outcome }, { state }] = [await child.read(), await setUp.session.read()];
        expect([
          ['verified', 'verifyingPhone'],
          ['verified', 'cancelled'],
          ['cancelled', 'cancelled'],
        ]).toContainEqual([outcome, state]);
      }
    },
  },
  {
    attack: 'endless set-ups for another person’s address',
    outcome: 'they are refused, and the mailbox is not filled',
    run: async (target) => {
      const { email } = await target.victim();
      const answers = await Promise.all(
        Array.from({ length: 30 }, () => target.client.post(`/v1/${setUps}`, { email, password: goodPassword })),
      );
      expect(tally(answers)).toEqual({ verifyingEmail: 10, '429 rate-limited': 20 });
      expect(await target.client.messages(email)).toHaveLength(10);
    },
  },
];
