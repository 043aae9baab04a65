/** Account set-ups over HTTP, on both databases: their child sessions, the results of these, and what a stranger can learn. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Answer,
  type Client,
  databaseKinds,
  type Json,
  startTestService,
  type TestService,
  type TestSession,
} from '../support/service.ts';

const password = 'a quiet evening in Porto';
const hour = 3_600_000;

let people = 0;

describe.each(databaseKinds)('an account set-up on %s', (kind) => {
  let service: TestService;
  let client: Client;
  beforeAll(async () => {
    service = await startTestService(kind);
    client = service.client;
    await client.freeze();
  });
  afterAll(() => service.remove());

  function address(): string {
    people += 1;
    return `person-${people}@example.com`;
  }

  /** A telephone that no account has. */
  const number = () => `+1415555${String(people).padStart(4, '0')}`.replace('+14155550', '+14155552');

  const begin = (email: string, more: Json = {}) => client.start('account-setups', { email, password, ...more });
  const login = (email: string) => client.post('/v1/login-verifications', { email, password });
  const toChild = ({ href, sessionToken }: Json, event: string, body: unknown = {}) =>
    client.post(`${href}/${event}`, body, { token: sessionToken });
  const childState = async ({ href, sessionToken }: Json): Promise<string> => (await client.get(href, sessionToken)).body.state;
  const verifyEmail = async (setup: TestSession, email: string) =>
    toChild((await setup.read()).child, 'submit-code', { code: await client.codeFor(email) });

  test('verifies the address, then the number, and then creates the account', async () => {
    const email = address();
    const phone = number();
    const setup = await begin(email, { device: { type: 'Laptop', name: 'Kitchen' }, locale: 'en' });
    expect(setup.created).toMatchObject({ state: 'verifyingEmail', child: { workflow: 'email-verification' }, result: null });
    expect((await client.messages(email))[0].text).toContain('Kitchen');
    expect(await childState(setup.created.child)).toBe('codeActive.cooldown');
    expect((await login(email)).status).toBe(401);

    const verified = await verifyEmail(setup, email);
    expect([verified.status, verified.body.state]).toEqual([200, 'verified']);
    const second = await setup.read();
    expect(second).toMatchObject({ state: 'verifyingPhone', child: { workflow: 'phone-verification' } });
    expect(second.events.map(({ type }: Json) => type)).toEqual(['continue-without-phone', 'cancel']);
    expect((await login(email)).status).toBe(401);

    expect((await toChild(second.child, 'provide-number', { phone, channel: 'sms' })).body.state).toBe('codeActive.cooldown');
    await toChild(second.child, 'submit-code', { code: await client.codeFor(phone) });
    expect(await setup.read()).toMatchObject({ state: 'linking', child: null });
    const done = await setup.send('skip-link');
    expect(done.body).toMatchObject({ status: 'done', outcome: 'complete', child: null, events: [] });
    const { sub, ...claims } = JSON.parse(Buffer.from(done.body.result.token.split('.')[1], 'base64url').toString());
    expect(claims).toMatchObject({ email, email_verified: true, phone_number: phone, phone_number_verified: true });

    const loggedIn = await login(email);
    expect([loggedIn.status, loggedIn.body.data.channel]).toEqual([201, 'sms']);
    const code = await client.codeFor(phone);
    const { accessToken } = (
      await client.post(`/v1/login-verifications/${loggedIn.body.id}/submit-code`, { code }, { token: loggedIn.body.sessionToken })
    ).body;
    expect((await client.get('/v1/me', accessToken)).body.id).toBe(sub);
    expect((await setup.history()).map(({ event }) => event)).toEqual([
      'start',
      'verifyEmail.done',
      'verifyPhone.done',
      'skip-link',
      'createAccount.done',
    ]);
  });

  test('uses the verified address, not the one that it began with', async () => {
    const [mistyped, right] = [address(), address()];
    const setup = await begin(mistyped);
    await toChild(setup.created.child, 'change-email', { email: right });
    await verifyEmail(setup, right);
    await setup.send('continue-without-phone');
    expect((await setup.send('skip-link')).body.outcome).toBe('complete');
    expect([(await login(mistyped)).status, (await login(right)).status]).toEqual([401, 201]);
  });

  test('without a number sends codes by email, and cancels the skipped verification', async () => {
    const email = address();
    const setup = await begin(email);
    await verifyEmail(setup, email);
    const { child } = await setup.read();
    const linking = await setup.send('continue-without-phone');
    expect(linking.body).toMatchObject({ state: 'linking', child: null });
    expect(await childState(child)).toBe('cancelled');
    await setup.send('skip-link');
    expect((await login(email)).body.data).toMatchObject({ channel: 'email', phone: null });
  });

  test('that is cancelled cancels its child, and leaves the address free', async () => {
    const email = address();
    const setup = await begin(email);
    const cancelled = await setup.send('cancel');
    expect(cancelled.body).toMatchObject({ outcome: 'cancelled', child: null });
    expect(await childState(setup.created.child)).toBe('cancelled');
    const again = await begin(email);
    expect((await verifyEmail(again, email)).body.state).toBe('verified');
  });

  test('is cancelled with its child', async () => {
    const setup = await begin(address());
    expect((await toChild(setup.created.child, 'cancel')).body.state).toBe('cancelled');
    expect(await setup.read()).toMatchObject({ outcome: 'cancelled', child: null });
  });

  test('that is not finished ends after 24 hours, with its child, and its address is free', async () => {
    const email = address();
    const setup = await begin(email);
    await verifyEmail(setup, email);
    const { child, endsAt } = await setup.read();
    expect(endsAt).toBe(new Date(Date.parse(setup.created.createdAt) + 24 * hour).toISOString());
    await client.clock({ advance: 'PT24H' });
    expect(await setup.read()).toMatchObject({ outcome: 'abandoned', child: null });
    expect(['cancelled', 'abandoned']).toContain(await childState(child));
    expect((await login(email)).status).toBe(401);
    const again = await begin(email);
    await verifyEmail(again, email);
    await again.send('continue-without-phone');
    expect((await again.send('skip-link')).body.outcome).toBe('complete');
  });

  test('continues on another device with its token', async () => {
    const email = address();
    const setup = await begin(email);
    const resumed = setup.through(client);
    await verifyEmail(resumed, email);
    expect((await resumed.send('continue-without-phone')).body.state).toBe('linking');
  });

  test.each(['password', '12345678', 'short', 'person@example.com'])('refuses the password %s', async (weak) => {
    const answer = await client.post('/v1/account-setups', { email: 'person@example.com', password: weak });
    expect([answer.status, answer.body.code]).toEqual([422, 'weak-password']);
    expect(await client.messages('person@example.com')).toEqual([]);
  });

  test('with a repeated key is one set-up', async () => {
    const email = address();
    const headers = { 'idempotency-key': `a-key-of-a-set-up-${email}` };
    const [first, second] = [
      await client.start('account-setups', { email, password }, headers),
      await client.start('account-setups', { email, password }, headers),
    ];
    expect([second.id, second.created.child.id]).toEqual([first.id, first.created.child.id]);
    expect(await client.messages(email)).toHaveLength(1);
  });

  test('counts its codes like those of a verification, and is refused before anything is stored', async () => {
    const email = address();
    for (let count = 0; count < 10; count += 1) await begin(email);
    const refused = await client.post('/v1/account-setups', { email, password });
    expect([refused.status, refused.body.code]).toEqual([429, 'rate-limited']);
    expect((await client.post('/v1/email-verifications', { email })).status).toBe(429);
    await client.clock({ advance: 'PT10M' });
  });

  test('at the address of an account looks the same, tells the owner, and never completes', async () => {
    const [taken, free] = [address(), address()];
    await client.post('/sandbox/accounts', { email: taken, password });
    const [decoy, real] = [await begin(taken), await begin(free)];
    const shape = ({
      id: _,
      sessionToken: __,
      reference: ___,
      createdAt: ____,
      updatedAt: _____,
      endsAt: ______,
      data,
      child,
      events,
      ...rest
    }: Json) => ({
      ...rest,
      data: { ...data, email: null },
      child: Object.keys(child),
      events: events.map(({ type }: Json) => type),
    });
    expect(shape(decoy.created)).toEqual(shape(real.created));
    const childOf = async ({ created: { child } }: TestSession) => {
      const { body } = await client.get(child.href, child.sessionToken);
      const history = (await client.get(`${child.href}/history`, child.sessionToken)).body.history;
      return [body.state, body.revision, body.data.sendsLeft, history.map(({ event, to }: Json) => [event, to])];
    };
    expect(await childOf(decoy)).toEqual(await childOf(real));
    const wrong = async ({ created: { child } }: TestSession) => verdict(await toChild(child, 'submit-code', { code: '000000' }));
    expect(await wrong(decoy)).toEqual(await wrong(real));
    await client.clock({ advance: 'PT90S' });
    const resend = async ({ created: { child } }: TestSession) => (await toChild(child, 'resend-code')).body.state;
    expect([await resend(decoy), await resend(real)]).toEqual(['codeActive.cooldown', 'codeActive.cooldown']);
    const told = await client.messages(taken);
    expect(told.map(({ code, notice }) => [code, notice])).toEqual([
      [null, 'account-exists'],
      [null, 'account-exists'],
    ]);
    expect(told[0].subject).toContain('already');
  });

  test('whose address is changed to that of an account becomes a decoy, and back', async () => {
    const [taken, free] = [address(), address()];
    await client.post('/sandbox/accounts', { email: taken, password });
    const setup = await begin(free);
    const { child } = setup.created;
    await toChild(child, 'change-email', { email: taken });
    expect(await client.codes(taken)).toEqual([]);
    await toChild(child, 'change-email', { email: `x-${free}` });
    expect((await toChild(child, 'submit-code', { code: await client.codeFor(`x-${free}`) })).body.state).toBe('verified');
  });

  test('that loses a race becomes a decoy too: one address, one account', async () => {
    const email = address();
    const setups = [await begin(email), await begin(email)] as const;
    const codes = await Promise.all(
      setups.map(async ({ created: { child } }) => (await client.codes(email)).find(({ sessionId }) => sessionId === child.id)?.code),
    );
    for (const [index, setup] of setups.entries()) {
      await toChild(setup.created.child, 'submit-code', { code: codes[index] });
      await setup.send('continue-without-phone');
    }
    const ends = await Promise.all(setups.map((setup) => setup.send('skip-link')));
    expect(ends.map(({ body }) => body.state).sort()).toEqual(['complete', 'verifyingEmail']);
    expect((await client.messages(email)).map(({ notice }) => notice)).toContain('account-exists');
    await client.clock({ advance: 'PT24H' });
    const outcomes = await Promise.all(setups.map(async (setup) => (await setup.read()).outcome));
    expect(outcomes.sort()).toEqual(['abandoned', 'complete']);
    expect((await login(email)).status).toBe(201);
  });

  test('at the address of an account can fail its delivery like any other', async () => {
    const [taken, free] = [address(), address()];
    await client.post('/sandbox/accounts', { email: taken, password });
    await client.nextDelivery('fail', 2);
    for (const email of [taken, free]) {
      const { child } = (await begin(email)).created;
      expect(await childState(child)).toBe('codeActive.deliveryFailed');
    }
  });

  test('that skips the telephone creates an account without one, even if a number was verified before it lost a race', async () => {
    const [email, other] = [address(), address()];
    const phone = number();
    const setup = await begin(email);
    await verifyEmail(setup, email);
    await toChild((await setup.read()).child, 'provide-number', { phone, channel: 'sms' });
    await toChild((await setup.read()).child, 'submit-code', { code: await client.codeFor(phone) });
    await client.post('/sandbox/accounts', { email, password });
    const again = (await setup.send('skip-link')).body;
    expect(again.state).toBe('verifyingEmail');
    await toChild(again.child, 'change-email', { email: other });
    await toChild(again.child, 'submit-code', { code: await client.codeFor(other) });
    await setup.send('continue-without-phone');
    const done = (await setup.send('skip-link')).body;
    expect([done.outcome, done.data.phone]).toEqual(['complete', null]);
    expect((await login(other)).body.data).toMatchObject({ phone: null, channel: 'email' });
  });
});

function verdict({ status, body }: Answer): unknown[] {
  return [status, body.code, body.attemptsLeft];
}
