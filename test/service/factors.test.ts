/** Factors in place of codes: which one a login or a change offers, what each answer does, and what the service demands. */

import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Client, databaseKinds, type Json, startTestService, type TestService } from '../support/service.ts';

const password = 'a quiet evening in Porto';
let people = 0;

describe.each(databaseKinds)('a factor on %s', (kind) => {
  let service: TestService;
  let client: Client;
  beforeAll(async () => {
    service = await startTestService(kind);
    client = service.client;
  });
  afterAll(() => service.remove());

  interface Person {
    readonly id: string;
    readonly email: string;
    readonly deviceToken: string | null;
  }

  const person = async (more: object = {}): Promise<Person> => {
    people += 1;
    const email = `factor.${kind}.${people}@example.com`;
    const { body } = await client.post('/sandbox/accounts', { email, password, ...more });
    return { id: body.id, email, deviceToken: body.deviceToken };
  };
  const setFactor = (id: string, version: number, isDemanded = false) =>
    client.post(`/sandbox/accounts/${id}/factor`, { version, isDemanded });
  const logIn = async ({ email }: Person, more: object = {}): Promise<Json> =>
    (await client.post('/v1/login-verifications', { email, password, ...more })).body;
  const send = (session: Json, event: string, body: object) =>
    client.post(`/v1/login-verifications/${session.id}/${event}`, body, { token: session.sessionToken });

  test('replaces the code of a login, and counts as a second factor', async () => {
    const jane = await person({ phone: '+33612345678' });
    await setFactor(jane.id, 1);
    const login = await logIn(jane);
    expect(login).toMatchObject({
      state: 'provingFactor',
      data: { factor: 'sandbox', factors: ['sandbox'], request: {}, enrolment: null },
    });
    expect(await client.messages('+33612345678')).toEqual([]);
    const { body } = await send(login, 'prove-factor', { code: 'correct' });
    expect(body.state).toBe('authenticated');
    expect(decodeJwt(body.accessToken)['amr']).toEqual(['pwd', 'otp', 'mfa']);
  });

  test.each([
    ['wrong', 'wrong-factor'],
    ['unknown', 'unknown-credential'],
    ['foreign', 'foreign-credential'],
    ['cloned', 'cloned-credential'],
  ])('that is %s is refused, and five such answers end the session', async (code, refusal) => {
    const jane = await person();
    await setFactor(jane.id, 1);
    const login = await logIn(jane);
    for (let turn = 1; turn < 5; turn += 1) {
      const { status, body } = await send(login, 'prove-factor', { code });
      expect([status, body.code, body.session.state]).toEqual([422, refusal, 'provingFactor']);
    }
    const last = await send(login, 'prove-factor', { code });
    expect([last.body.code, last.body.session.outcome]).toEqual([refusal, 'denied']);
  });

  test.each(['cancelled', 'timed-out'])('that the device %s costs nothing, and another request follows', async (failure) => {
    const jane = await person();
    await setFactor(jane.id, 1);
    const login = await logIn(jane);
    for (let turn = 0; turn < 7; turn += 1) expect((await send(login, 'prove-factor', { failure })).body.state).toBe('provingFactor');
    expect((await send(login, 'prove-factor', { code: 'correct' })).body.state).toBe('authenticated');
  });

  test('that was replaced since it was chosen is refused', async () => {
    const jane = await person();
    await setFactor(jane.id, 1);
    const login = await logIn(jane);
    await setFactor(jane.id, 2);
    const { status, body } = await send(login, 'prove-factor', { code: 'correct' });
    expect([status, body.code]).toEqual([409, 'factor-changed']);
    expect((await send(login, 'prove-factor', { code: 'correct' })).body.state).toBe('authenticated');
  });

  test('that was removed since it was chosen is no longer offered', async () => {
    const jane = await person();
    await setFactor(jane.id, 1);
    const login = await logIn(jane);
    await setFactor(jane.id, 0);
    const { body } = await send(login, 'prove-factor', { code: 'correct' });
    expect(body).toMatchObject({ code: 'factor-changed', session: { data: { factor: null, factors: [], request: null } } });
    expect((await send(login, 'prove-factor', { code: 'correct' })).body.code).toBe('factor-changed');
    expect((await send(login, 'choose-factor', { factor: 'sandbox' })).body.code).toBe('no-such-factor');
    expect((await send(login, 'choose-factor', { factor: 'code' })).body.state).toMatch(/^codeActive/);
  });

  test('that is weaker than the service demands leads to the enrolment of a stronger one', async () => {
    const jane = await person();
    await client.post(`/sandbox/accounts/${jane.id}/factor`, { version: 1, isDemanded: true, isWeak: true });
    const login = await logIn(jane);
    const { body } = await send(login, 'prove-factor', { code: 'correct' });
    expect([body.state, body.accessToken]).toEqual(['enrollingFactor', undefined]);
  });

  test.each([
    ['choose-factor', { factor: 'sandbox' }],
    ['choose-factor', { factor: 'code' }],
    ['prove-factor', { code: 'correct' }],
    ['prove-factor', { failure: 'cancelled' }],
    ['enrol-factor', { code: 'correct' }],
  ])('is not asked for before the credentials: %s %j', async (event, answer) => {
    const login = (await client.post('/v1/login-verifications', { email: 'unknown@example.com', password: 'not the password' })).body
      .session;
    const { status, body } = await send(login, event, answer);
    expect([status, body.code]).toEqual([409, 'event-not-accepted']);
  });

  test('leaves the code as another way, unless the service demands a factor', async () => {
    const jane = await person();
    await setFactor(jane.id, 1);
    expect((await logIn(jane, { factor: 'code' })).state).toMatch(/^codeActive/);
    const login = await logIn(jane);
    await setFactor(jane.id, 1, true);
    const refused = await send(login, 'choose-factor', { factor: 'code' });
    expect([refused.status, refused.body.code]).toEqual([409, 'factor-too-weak']);
    expect((await logIn(jane, { factor: 'code' })).state).toBe('provingFactor');
  });

  test('that the service demands is enrolled after the code, and then needed on trusted devices too', async () => {
    const jane = await person({ trustedDevice: true });
    const { id, email } = jane;
    await setFactor(id, 0, true);
    const login = await logIn(jane);
    const enrolling = (await send(login, 'submit-code', { code: await client.codeFor(email) })).body;
    expect(enrolling).toMatchObject({ state: 'enrollingFactor', status: 'active', data: { enrolment: {} } });
    expect(enrolling.accessToken).toBeUndefined();
    expect((await send(login, 'enrol-factor', { code: 'wrong' })).body.code).toBe('wrong-factor');
    const done = (await send(login, 'enrol-factor', { code: 'correct' })).body;
    expect(done).toMatchObject({ state: 'authenticated', data: { enrolment: null } });
    await expect.poll(async () => (await client.messages(email)).map(({ notice }: Json) => notice)).toContain('factor-added');
    expect((await logIn(jane)).state).toBe('provingFactor');
  });

  test('that the account has since had makes a code by email worthless for a change', async () => {
    const jane = await person({ trustedDevice: true });
    const login = await logIn(jane, { deviceToken: jane.deviceToken });
    const change = { kind: 'password', password: 'a long night in Coimbra' };
    const { body: begun } = await client.post('/v1/account-changes', { change }, { token: login.accessToken });
    await setFactor(jane.id, 1);
    const code = await client.codeFor(jane.email);
    const path = `/v1/account-changes/${begun.id}/submit-code`;
    const { body } = await client.post(path, { code }, { token: begun.sessionToken });
    expect([body.code, body.session.outcome]).toEqual(['account-changed', 'denied']);
  });

  test('ends the login when the account has changed in the meantime', async () => {
    const jane = await person();
    await setFactor(jane.id, 1);
    const login = await logIn(jane);
    await client.post(`/sandbox/accounts/${jane.id}/password`, { password: 'another evening in Lisbon' });
    const { body } = await send(login, 'prove-factor', { code: 'correct' });
    expect([body.code, body.session.outcome]).toEqual(['account-changed', 'denied']);
  });

  test('that can be used up tells the owner of each use, with the uses that are left', async () => {
    const jane = await person();
    await setFactor(jane.id, 1);
    await send(await logIn(jane), 'prove-factor', { code: 'more' });
    await send(await logIn(jane), 'prove-factor', { code: 'few' });
    await expect
      .poll(async () => (await client.messages(jane.email)).map(({ notice }: Json) => notice))
      .toEqual(['factor-running-out', 'factor-used']);
    const notices = await client.messages(jane.email);
    expect(notices.map(({ text }: Json) => /Codes left: (\d+)/.exec(text)?.[1])).toEqual(['1', '5']);
  });
});
