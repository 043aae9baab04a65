/** Attacks on the code: more guesses than are allowed. */
import { expect } from 'vitest';
import { otherThan, TestSession } from '../support/service.ts';
import { type Attack, minute, tally, verdict } from './target.ts';

const wrong = '422 wrong-code';
const changes = 'account-changes';
const tooMany = '429 too-many-attempts';

export const guessing: readonly Attack[] = [
  {
    attack: 'the correct code after five wrong ones',
    outcome: 'the code is locked',
    run: async (target) => {
      const victim = await target.victim();
      const session = await target.begin(victim);
      const code = await target.codeOf(victim);
      for (let guess = 0; guess < 5; guess += 1) expect(verdict(await session.submit(otherThan(code)))).toBe(wrong);
      expect(verdict(await session.submit(code))).toBe(tooMany);
    },
  },
  {
    attack: 'a hundred guesses at once in one session, through two processes',
    outcome: 'five are compared',
    run: async (target) => {
      const victim = await target.victim();
      const session = await target.begin(victim);
      const code = await target.wrongCodeOf(victim);
      const guesses = Array.from({ length: 100 }, (_, n) => session.through(target.process(n)).submit(code));
      expect(tally(await Promise.all(guesses))).toEqual({ [wrong]: 5, [tooMany]: 95 });
    },
  },
  {
    attack: 'fifty guesses at once over ten sessions, through two processes',
    outcome: 'ten are compared, the limit of the account',
    run: async (target) => {
      const victim = await target.victim();
      const sessions = await Promise.all(Array.from({ length: 10 }, (_, n) => target.begin(victim, {}, target.process(n))));
      const code = await target.wrongCodeOf(victim);
      const guesses = sessions.flatMap((session, n) =>
        Array.from({ length: 5 }, (_unused, guess) => session.through(target.process(n + guess)).submit(code)),
      );
      expect(tally(await Promise.all(guesses))).toEqual({ [wrong]: 10, [tooMany]: 40 });
    },
  },
  {
    attack: 'the correct code in a new session, after ten wrong ones in others',
    outcome: 'codes are refused for a quarter of an hour',
    run: async (target) => {
      const victim = await target.victim();
      await target.guess(victim, 10);
      const session = await target.begin(victim);
      const code = await target.codeOf(victim);
      expect(verdict(await session.submit(code))).toBe(tooMany);
      await target.later(15 * minute - 1);
      expect(verdict(await session.submit(code))).toBe(tooMany);
      await target.later(1);
      expect(verdict(await session.submit(code))).toBe('authenticated');
    },
  },
  {
    attack: 'a right password between wrong codes',
    outcome: 'it resets none of them',
    run: async (target) => {
      const victim = await target.victim();
      await target.guess(victim, 9);
      for (let login = 0; login < 3; login += 1) await target.begin(victim);
      expect(tally(await target.guess(victim, 2))).toEqual({ [wrong]: 1, [tooMany]: 1 });
    },
  },
  {
    attack: 'a login on a stolen device that is trusted, between wrong codes for a change',
    outcome: 'it resets none of them: a trusted device proves less than the code',
    run: async (target) => {
      const victim = await target.victim();
      await target.guess(victim, 9);
      const { email, password, deviceToken } = victim;
      const token = (await target.try(email, password, { deviceToken })).body.accessToken;
      const change = { kind: 'password', password: 'another evening in Lisbon' };
      const session = new TestSession(target.client, await target.client.post(`/v1/${changes}`, { change }, { token }), changes);
      const code = await target.wrongCodeOf(victim);
      expect([verdict(await session.submit(code)), verdict(await session.submit(code))]).toEqual([wrong, tooMany]);
    },
  },
  {
    attack: 'a new code between wrong ones',
    outcome: 'it resets none of them',
    run: async (target) => {
      const victim = await target.victim();
      const session = await target.begin(victim);
      const first = await target.wrongCodeOf(victim);
      for (let guess = 0; guess < 5; guess += 1) await session.submit(first);
      await target.later(40 * minute);
      await session.send('request-new-code');
      const second = await target.wrongCodeOf(victim);
      for (let guess = 0; guess < 4; guess += 1) expect(verdict(await session.submit(second))).toBe(wrong);
      expect(tally(await target.guess(victim, 2))).toEqual({ [wrong]: 1, [tooMany]: 1 });
    },
  },
  {
    attack: 'another channel between wrong codes',
    outcome: 'it resets none of them, neither the code’s nor the account’s',
    run: async (target) => {
      const victim = await target.victim();
      const session = await target.begin(victim);
      const code = await target.wrongCodeOf(victim);
      for (let guess = 0; guess < 3; guess += 1) await session.submit(code);
      await target.later(minute);
      expect((await session.send('switch-channel', { channel: 'email' })).body.data.attemptsLeft).toBe(2);
      for (let guess = 0; guess < 2; guess += 1) expect(verdict(await session.submit(code))).toBe(wrong);
      expect(verdict(await session.submit(code))).toBe(tooMany);
      expect(tally(await target.guess(victim, 6, { channel: 'email' }))).toEqual({ [wrong]: 5, [tooMany]: 1 });
    },
  },
  {
    attack: 'a resend between wrong codes',
    outcome: 'it resets none of them',
    run: async (target) => {
      const victim = await target.victim();
      const session = await target.begin(victim);
      const code = await target.wrongCodeOf(victim);
      for (let guess = 0; guess < 4; guess += 1) await session.submit(code);
      await target.later(minute);
      expect((await session.send('resend-code')).body.data.attemptsLeft).toBe(1);
      expect([verdict(await session.submit(code)), verdict(await session.submit(code))]).toEqual([wrong, tooMany]);
    },
  },
  {
    attack: 'a hundred wrong codes by text message, a quarter of an hour after every ten',
    outcome: 'text messages accept no code any more, until the owner has proved another channel',
    run: async (target) => {
      const victim = await target.victim();
      for (let block = 0; block < 10; block += 1) {
        expect(tally(await target.guess(victim, 10))).toEqual({ [wrong]: 10 });
        await target.later(15 * minute);
      }
      const closed = await target.begin(victim);
      const refused = await closed.submit(await target.codeOf(victim));
      expect([verdict(refused), refused.headers.get('retry-after')]).toEqual([tooMany, null]);
      const byMail = await target.begin(victim, { channel: 'email' });
      expect(verdict(await byMail.submit(await target.client.codeFor(victim.email)))).toBe('authenticated');
      expect(verdict(await closed.submit(await target.codeOf(victim)))).toBe('authenticated');
    },
  },
  {
    attack: 'a guess that is repeated with its Idempotency-Key',
    outcome: 'it is one guess; with another code it is refused',
    run: async (target) => {
      const victim = await target.victim();
      const session = await target.begin(victim);
      const code = await target.codeOf(victim);
      const key = { 'idempotency-key': 'one-guess-made-several-times' };
      for (let again = 0; again < 4; again += 1) {
        const answer = await session.send('submit-code', { code: otherThan(code) }, key);
        expect([verdict(answer), answer.body.attemptsLeft]).toEqual([wrong, 4]);
      }
      expect(verdict(await session.send('submit-code', { code }, key))).toBe('422 idempotency-mismatch');
      expect(tally(await target.guess(victim, 10))).toEqual({ [wrong]: 9, [tooMany]: 1 });
    },
  },
  {
    attack: 'the correct code many times at once, through two processes',
    outcome: 'one login',
    run: async (target) => {
      const victim = await target.victim();
      const session = await target.begin(victim);
      const code = await target.codeOf(victim);
      const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => session.through(target.process(n)).submit(code)));
      expect(tally(answers)).toEqual({ authenticated: 1, '409 event-not-accepted': 19 });
    },
  },
  {
    attack: 'the correct code among a hundred wrong ones at once',
    outcome: 'it is one of the first five, or it is not compared',
    run: async (target) => {
      const victim = await target.victim();
      const session = await target.begin(victim);
      const code = await target.codeOf(victim);
      const guesses = Array.from({ length: 100 }, (_, n) =>
        session.through(target.process(n)).submit(n === 50 ? code : String(n * 7919).padStart(6, '0')),
      );
      const { [wrong]: looked = 0, authenticated = 0 } = tally(await Promise.all(guesses));
      expect(looked + authenticated).toBeLessThanOrEqual(5);
    },
  },
  {
    attack: 'codes other than six digits: a number, circled digits, seven digits, none',
    outcome: 'none counts as a guess',
    run: async (target) => {
      const victim = await target.victim();
      const session = await target.begin(victim);
      const code = await target.codeOf(victim);
      for (const odd of [Number(code), '①②③④⑤⑥', `x${code}`, `${code}0`, '', null, [code], { code }, `${code}\u0000`]) {
        expect(verdict(await session.send('submit-code', { code: odd }))).toBe('400 invalid-request');
      }
      expect((await session.read()).data.attemptsLeft).toBe(5);
      expect(verdict(await session.submit(code))).toBe('authenticated');
    },
  },
];
