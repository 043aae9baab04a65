/** Changing an account over HTTP, on both databases: who may, the required proofs, the sessions that end, and the notices. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

const password = 'a quiet evening in Porto';
const another = 'the long way round to Faro';
const verdict = ({ status, body }: Answer) => [status, body.code ?? body.state];

interface Owner {
  readonly id: string;
  readonly email: string;
  readonly phone: string | null;
  readonly deviceToken: string;
}

let people = 0;

describe.each(databaseKinds)('an account change on %s', (kind) => {
  let service: TestService;
  let client: Client;
  beforeAll(async () => {
    service = await startTestService(kind);
    client = service.client;
    await client.freeze();
  });
  afterAll(() => service.remove());

  const address = () => {
    people += 1;
    return `changing-${people}@example.com`;
  };

  async function owner(phone: string | null = freshNumber('mobile')): Promise<Owner> {
    const email = address();
    const made = await client.post('/sandbox/accounts', { email, password, trustedDevice: true, ...(phone === null ? {} : { phone }) });
    expect(made.status).toBe(201);
    return { id: made.body.id, email, phone, deviceToken: made.body.deviceToken };
  }

  const tryLogin = ({ email, deviceToken }: Pick<Owner, 'email' | 'deviceToken'>, secret = password) =>
    client.post('/v1/login-verifications', { email, password: secret, deviceToken });
  const loginOf = async (of: Owner): Promise<string> => (await tryLogin(of)).body.accessToken;
  const ask = (token: string, change: Json, more: Json = {}) => client.post('/v1/account-changes', { change, ...more }, { token });
  async function begun(token: string, change: Json, more: Json = {}): Promise<TestSession> {
    const answer = await ask(token, change, more);
    expect([answer.status, answer.body.state]).toEqual([201, 'confirming.codeActive.cooldown']);
    return new TestSession(client, answer, 'account-changes');
  }
  const confirmed = async (change: TestSession, of: Owner) => change.submit(await client.codeFor(of.phone ?? of.email));
  /** No answer waits for a notice, so the reader polls. */
  const notices = async (email: string): Promise<string[]> => (await client.messages(email)).flatMap(({ notice }) => notice ?? []);
  const me = async (token: string) => client.get('/v1/me', token);
  async function childCode({ child }: Json, code: string): Promise<Answer> {
    return client.post(`${child.href}/submit-code`, { code }, { token: child.sessionToken });
  }

  test('of the password needs a code, and ends every other login and all trust in devices', async () => {
    const of = await owner();
    const [mine, others] = [await loginOf(of), await loginOf(of)];
    const change = await begun(mine, { kind: 'password', password: another }, { device: { type: 'Laptop', name: 'Attic' } });
    expect(change.created.data).toMatchObject({ kind: 'password', channel: 'sms', newEmail: null, newPhone: null });
    expect(change.created.child).toBeNull();
    expect((await tryLogin(of, another)).status).toBe(401);

    const applied = await confirmed(change, of);
    expect(applied.body).toMatchObject({ status: 'done', outcome: 'applied', events: [], result: null });
    expect((await me(mine)).status).toBe(200);
    expect((await me(others)).status).toBe(401);
    expect((await tryLogin(of)).status).toBe(401);
    const again = await tryLogin(of, another);
    expect(verdict(again)).toEqual([201, 'codeActive.cooldown']);
    expect((await client.get('/v1/me/devices', mine)).body.devices).toEqual([]);
    await expect.poll(() => notices(of.email)).toEqual(['password-changed']);
    const [notice] = await client.messages(of.email);
    expect(notice.text).toContain('Attic');
    expect((await change.history()).map(({ event }) => event)).toEqual([
      'start',
      'request-change',
      'deliverCode.done',
      'submit-code',
      'applyChange.done',
    ]);
  });

  test('of the address verifies the new one, and notifies both addresses', async () => {
    const of = await owner();
    const token = await loginOf(of);
    const email = address();
    const change = await begun(token, { kind: 'email', email });
    expect(change.created.data.newEmail).not.toContain('changing');
    expect(await client.messages(email)).toEqual([]);
    const { body } = await confirmed(change, of);
    expect(body).toMatchObject({ state: 'verifyingDestination', child: { workflow: 'email-verification' } });
    expect((await me(token)).body.email).toBe(of.email);

    expect((await childCode(body, await client.codeFor(email))).body.state).toBe('verified');
    expect(await change.read()).toMatchObject({ state: 'applied', child: null });
    expect((await me(token)).body).toMatchObject({ email, emailVerified: true });
    for (const each of [of.email, email]) await expect.poll(() => notices(each)).toEqual(['email-changed']);
    expect((await tryLogin(of)).status).toBe(401);
    expect((await tryLogin({ ...of, email })).body.state).toBe('authenticated');
    // The released address is free for another account.
    expect((await client.post('/sandbox/accounts', { email: of.email, password })).status).toBe(201);
  });

  test('of the number verifies the new one, over the requested channel', async () => {
    const of = await owner();
    const token = await loginOf(of);
    const phone = freshNumber('landline');
    expect(verdict(await ask(token, { kind: 'phone', phone, channel: 'sms' }))).toEqual([422, 'landline-needs-voice']);
    const change = await begun(token, { kind: 'phone', phone, channel: 'voice' });
    const { body } = await confirmed(change, of);
    const [call] = await client.codes(phone);
    expect([body.child.workflow, call.channel]).toEqual(['phone-verification', 'voice']);
    await childCode(body, call.code);
    expect((await change.read()).state).toBe('applied');
    expect((await me(token)).body).toMatchObject({ phone, phoneVerified: true });
    await expect.poll(() => notices(of.email)).toEqual(['phone-changed']);
    // From now on the codes of logins go to the new number.
    const login = await client.post('/v1/login-verifications', { email: of.email, password });
    expect(login.body.data.channel).toBe('voice');
  });

  test('without a telephone is confirmed by email, and with one is not', async () => {
    const without = await owner(null);
    const token = await loginOf(without);
    const change = await begun(token, { kind: 'phone', phone: freshNumber('mobile') });
    expect(change.created.data.channel).toBe('email');
    expect(change.created.events.map(({ type }: Json) => type)).toEqual(['submit-code', 'cancel']);
    const having = await begun(await loginOf(await owner()), { kind: 'password', password: another });
    expect((await having.send('switch-channel', { channel: 'email' })).status).toBe(400);
  });

  test('needs a login that is in force: neither a session token nor an ended login will do', async () => {
    const of = await owner();
    const change = { kind: 'password', password: another };
    expect(verdict(await client.post('/v1/account-changes', { change }))).toEqual([401, 'unauthenticated']);
    const login = await client.post('/v1/login-verifications', { email: of.email, password });
    expect(verdict(await ask(login.body.sessionToken, change))).toEqual([401, 'unauthenticated']);
    const [mine, others] = [await loginOf(of), await loginOf(of)];
    expect((await confirmed(await begun(mine, change), of)).body.state).toBe('applied');
    expect(verdict(await ask(others, change))).toEqual([401, 'unauthenticated']);
    await begun(mine, { kind: 'password', password });
  });

  test('that is impossible is refused at once, and sends no code', async () => {
    const of = await owner();
    const token = await loginOf(of);
    expect(verdict(await ask(token, { kind: 'password', password: 'password' }))).toEqual([422, 'weak-password']);
    expect(verdict(await ask(token, { kind: 'email', email: of.email.toUpperCase() }))).toEqual([422, 'same-destination']);
    expect(verdict(await ask(token, { kind: 'phone', phone: of.phone }))).toEqual([422, 'same-destination']);
    expect(verdict(await ask(token, { kind: 'phone', phone: '+1234' }))).toEqual([422, 'invalid-phone']);
    expect(verdict(await ask(token, { kind: 'email', email: 'nobody' }))).toEqual([400, 'invalid-request']);
    expect(verdict(await ask(token, { kind: 'email', phone: of.phone }))).toEqual([400, 'invalid-request']);
    expect(await client.messages(of.phone ?? '')).toEqual([]);
  });

  test('is not confirmed by the code of a login, or of another change', async () => {
    const of = await owner();
    const token = await loginOf(of);
    const login = await client.post('/v1/login-verifications', { email: of.email, password });
    const ofLogin = await client.codeFor(of.phone ?? '');
    const one = await begun(token, { kind: 'password', password: another });
    const ofOne = await client.codeFor(of.phone ?? '');
    const two = await begun(token, { kind: 'phone', phone: freshNumber('mobile') });
    const ofTwo = await client.codeFor(of.phone ?? '');
    expect(new Set([ofLogin, ofOne, ofTwo]).size).toBe(3);
    expect(verdict(await one.submit(ofLogin))).toEqual([422, 'wrong-code']);
    expect(verdict(await two.submit(ofOne))).toEqual([422, 'wrong-code']);
    const { id, sessionToken } = login.body;
    expect(verdict(await client.post(`/v1/login-verifications/${id}/submit-code`, { code: ofTwo }, { token: sessionToken }))).toEqual([
      422,
      'wrong-code',
    ]);
  });

  test('counts wrong codes in the account, and a right one resets the count', async () => {
    const of = await owner();
    const token = await loginOf(of);
    for (let round = 0; round < 2; round += 1) {
      const change = await begun(token, { kind: 'password', password: another });
      const code = await client.codeFor(of.phone ?? '');
      for (let guess = 0; guess < 4; guess += 1) await change.submit(otherThan(code));
      await change.send('cancel');
      await client.clock({ advance: 'PT10M' });
    }
    const renewed = (await client.post('/v1/login-verifications', { email: of.email, password, deviceToken: of.deviceToken })).body
      .accessToken;
    const change = await begun(renewed, { kind: 'password', password: another });
    const code = await client.codeFor(of.phone ?? '');
    expect(verdict(await change.submit(otherThan(code)))).toEqual([422, 'wrong-code']);
    expect((await change.submit(code)).body.state).toBe('applied');
    await expect.poll(() => notices(of.email)).toContain('wrong-code');
    const next = await begun(renewed, { kind: 'password', password });
    const wrong = otherThan(await client.codeFor(of.phone ?? ''));
    for (let guess = 0; guess < 4; guess += 1) expect(verdict(await next.submit(wrong))).toEqual([422, 'wrong-code']);
  });

  test('that began before another one was applied ends, whatever is entered; so does a login', async () => {
    const of = await owner();
    const token = await loginOf(of);
    const login = await client.post('/v1/login-verifications', { email: of.email, password });
    const loginCode = await client.codeFor(of.phone ?? '');
    const early = await begun(token, { kind: 'email', email: address() });
    const earlyCode = await client.codeFor(of.phone ?? '');
    expect((await confirmed(await begun(token, { kind: 'password', password: another }), of)).body.state).toBe('applied');
    const refused = await early.submit(earlyCode);
    expect([...verdict(refused), refused.body.session.state]).toEqual([409, 'account-changed', 'denied']);
    const { id, sessionToken } = login.body;
    const late = await client.post(`/v1/login-verifications/${id}/submit-code`, { code: loginCode }, { token: sessionToken });
    expect([...verdict(late), late.body.session.state]).toEqual([409, 'account-changed', 'denied']);
  });

  test('that waits for its new address loses to a faster one', async () => {
    const of = await owner();
    const token = await loginOf(of);
    const email = address();
    const slow = await begun(token, { kind: 'email', email });
    const { body } = await confirmed(slow, of);
    expect((await confirmed(await begun(token, { kind: 'password', password: another }), of)).body.state).toBe('applied');
    await childCode(body, await client.codeFor(email));
    expect(await slow.read()).toMatchObject({ state: 'denied', outcome: 'denied' });
    expect((await me(token)).body.email).toBe(of.email);
    expect(await notices(email)).toEqual([]);
    expect((await client.post('/sandbox/accounts', { email, password })).status).toBe(201);
  });

  test('to an address with an account looks like any other, and that account’s owner is told', async () => {
    const [of, stranger] = [await owner(), await owner()];
    const token = await loginOf(of);
    const change = await begun(token, { kind: 'email', email: stranger.email });
    const { body } = await confirmed(change, of);
    expect(body).toMatchObject({ state: 'verifyingDestination', child: { workflow: 'email-verification' } });
    expect((await client.get(body.child.href, body.child.sessionToken)).body.state).toBe('codeActive.cooldown');
    expect([await client.codes(stranger.email), await notices(stranger.email)]).toEqual([[], ['account-exists']]);
    expect(verdict(await childCode(body, '000000'))).toEqual([422, 'wrong-code']);
    await change.send('cancel');
    expect((await client.get(body.child.href, body.child.sessionToken)).body.state).toBe('cancelled');
  });

  test('that lost its address to another account starts over', async () => {
    const of = await owner();
    const token = await loginOf(of);
    const email = address();
    const change = await begun(token, { kind: 'email', email });
    const { body } = await confirmed(change, of);
    const code = await client.codeFor(email);
    expect((await client.post('/sandbox/accounts', { email, password })).status).toBe(201);
    await childCode(body, code);
    expect(await change.read()).toMatchObject({ outcome: 'denied', child: null });
    expect((await me(token)).body.email).toBe(of.email);
    expect([await notices(of.email), await notices(email)]).toEqual([[], []]);
  });

  test('that ends together with another one is applied once', async () => {
    const of = await owner();
    const token = await loginOf(of);
    const changes = await Promise.all(
      ['one quiet harbour', 'two quiet harbours'].map((each) => begun(token, { kind: 'password', password: each })),
    );
    const codes = await client.codes(of.phone ?? '');
    const ends = await Promise.all(changes.map((change) => change.submit(codes.find(({ sessionId }) => sessionId === change.id).code)));
    const states = ends.map(({ body }) => body.state ?? body.session.state).sort();
    expect(states).toEqual(['applied', 'denied']);
  });

  test('has one session for a repeated start, and another owner’s key starts another', async () => {
    const [of, stranger] = [await owner(), await owner()];
    const key = randomBytes(16).toString('hex');
    const start = async (login: string) =>
      (
        await client.post(
          '/v1/account-changes',
          { change: { kind: 'password', password: another } },
          { token: login, headers: { 'idempotency-key': key } },
        )
      ).body.id;
    const token = await loginOf(of);
    const ids = [await start(token), await start(token), await start(await loginOf(stranger))];
    expect([ids[0] === ids[1], ids[0] === ids[2]]).toEqual([true, false]);
  });
});
