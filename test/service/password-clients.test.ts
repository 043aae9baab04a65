/** How often one client, network or server may try passwords, over all accounts. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { freshNumber } from '../../src/testing/participants/numbers.ts';
import { goodPassword as password } from '../../src/testing/participants/password.ts';
import { describeOnce } from '../support/describe-once.ts';
import {
  appKey,
  begun,
  logInThroughApp,
  NetworkLogins,
  newNetwork,
  refused,
  tally,
  verdict,
  waitOf,
  wrong,
} from '../support/network-logins.ts';
import {
  type Answer,
  Client,
  databaseKinds,
  policyFile,
  quickDatabase,
  type Service,
  startIn,
  startTestService,
  type TestDatabase,
  type TestService,
  testDatabase,
} from '../support/service.ts';

const hour = 3600;

let people = 0;

describe.each(databaseKinds)('wrong passwords on %s', (kind) => {
  let service: TestService;
  let client: Client;
  let email: string;
  let deviceToken: string;
  beforeAll(async () => {
    service = await startTestService(kind, { TRUSTED_PROXIES: '127.0.0.1', CLIENT_KEYS: `app:${appKey}`, POLICY: 'seed' });
    client = service.client;
    await client.freeze();
  });
  beforeEach(async () => {
    people += 1;
    email = `sprayed-${people}@example.com`;
    ({ deviceToken } = (
      await client.post('/sandbox/accounts', { email, password, phone: freshNumber('mobile'), trustedDevice: true })
    ).body);
  });
  afterAll(() => service.remove());

  const later = (seconds: number) => client.clock({ advance: `PT${seconds}S` });
  /** The app's server logs in a person at the address. */
  const from = (address: string | null, more: Record<string, unknown> = {}, headers: Record<string, string> = {}) =>
    logInThroughApp(client, address, { email, password: 'wrong', ...more }, headers);
  /** A completed login of the owner. */
  const complete = async (address: string) => {
    const { body } = await from(address, { password, deviceToken });
    expect(body.outcome).toBe('authenticated');
  };

  describe('from one client', () => {
    /** A few at a time, because the queue limits the waiting passwords of one network. */
    const spray = async (count: number, address: (n: number) => string | null) => {
      const answers: Answer[] = [];
      while (answers.length < count) {
        const some = Array.from({ length: Math.min(20, count - answers.length) }, (_, n) => answers.length + n);
        answers.push(...(await Promise.all(some.map((n) => from(address(n), { email: `sprayed-${n}-${email}` })))));
      }
      return answers;
    };

    test('are thirty in an hour over 200 accounts; then even a right one is not checked', async () => {
      const address = newNetwork();
      const answers = await spray(200, () => address);
      expect(tally(answers)).toEqual({ [wrong]: 30, [refused]: 170 });
      const right = await from(address, { password });
      expect([verdict(right), waitOf(right)]).toEqual([refused, hour]);
      await later(hour);
      expect(verdict(await from(address, { password }))).toBe('codeActive.cooldown');
    });

    test('count together from all addresses of one household, and of one network', async () => {
      const site = `2001:db8:${people}`;
      expect(tally(await spray(40, (n) => `${site}:1:${n}::${n}`))).toEqual({ [wrong]: 30, [refused]: 10 });
      const answers = await spray(300, (n) => `${site}:${(n + 16).toString(16)}::1`);
      expect(tally(answers)).toEqual({ [wrong]: 270, [refused]: 30 });
      expect(verdict(await from(`${site}:ffff::1`, { password }))).toBe(refused);
    });

    test('count together from all addresses of a /24, and not from the next one', async () => {
      const [, second, third] = newNetwork().split('.');
      const answers = await spray(320, (n) => `10.${second}.${third}.${n % 200}`);
      expect(tally(answers)).toEqual({ [wrong]: 300, [refused]: 20 });
      expect(verdict(await from(newNetwork(), { password }))).toBe('codeActive.cooldown');
    });

    test('wait at least as long as for the account, if both limits are reached', async () => {
      const address = newNetwork();
      for (let tried = 0; tried < 16; tried += 1) {
        const answer = await from(newNetwork());
        if (answer.status === 429) await later(waitOf(answer));
      }
      await spray(30, () => address);
      expect(verdict(await from(newNetwork()))).toBe(refused);
      const both = await from(address);
      await later(waitOf(both));
      expect(verdict(await from(address))).toBe(wrong);
    });

    test('are not fewer for a caller who repeats a right one at the same moment: it is refunded once', async () => {
      const address = newNetwork();
      const repeated = (name: string) => from(address, { password }, { 'idempotency-key': name.padEnd(22, '-') });
      await spray(25, () => address);
      for (let n = 0; n < 5; n += 1) await Promise.all(Array.from({ length: 4 }, () => repeated(`right-${n}-${email}`)));
      // The network counts without names: 25 of its 300 are used, and none was refunded.
      const [, second, third] = address.split('.');
      expect(tally(await spray(290, (n) => `10.${second}.${third}.${100 + (n % 100)}`))).toEqual({ [wrong]: 275, [refused]: 15 });
    });

    test('do not lock out the owner on a trusted device at the same address', async () => {
      const address = newNetwork();
      await spray(31, () => address);
      await complete(address);
    });

    test('are counted per account if the app’s server does not name people’s addresses', async () => {
      for (let tried = 0; tried < 10; tried += 1) expect(verdict(await from(null))).toBe(wrong);
      expect(verdict(await from(null, { password }))).toBe(refused);
    });
  });
});

describe.each(databaseKinds)('wrong passwords on %s without a trusted address', (kind) => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService(kind, { POLICY: 'seed' });
    await service.client.freeze();
  });
  afterAll(() => service.remove());

  /** A different address each time, all from this machine, which is no trusted proxy. */
  const claiming = (email: string, n: number) =>
    service.client.post('/v1/login-verifications', { email, password: 'wrong' }, { headers: { 'x-forwarded-for': `198.51.${n}.1` } });

  test('count as those of this machine, whatever X-Forwarded-For says', async () => {
    const answers: string[] = [];
    for (let n = 0; n < 30; n += 1) answers.push(verdict(await claiming('one@example.com', n)));
    expect(answers.filter((each) => each === wrong)).toHaveLength(10);
    await service.client.clock({ advance: 'PT1H' });
    const sprayed: string[] = [];
    for (let n = 0; n < 40; n += 1) sprayed.push(verdict(await claiming(`sprayed-${n}@example.com`, n)));
    expect(sprayed.filter((each) => each === wrong)).toHaveLength(30);
  });
});

describeOnce('wrong passwords from a server that names no addresses', () => {
  let database: TestDatabase;
  let service: Service;
  let client: Client;
  beforeAll(async () => {
    database = await testDatabase(quickDatabase);
    const POLICY = await policyFile(database.environment['DATA_DIR'] ?? '', { wrongPasswordsPerClientKey: 20 });
    service = await startIn({ ...database.environment, CLIENT_KEYS: `app:${appKey},other:${appKey}2`, POLICY });
    client = new Client(service.url);
    await client.freeze();
  });
  afterAll(async () => {
    await service.stop();
    await database.remove();
  });

  test('are counted by its client key, and right ones are refunded', async () => {
    const start = (email: string, secret: string, clientKey = appKey) =>
      client.post('/v1/login-verifications', { email, password: secret }, { headers: { 'x-client-key': clientKey } });
    await client.post('/sandbox/accounts', { email: 'own@example.com', password });
    const answers: string[] = [];
    for (let n = 0; n < 25; n += 1) {
      answers.push(verdict(await start(`sprayed-${n}@example.com`, 'wrong')));
      if (n % 3 === 0 && n < 20) expect((await start('own@example.com', password)).status).toBe(201);
    }
    expect(answers.filter((each) => each === wrong)).toHaveLength(20);
    expect(verdict(await start('own@example.com', password))).toBe(refused);
    expect((await start('own@example.com', password, `${appKey}2`)).status).toBe(201);
  });
});

describeOnce('a new secret key in front of the others', () => {
  const secret = (byte: number) => Buffer.alloc(32, byte).toString('base64');

  test('allows no further guess, and keeps networks and links valid', async () => {
    const database = await testDatabase(quickDatabase);
    const common = { ...database.environment, TRUSTED_PROXIES: '127.0.0.1', POLICY: 'seed' };
    const steps = [`a:${secret(1)}`, `a:${secret(1)},b:${secret(2)}`, `b:${secret(2)},a:${secret(1)}`];
    const first = await startIn({ ...common, SECRET_KEYS: steps[0] ?? '' });
    let logins = new NetworkLogins(new Client(first.url));
    await logins.client.freeze();
    const [owner, other] = [await logins.owner(), await logins.owner()];
    const [home, office] = [newNetwork(), newNetwork()];
    await logins.logsIn(owner, home);
    await logins.tenWrong(owner);
    for (let n = 0; n < 30; n += 1) await logins.tries(`sprayed-${n}@example.com`, 'wrong', office);
    await logins.locks(other);
    const link = await logins.link(other);
    await first.stop();
    for (const keys of steps.slice(1)) {
      const next = await startIn({ ...common, SECRET_KEYS: keys });
      logins = new NetworkLogins(new Client(next.url));
      expect(verdict(await logins.tries(owner.email, password, newNetwork()))).toBe(refused);
      expect(verdict(await logins.tries(owner.email, password, home))).toBe(begun);
      expect(verdict(await logins.tries('sprayed-31@example.com', 'wrong', office))).toBe(refused);
      await next.stop();
    }
    const last = await startIn({ ...common, SECRET_KEYS: steps[2] ?? '' });
    logins = new NetworkLogins(new Client(last.url));
    expect((await logins.presses(link, newNetwork())).status).toBe(200);
    // The pause ends, and the count continues: the eleventh wrong password brings two minutes.
    await logins.later(60);
    await logins.logsIn(owner, home);
    expect(verdict(await logins.tries(owner.email, 'wrong', newNetwork()))).toBe(wrong);
    expect(waitOf(await logins.tries(owner.email, password, newNetwork()))).toBe(120);
    await last.stop();
    await database.remove();
  });
});
