/** A login over HTTP, on both databases: the parts besides the code entry that all workflows share. */
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { freshNumber } from '../../src/testing/participants/numbers.ts';
import {
  type Answer,
  type Client,
  databaseKinds,
  type Json,
  otherThan,
  startTestService,
  type TestService,
  TestSession,
} from '../support/service.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const collection = 'login-verifications';
const password = 'a quiet evening in Porto';
const verdict = ({ status, body }: Answer) => [status, body.code];

interface Person {
  readonly id: string;
  readonly email: string;
  readonly phone: string;
  readonly password: string;
}

let people = 0;

describe.each(databaseKinds)('a login on %s', (kind) => {
  let service: TestService;
  let client: Client;
  let now: number;
  let person: Person;
  beforeAll(async () => {
    service = await startTestService(kind);
    client = service.client;
    now = await client.freeze();
  });
  beforeEach(async () => {
    person = await made({ phone: freshNumber('mobile') });
  });
  afterAll(() => service.remove());

  const later = async (ms: number) => {
    now = await client.at(now + ms);
  };

  async function made(more: Record<string, unknown>): Promise<Person> {
    people += 1;
    const email = `person-${people}@example.com`;
    const { status, body } = await client.post('/sandbox/accounts', { email, password, ...more });
    expect(status).toBe(201);
    return { id: body.id, email, password, phone: String(more['phone'] ?? '') };
  }

  const login = (more: Record<string, unknown> = {}) =>
    client.start(collection, { email: person.email, password, device: { type: 'Laptop', name: 'Attic' }, ...more });

  /** @returns a session whose first credentials were wrong */
  async function refused(wrong: string): Promise<TestSession> {
    const answer = await client.post(`/v1/${collection}`, { email: person.email, password: wrong });
    expect(verdict(answer)).toEqual([401, 'invalid-credentials']);
    return new TestSession(client, { ...answer, body: { ...answer.body.session, sessionToken: answer.body.sessionToken } }, collection);
  }

  /** @returns the representation of a completed login */
  async function complete(more: Record<string, unknown> = {}, code: Record<string, unknown> = {}): Promise<Json> {
    const session = await login(more);
    const channel = session.created.data.channel;
    const { body } = await session.send('submit-code', {
      code: await client.codeFor(channel === 'email' ? person.email : person.phone),
      ...code,
    });
    expect(body.outcome).toBe('authenticated');
    return body;
  }

  async function claimsOf({ result }: Json) {
    const keys = createRemoteJWKSet(new URL(`${client.url}/.well-known/jwks.json`));
    const expected = { issuer: service.publicUrl, audience: service.publicUrl };
    return (await jwtVerify(result.token, keys, { ...expected, currentDate: new Date(now) })).payload;
  }

  /** The notices to a person, oldest first, once everything due was sent. */
  async function notices(): Promise<Json[]> {
    await client.at(now);
    return (await client.messages(person.email)).filter(({ notice }) => notice !== null).toReversed();
  }

  test('asks for credentials, then sends a code that can be sent again after a minute', async () => {
    const session = await refused('not it');
    expect(session.created).toMatchObject({ state: 'awaitingCredentials', data: { email: null, phone: null, triesLeft: 4 } });
    expect(await client.messages(person.phone)).toEqual([]);
    const { body } = await session.send('submit-credentials', { email: person.email, password });
    expect(body).toMatchObject({
      state: 'codeActive.cooldown',
      data: { channel: 'sms', sendsLeft: 4 },
      canResendAt: new Date(now + minute).toISOString(),
    });
    expect(body.data.phone).toMatch(/^\+\d\d\*+\d\d$/);
    expect(await client.messages(person.phone)).toHaveLength(1);
  });

  test.each([
    ['sms', ['pwd', 'otp', 'sms', 'mfa']],
    ['voice', ['pwd', 'otp', 'tel', 'mfa']],
    ['email', ['pwd']],
  ])('with a code by %s proves the account, and the method', async (channel, amr) => {
    const claims = await claimsOf(await complete({ channel }));
    expect(claims).toMatchObject({ sub: person.id, amr, auth_time: Math.floor(now / 1000), workflow: 'login-verification' });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(15 * 60);
    expect(JSON.stringify(claims)).not.toContain(person.email);
  });

  test('sends the same code over another channel of the account', async () => {
    const session = await login();
    const code = await client.codeFor(person.phone);
    await later(minute);
    const switched = await session.send('switch-channel', { channel: 'email' });
    expect(switched.body.data.channel).toBe('email');
    expect(await client.codeFor(person.email)).toBe(code);
  });

  test('of an account without a telephone is by email, and by no other channel', async () => {
    person = await made({});
    const session = await login({ channel: 'sms' });
    expect(session.created.data).toMatchObject({ channel: 'email', phone: null });
    await later(minute);
    expect(verdict(await session.send('switch-channel', { channel: 'sms' }))).toEqual([400, 'invalid-request']);
    expect((await session.submit(await client.codeFor(person.email))).body.outcome).toBe('authenticated');
  });

  test('to a landline is by voice', async () => {
    person = await made({ phone: freshNumber('landline') });
    const session = await login({ channel: 'sms' });
    expect(session.created.data.channel).toBe('voice');
    await later(minute);
    expect(verdict(await session.send('switch-channel', { channel: 'sms' }))).toEqual([422, 'landline-needs-voice']);
  });

  test('is denied after five wrong credentials, and the sixth are not checked', async () => {
    const session = await refused('wrong 1');
    for (let tried = 2; tried <= 5; tried += 1) {
      expect(verdict(await session.send('submit-credentials', { email: person.email, password: `wrong ${tried}` }))).toEqual([
        401,
        'invalid-credentials',
      ]);
    }
    expect(await session.read()).toMatchObject({ state: 'denied', status: 'done', outcome: 'denied', events: [] });
    expect(verdict(await session.send('submit-credentials', { email: person.email, password }))).toEqual([409, 'event-not-accepted']);
  });

  test('on a trusted device needs no code, until thirty days later', async () => {
    const { deviceToken } = await complete({}, { trustDevice: true });
    const trusted = await login({ deviceToken });
    expect(trusted.created).toMatchObject({ state: 'authenticated', outcome: 'authenticated' });
    expect(await claimsOf(trusted.created)).toMatchObject({ sub: person.id, amr: ['pwd'] });
    expect(trusted.created.deviceToken ?? null).toBeNull();
    await later(30 * day - 1);
    expect((await login({ deviceToken })).created.state).toBe('authenticated');
    await later(1);
    expect((await login({ deviceToken })).created.state).toBe('codeActive.cooldown');
  });

  test('returns the same device token again when it is read again', async () => {
    const session = await login();
    const code = await client.codeFor(person.phone);
    const key = { 'idempotency-key': 'one-attempt-made-twice' };
    const first = await session.send('submit-code', { code, trustDevice: true }, key);
    const again = await session.send('submit-code', { code, trustDevice: true }, key);
    expect(first.body.deviceToken).toMatch(/^[0-9a-f-]{36}\.[\w-]{43}$/);
    expect([again.body.deviceToken, (await session.read()).deviceToken]).toEqual([first.body.deviceToken, first.body.deviceToken]);
  });

  test('that trusts no device returns no token', async () => {
    expect((await complete()).deviceToken ?? null).toBeNull();
  });

  describe('the owner', () => {
    const me = (token: string, path = '', method = 'GET') => client.call(method, `/v1/me${path}`, { token });

    test('reads the account with the access token of a login, for a quarter of an hour', async () => {
      const { accessToken: token } = await complete();
      expect((await me(token)).body).toEqual({
        id: person.id,
        email: person.email,
        emailVerified: true,
        phone: person.phone,
        phoneVerified: true,
        locale: null,
        links: [],
      });
      await later(15 * minute);
      expect(verdict(await me(token))).toEqual([401, 'unauthenticated']);
    });

    test.each(['', '/devices'])('needs the access token of a login for /v1/me%s', async (path) => {
      const session = await client.verify(`other-${person.email}`);
      const verified = await session.submit(await client.codeFor(`other-${person.email}`));
      for (const token of ['', 'nonsense', session.token, verified.body.result.token, (await complete()).result.token]) {
        expect(verdict(await me(token, path))).toEqual([401, 'unauthenticated']);
      }
    });

    test('sees the trusted devices and revokes one, which then needs a code', async () => {
      const { deviceToken, accessToken } = await complete({}, { trustDevice: true });
      await later(1000);
      const other = await complete({ device: { name: 'Tablet' } }, { trustDevice: true });
      const { body } = await me(accessToken, '/devices');
      expect(body.devices).toMatchObject([
        { type: null, name: 'Tablet', createdAt: new Date(now).toISOString(), expiresAt: new Date(now + 30 * day).toISOString() },
        { type: 'Laptop', name: 'Attic' },
      ]);
      const [, attic] = body.devices;
      expect((await me(accessToken, `/devices/${attic.id}`, 'DELETE')).status).toBe(204);
      expect(verdict(await me(accessToken, `/devices/${attic.id}`, 'DELETE'))).toEqual([404, 'not-found']);
      expect((await me(accessToken, '/devices')).body.devices).toHaveLength(1);
      expect((await login({ deviceToken })).created.state).toBe('codeActive.cooldown');
      expect((await login({ deviceToken: other.deviceToken })).created.state).toBe('authenticated');
    });

    test('cannot revoke the device of another owner', async () => {
      await complete({}, { trustDevice: true });
      const { body } = await me((await complete()).accessToken, '/devices');
      person = await made({ phone: freshNumber('mobile') });
      const stranger = await complete();
      expect(verdict(await me(stranger.accessToken, `/devices/${body.devices[0].id}`, 'DELETE'))).toEqual([404, 'not-found']);
    });

    test('is told of a new device', async () => {
      await complete({}, { trustDevice: true });
      const [notice, ...others] = await notices();
      expect(others).toEqual([]);
      expect(notice).toMatchObject({ notice: 'new-device', channel: 'email', to: person.email, code: null });
      expect(notice.text).toContain('Attic');
    });

    test('is told of wrong codes, once an hour', async () => {
      const session = await login();
      const wrong = otherThan(await client.codeFor(person.phone));
      for (let guess = 0; guess < 3; guess += 1) await session.submit(wrong);
      expect((await notices()).map(({ notice }) => notice)).toEqual(['wrong-code']);
      await later(60 * minute);
      const next = await login();
      await next.submit(otherThan(await client.codeFor(person.phone)));
      expect((await notices()).map(({ notice }) => notice)).toEqual(['wrong-code', 'wrong-code']);
    });

    test('is told when codes are refused, and still logs in on a trusted device', async () => {
      const { deviceToken } = await complete({}, { trustDevice: true });
      await guessWrong(10);
      expect((await notices()).map(({ notice }) => notice)).toEqual(['new-device', 'wrong-code', 'codes-blocked']);
      expect((await login({ deviceToken })).created.state).toBe('authenticated');
    });
  });

  /** Enters this many wrong codes, over as many sessions as needed. @returns the last answer */
  async function guessWrong(times: number): Promise<Answer | null> {
    let last: Answer | null = null;
    let left = times;
    while (left > 0) {
      const session = await login();
      const wrong = otherThan(await client.codeFor(person.phone));
      for (let guess = 0; guess < 5 && left > 0; guess += 1, left -= 1) last = await session.submit(wrong);
    }
    return last;
  }

  test('accepts ten wrong codes, then none for a quarter of an hour, not even the right one', async () => {
    expect(verdict((await guessWrong(10)) as Answer)).toEqual([422, 'wrong-code']);
    const session = await login();
    const code = await client.codeFor(person.phone);
    const blocked = await session.submit(code);
    expect(verdict(blocked)).toEqual([429, 'too-many-attempts']);
    expect(blocked.headers.get('retry-after')).toBe('900');
    // A code that is not compared is no guess.
    expect((await session.read()).data.attemptsLeft).toBe(5);
    await later(15 * minute - 1);
    expect(verdict(await session.submit(code))).toEqual([429, 'too-many-attempts']);
    await later(1);
    expect((await session.submit(code)).body.outcome).toBe('authenticated');
  });

  test('resets wrong codes when it is complete, and neither for a right password nor for a new code', async () => {
    await guessWrong(9);
    await complete();
    await guessWrong(9);
    const session = await login();
    expect(verdict(await session.submit(otherThan(await client.codeFor(person.phone))))).toEqual([422, 'wrong-code']);
    expect(verdict(await session.submit(await client.codeFor(person.phone)))).toEqual([429, 'too-many-attempts']);
  });
});
