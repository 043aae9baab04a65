/** The ways in which an account's owner logs in while strangers guess its password: from the owner's networks, and by unlocking it. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { goodPassword as password } from '../../src/testing/participants/password.ts';
import { limited } from '../support/limited-service.ts';
import { begun, NetworkLogins, newNetwork, type Owner, refused, verdict, waitOf, wrong } from '../support/network-logins.ts';
import { givePasskey, requestOf } from '../support/passkey-holder.ts';
import { type Answer, databaseKinds, startTestService, type TestService } from '../support/service.ts';

const hour = 3600;
const day = 24 * hour;

describe.each(databaseKinds)('the owner of an account on %s', (kind) => {
  let service: TestService;
  let logins: NetworkLogins;
  let owner: Owner;
  beforeAll(async () => {
    service = await startTestService(kind, { TRUSTED_PROXIES: '127.0.0.1', POLICY: 'seed' });
    logins = new NetworkLogins(service.client);
    await service.client.freeze();
  });
  beforeEach(async () => {
    owner = await logins.owner();
  });
  afterAll(() => service.remove());

  describe('in a network of earlier logins', () => {
    test('logs in while strangers guess, for 90 days, also from other addresses of it', async () => {
      const home = newNetwork();
      await logins.logsIn(owner, home);
      await logins.tenWrong(owner);
      expect(verdict(await logins.tries(owner.email, password, newNetwork()))).toBe(refused);
      expect(verdict(await logins.tries(owner.email, password, home.replace(/1$/, '77')))).toBe(begun);
      await logins.later(90 * day - 1);
      await logins.tenWrong(owner);
      expect(verdict(await logins.tries(owner.email, password, home))).toBe(begun);
      await logins.later(1);
      expect(verdict(await logins.tries(owner.email, password, home))).toBe(refused);
    });

    test('logs in if the login was made on a trusted device', async () => {
      const home = newNetwork();
      expect(verdict(await logins.tries(owner.email, password, home, { deviceToken: owner.deviceToken }))).toBe('authenticated');
      await logins.tenWrong(owner);
      expect(verdict(await logins.tries(owner.email, password, home))).toBe(begun);
    });

    test('logs in if the login was made by passkey', async () => {
      const home = newNetwork();
      const authenticator = await givePasskey(service.client, owner);
      const from = { 'x-forwarded-for': home };
      const login = await service.client.start('passkey-logins', {}, from);
      const done = await login.send('prove-passkey', { credential: authenticator.get(await requestOf(login)) }, from);
      expect(verdict(done)).toBe('authenticated');
      await logins.tenWrong(owner);
      expect(verdict(await logins.tries(owner.email, password, newNetwork()))).toBe(refused);
      expect(verdict(await logins.tries(owner.email, password, home))).not.toBe(refused);
    });

    test('has a separate count there, with pauses, and each login there resets it', async () => {
      const home = newNetwork();
      await logins.logsIn(owner, home);
      for (let round = 0; round < 2; round += 1) {
        for (let tried = 0; tried < 10; tried += 1) expect(verdict(await logins.tries(owner.email, 'wrong', home))).toBe(wrong);
        const answer = await logins.tries(owner.email, password, home);
        expect([verdict(answer), waitOf(answer)]).toEqual([refused, 60]);
        await logins.later(60);
        await logins.logsIn(owner, home);
        await logins.later(hour);
      }
      // For strangers, no guess is used and none is gained.
      await logins.tenWrong(owner);
      expect(verdict(await logins.tries(owner.email, 'wrong', newNetwork()))).toBe(refused);
    });

    test('does not refund the guesses of strangers, only those made there', async () => {
      const home = newNetwork();
      for (let tried = 0; tried < 5; tried += 1) await logins.tries(owner.email, 'wrong', newNetwork());
      for (let tried = 0; tried < 4; tried += 1) await logins.tries(owner.email, 'wrong', home);
      await logins.logsIn(owner, home);
      for (let tried = 0; tried < 5; tried += 1) expect(verdict(await logins.tries(owner.email, 'wrong', newNetwork()))).toBe(wrong);
      expect(verdict(await logins.tries(owner.email, 'wrong', newNetwork()))).toBe(refused);
    });

    test('is not known there before the login is complete: the password alone gains nothing', async () => {
      const there = newNetwork();
      expect(verdict(await logins.tries(owner.email, password, there))).toBe(begun);
      await logins.tenWrong(owner);
      expect(verdict(await logins.tries(owner.email, password, there))).toBe(refused);
    });

    test('has at most twenty such networks: the latest', async () => {
      const places = Array.from({ length: 21 }, newNetwork);
      for (const place of places) {
        await logins.later(60);
        expect(verdict(await logins.tries(owner.email, password, place, { deviceToken: owner.deviceToken }))).toBe('authenticated');
      }
      await logins.tenWrong(owner);
      expect(verdict(await logins.tries(owner.email, password, places[0] ?? ''))).toBe(refused);
      expect(verdict(await logins.tries(owner.email, password, places[1] ?? ''))).toBe(begun);
    });
  });

  describe('of a locked account', () => {
    test('is mailed a link; opening it changes nothing, its button unlocks once, and admits that network', async () => {
      await logins.locks(owner);
      const hotel = newNetwork();
      expect(verdict(await logins.tries(owner.email, password, hotel))).toBe(refused);
      const link = await logins.link(owner);
      for (let opened = 0; opened < 3; opened += 1) {
        const page = await fetch(logins.client.url + link);
        expect([page.status, page.headers.get('cache-control'), page.headers.get('referrer-policy')]).toEqual([
          200,
          'no-store',
          'no-referrer',
        ]);
        expect(await page.text()).toContain('<form method="post" action="/unlock"');
      }
      expect(verdict(await logins.tries(owner.email, password, hotel))).toBe(refused);
      expect((await logins.presses(link, hotel)).status).toBe(200);
      expect(verdict(await logins.tries(owner.email, password, hotel))).toBe(begun);
      expect((await logins.presses(link, hotel)).status).toBe(410);
      // The strangers' count starts over, and does not affect that network.
      await logins.tenWrong(owner);
      expect(verdict(await logins.tries(owner.email, password, newNetwork()))).toBe(refused);
      expect(verdict(await logins.tries(owner.email, password, hotel))).toBe(begun);
      // The link does not lift the next lock either.
      await logins.locks(owner);
      expect((await logins.presses(link, hotel)).status).toBe(410);
    });

    test('unlocks once, however often the button is pressed at the same moment', async () => {
      await logins.locks(owner);
      const link = await logins.link(owner);
      const answers = await Promise.all(Array.from({ length: 10 }, () => logins.presses(link, newNetwork())));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 9 }, () => 410)]);
    });

    test('can still log in on a trusted device and from networks of earlier logins', async () => {
      const home = newNetwork();
      await logins.logsIn(owner, home);
      await logins.locks(owner);
      expect(verdict(await logins.tries(owner.email, password, home))).toBe(begun);
      expect(verdict(await logins.tries(owner.email, password, newNetwork(), { deviceToken: owner.deviceToken }))).toBe('authenticated');
    });

    test('is mailed again by an attempt once the link is too old, and not before', async () => {
      await logins.locks(owner);
      const old = await logins.link(owner);
      await logins.later(day - 1);
      expect(verdict(await logins.tries(owner.email, password, newNetwork()))).toBe(refused);
      expect(await logins.mails(owner)).toHaveLength(1);
      await logins.later(1);
      expect((await logins.presses(old, newNetwork())).status).toBe(410);
      // The password is not checked: a right one is answered like a wrong one.
      expect(verdict(await logins.tries(owner.email, password, newNetwork()))).toBe(wrong);
      await logins.settles();
      expect(await logins.mails(owner)).toHaveLength(2);
      expect(verdict(await logins.tries(owner.email, password, newNetwork()))).toBe(refused);
      expect((await logins.presses(await logins.link(owner), newNetwork())).status).toBe(200);
    });

    test('is mailed by the next attempt if the session that locked it was deleted by then', async () => {
      await logins.client.post(`/sandbox/accounts/${owner.id}/wrong-passwords`, { count: 98 });
      const { body } = await logins.tries(owner.email, 'wrong', newNetwork());
      await logins.later(60 * 60);
      const path = `/v1/login-verifications/${body.session.id}`;
      const token = { token: body.sessionToken };
      const guess = () => logins.client.post(`${path}/submit-credentials`, { email: owner.email, password: 'wrong' }, token);
      await Promise.all([guess(), logins.client.post(`${path}/cancel`, {}, token), guess(), guess()]);
      await logins.tries(owner.email, password, newNetwork());
      await logins.settles();
      await logins.tries(owner.email, password, newNetwork());
      await logins.settles();
      expect(await logins.mails(owner)).toHaveLength(1);
    });

    test('is told in the owner’s language', async () => {
      const { body } = await logins.client.post('/sandbox/accounts', { email: `de-${owner.email}`, password, locale: 'de' });
      const german = { ...owner, id: body.id, email: `de-${owner.email}` };
      await logins.locks(german);
      expect((await logins.mails(german))[0]?.subject).toBe('Ihr Konto bei Example ist gesperrt');
    });

    test('without an account for the address is answered alike, and no mail is sent', async () => {
      const few = await limited(kind, { wrongPasswordsPerLock: 14 }, { TRUSTED_PROXIES: '127.0.0.1' });
      const other = new NetworkLogins(few.client);
      const [{ email: known }, unknown] = [await other.owner(), 'nobody@example.com'];
      const both = async () => {
        const address = newNetwork();
        const [one, two] = [await other.tries(known, 'wrong', address), await other.tries(unknown, 'wrong', address)];
        await other.settles();
        const saw = (each: Answer) => [verdict(each), waitOf(each), each.body.session?.outcome];
        expect(saw(two)).toEqual(saw(one));
        return one;
      };
      let answer = await both();
      for (let tried = 0; answer.body.session?.outcome !== 'denied'; tried += 1) {
        expect(tried).toBeLessThan(30);
        if (answer.status === 429) await other.later(waitOf(answer));
        answer = await both();
      }
      expect(waitOf(await both())).toBe(30 * day);
      await other.later(day);
      expect(verdict(await both())).toBe(wrong);
      expect(verdict(await both())).toBe(refused);
      expect((await few.client.messages(known)).filter(({ notice }) => notice === 'password-locked')).toHaveLength(2);
      expect(await few.client.messages(unknown)).toEqual([]);
      await few.remove();
    });

    test('is not distinguishable by a failing mail from an address without an account', async () => {
      // No server listens there: each mail is tried for a day.
      const mails = { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'verify@example.com' };
      const few = await limited(kind, { wrongPasswordsPerLock: 12 }, { TRUSTED_PROXIES: '127.0.0.1', ...mails });
      const other = new NetworkLogins(few.client);
      const [{ email: known }, unknown] = [await other.owner(), 'nobody@example.com'];
      const both = async () => {
        const address = newNetwork();
        const answers = [await other.tries(known, 'wrong', address), await other.tries(unknown, 'wrong', address)];
        const [one, two] = answers.map((each) => [verdict(each), waitOf(each), each.body.session?.outcome]);
        expect(one).toEqual(two);
        return answers[0] as Answer;
      };
      for (let answer = await both(); answer.body.session?.outcome !== 'denied'; answer = await both())
        if (answer.status === 429) await other.later(waitOf(answer));
      for (let tried = 0; tried < 3; tried += 1) expect(verdict(await both())).toBe(refused);
      await other.later(hour - 1);
      expect(verdict(await both())).toBe(refused);
      expect(await few.client.messages(known)).toEqual([]);
      await few.remove();
    });

    test.each([
      ['none', () => ''],
      ['one that is made up', () => `?token=${'0'.repeat(36)}.${'x'.repeat(43)}.abc.${'y'.repeat(43)}`],
      ['one that says that it lasts longer', (link: string) => link.replace(/\.([0-9a-z]+)\.([\w-]{43})$/, '.zzzzzzzz.$2')],
      ['one of another account', (link: string) => link.replace(/token=[^.]+/, `token=${crypto.randomUUID()}`)],
      ['one that is cut', (link: string) => link.slice(0, -1)],
    ])('is not unlocked by a token that is %s', async (_, forged) => {
      await logins.locks(owner);
      const link = await logins.link(owner);
      expect((await logins.presses(forged(link), newNetwork())).status).toBe(410);
      expect((await logins.presses(link, newNetwork())).status).toBe(200);
    });
  });
});
