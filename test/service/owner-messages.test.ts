/**
 * Messages to the owner of an account. Strangers cannot use up the owner's messages, and messages to the owner are limited all the same.
 */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { freshNumber } from '../../src/testing/participants/numbers.ts';
import { type LimitedService, limited } from '../support/limited-service.ts';
import { type Answer, type Client, databaseKinds, type Json, TestSession } from '../support/service.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const password = 'a quiet evening in Porto';
const desk = 'a-key-of-the-support-desk-1';
const night = 'a-key-of-the-night-shift--2';

const verdict = ({ status, body, headers }: Answer) => [status, body.limit ?? body.code ?? null, headers.get('retry-after')];

interface Owner {
  readonly id: string;
  readonly email: string;
  readonly phone: string;
  readonly deviceToken: string;
}

let people = 0;

describe.each(databaseKinds)('messages to owners on %s', (kind) => {
  let service: LimitedService;
  let client: Client;
  let now: number;
  beforeAll(async () => {
    service = await limited(kind, {}, { ADMIN_KEYS: `desk:${desk},night:${night}` });
    ({ client, now } = service);
  });
  afterAll(() => service.remove());

  const later = async (ms: number) => {
    now = await client.at(now + ms);
  };

  async function owner(phone: string = freshNumber('mobile')): Promise<Owner> {
    people += 1;
    const email = `owner-of-messages-${people}@example.com`;
    const { body } = await client.post('/sandbox/accounts', { email, password, phone, trustedDevice: true });
    return { id: body.id, email, phone, deviceToken: body.deviceToken };
  }
  const login = ({ email }: Owner, more: Json = {}) => client.post('/v1/login-verifications', { email, password, ...more });
  /** The access token of a login on the trusted device, which sends no code. */
  const accessToken = async ({ email, deviceToken }: Owner): Promise<string> =>
    (await client.post('/v1/login-verifications', { email, password, deviceToken })).body.accessToken;
  /** The access token of a login whose code was just entered. */
  const freshAccessToken = async (jane: Owner): Promise<string> => {
    const session = new TestSession(client, await login(jane), 'login-verifications');
    return (await session.submit(await client.codeFor(jane.phone))).body.accessToken;
  };
  const notices = async ({ email }: Owner): Promise<string[]> =>
    (await client.messages(email)).flatMap(({ notice }) => (notice === null ? [] : [notice]));

  test('a stranger who uses up the budgets of a number and of an address does not stop its owner’s login', async () => {
    const jane = await owner();
    for (let asked = 0; asked < 30; asked += 1) {
      await client.post('/v1/phone-verifications', { phone: jane.phone });
      await client.post('/v1/email-verifications', { email: jane.email });
    }
    expect((await client.post('/v1/phone-verifications', { phone: jane.phone })).body.limit).toBe('destination');
    expect((await client.post('/v1/email-verifications', { email: jane.email })).body.limit).toBe('destination');
    const session = new TestSession(client, await login(jane), 'login-verifications');
    expect(session.created).toMatchObject({ state: 'codeActive.cooldown', data: { channel: 'sms' } });
    await later(minute);
    expect((await session.send('switch-channel', { channel: 'email' })).body.state).toBe('codeActive.cooldown');
    expect((await session.submit(await client.codeFor(jane.email))).body.outcome).toBe('authenticated');
  });

  test('an account whose telephone is at its limit is offered its address, at the start and in a session', async () => {
    const jane = await owner();
    const first = new TestSession(client, await login(jane), 'login-verifications');
    for (let more = 0; more < 9; more += 1) expect((await login(jane)).status).toBe(201);
    const refused = await login(jane);
    expect(verdict(refused)).toEqual([429, 'account', '600']);
    expect([refused.body.channels, refused.body.session]).toEqual([['email'], undefined]);
    expect((await login(jane, { channel: 'voice' })).body.channels).toEqual(['email']);
    await later(minute);
    expect((await first.send('resend-code')).body).toMatchObject({ code: 'rate-limited', limit: 'account', channels: ['email'] });
    expect((await first.send('switch-channel', { channel: 'email' })).body.data.channel).toBe('email');
    for (let more = 0; more < 9; more += 1) expect((await login(jane, { channel: 'email' })).status).toBe(201);
    // No channel has room left, so the answer offers none.
    const last = await login(jane, { channel: 'email' });
    expect([...verdict(last), last.body.channels]).toEqual([429, 'account', '600', undefined]);
    await later(9 * minute);
    expect((await login(jane)).status).toBe(201);
  });

  test('an address at its limit offers the telephone, a landline only by voice', async () => {
    const [mobile, landline] = [await owner(), await owner(freshNumber('landline'))];
    for (const of of [mobile, landline]) for (let more = 0; more < 10; more += 1) await login(of, { channel: 'email' });
    expect((await login(mobile, { channel: 'email' })).body.channels).toEqual(['sms', 'voice']);
    expect((await login(landline, { channel: 'email' })).body.channels).toEqual(['voice']);
  });

  test('a wrong password is answered alike, whatever room the budgets have', async () => {
    const jane = await owner();
    for (let more = 0; more < 11; more += 1) await login(jane);
    const wrong = (email: string) => client.post('/v1/login-verifications', { email, password: 'some other evening in Faro' });
    const answers = [await wrong(jane.email), await wrong('nobody-at-all@example.com')];
    expect(answers.map(({ status, body }) => [status, body.code, body.limit, body.channels])).toEqual(
      answers.map(() => [401, 'invalid-credentials', undefined, undefined]),
    );
  });

  test('codes that confirm a change draw on the same budget, and are never offered by email', async () => {
    const jane = await owner();
    const token = await accessToken(jane);
    const ask = () =>
      client.post('/v1/account-changes', { change: { kind: 'password', password: 'the long way round to Faro' } }, { token });
    for (let more = 0; more < 10; more += 1) expect((await (more % 2 === 0 ? ask() : login(jane))).status).toBe(201);
    const refused = await ask();
    expect([...verdict(refused), refused.body.channels]).toEqual([429, 'account', '600', undefined]);
  });

  test('a new number of an account draws on the budget of that number', async () => {
    const jane = await owner();
    const phone = freshNumber('mobile');
    for (let asked = 0; asked < 3; asked += 1) await client.post('/v1/phone-verifications', { phone });
    const body = { change: { kind: 'phone', phone } };
    const asked = await client.post('/v1/account-changes', body, { token: await accessToken(jane) });
    const change = new TestSession(client, asked, 'account-changes');
    const code = await client.codeFor(jane.phone);
    const refused = await change.submit(code);
    expect(verdict(refused)).toEqual([429, 'destination', '600']);
    expect((await change.read()).state).toBe('confirming.codeActive.cooldown');
    await later(10 * minute);
    expect((await change.submit(code)).body.state).toBe('verifyingDestination');
  });

  test('mails about an existing account count like codes, and the answers are those of any address', async () => {
    const jane = await owner();
    const unknown = `nobody-${people}@example.com`;
    const flood = async (email: string) => {
      const answers: unknown[] = [];
      const children: TestSession[] = [];
      for (let starts = 0; starts < 8; starts += 1) {
        const answer = await client.post('/v1/account-setups', { email, password: 'the long way round to Faro' });
        answers.push(verdict(answer));
        const { id, sessionToken } = answer.body.child;
        children.push(new TestSession(client, { ...answer, body: { id, sessionToken } }, 'email-verifications'));
      }
      await later(90 * second);
      for (const child of children) answers.push(verdict(await child.send('resend-code')));
      for (let starts = 0; starts < 2; starts += 1)
        answers.push(verdict(await client.post('/v1/account-setups', { email, password: 'the long way round to Faro' })));
      return answers;
    };
    expect(await flood(jane.email)).toEqual(await flood(unknown));
    expect(await notices(jane)).toHaveLength(10);
    expect(await client.messages(unknown)).toHaveLength(10);
  });

  test('notices have a budget for each kind: those beyond it are sent later, and none is lost', async () => {
    const jane = await owner();
    const token = await freshAccessToken(jane);
    const since = now;
    const asked: Answer[] = [];
    for (const key of [desk, night])
      for (let more = 0; more < 5; more += 1) {
        const body = { accountId: jane.id, reason: 'You wrote' };
        asked.push(await client.post('/v1/support-accesses', body, { token: key, headers: { 'x-agent': 'Sam' } }));
      }
    const count = async () => {
      const told = await notices(jane);
      return ['support-requested', 'support-granted'].map((wanted) => told.filter((notice) => notice === wanted).length);
    };
    const told = (...counts: number[]) => vi.waitFor(async () => expect(await count()).toEqual(counts), { timeout: 10_000 });
    await told(5, 0);
    for (const { body } of asked.slice(0, 2)) await client.post(`/v1/support-accesses/${body.id}/grant`, { minutes: 60 }, { token });
    await told(5, 2);
    await later(hour - 1);
    await told(5, 2);
    await later(1);
    await told(10, 2);
    // The notices delay no code, and each says when the event happened, not when the notice was sent.
    expect((await login(jane, { channel: 'email' })).status).toBe(201);
    const requests = (await client.messages(jane.email)).filter(({ notice }) => notice === 'support-requested');
    const time = new Date(since).toISOString().slice(11, 16);
    expect(requests.filter(({ text }) => !String(text).includes(time))).toEqual([]);
  });

  test('an account has a number of messages a day for each channel', async () => {
    const jane = await owner();
    const count = async (channel: string) => {
      let sent = 0;
      for (const since = now; now < since + day; ) {
        const answer = await login(jane, { channel });
        if (answer.status === 201) sent += 1;
        else await later(Number(answer.headers.get('retry-after')) * second);
      }
      return sent;
    };
    expect([await count('sms'), await count('email')]).toEqual([40, 40]);
  });
});
