/** Authenticator apps and backup codes in registrations and logins: each code once, in two processes, and every wrong one counted. */
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FactorOwner } from '../support/factor-owner.ts';
import { type Client, otherThan } from '../support/service.ts';
import { startTwo, type TwoServices } from '../support/two-services.ts';

const period = 30_000;

let services: TwoServices;
let client: Client;
let other: Client;
beforeAll(async () => {
  services = await startTwo();
  ({ client, other } = services);
});
afterAll(() => services?.remove());

/** Moves the clock into the next step of every app, so that a fresh code can be used. */
const nextStep = () => client.clock({ advance: 'PT30S' });
const wrongBackupCode = '00000-00000';

describe('an authenticator app', () => {
  test('is confirmed by its code, shown until then to the holder alone, and told to the owner', async () => {
    const jane = await FactorOwner.make(client);
    const session = await jane.confirmed('authenticator-registrations');
    const { enrolment } = (await session.read()).data;
    expect(enrolment).toMatchObject({ secret: expect.stringMatching(/^[A-Z2-7]{32}$/), digits: 6, periodSeconds: 30 });
    expect(enrolment.qrCode).toMatch(/^data:image\/svg\+xml,/);
    expect(new URL(enrolment.address).searchParams.get('secret')).toBe(enrolment.secret);
    expect((await session.send('enrol-factor', { code: '000000' })).body.code).toBe('wrong-factor');
    const app = await jane.appOf(session);
    const done = (await session.send('enrol-factor', { code: app.codeAt(await jane.now()) })).body;
    expect([done.outcome, done.data.enrolment]).toEqual(['enrolled', null]);
    expect(await jane.notices('factor-added')).toHaveLength(1);
    expect(JSON.stringify(await session.read())).not.toContain(enrolment.secret);
  });

  test('logs in with password and code, as two factors', async () => {
    const jane = await FactorOwner.make(client);
    const app = await jane.addApp();
    const { body } = await jane.loginWith('authenticator-app', app.codeAt(await nextStep()));
    expect(body.outcome).toBe('authenticated');
    expect(decodeJwt(body.accessToken)['amr']).toEqual(['pwd', 'otp', 'mfa']);
    const factors = (await client.get('/v1/me/factors', body.accessToken)).body;
    expect(factors.factors).toEqual([{ name: 'authenticator-app', phishingResistant: false }]);
  });

  test('gives a code for one login alone, of many at once in two processes', async () => {
    const jane = await FactorOwner.make(client);
    const app = await jane.addApp();
    const logins = await Promise.all(Array.from({ length: 6 }, () => jane.login('authenticator-app')));
    const code = app.codeAt(await nextStep());
    const answers = await Promise.all(
      logins.map((login, index) => (index % 2 === 0 ? login : login.through(other)).send('prove-factor', { code })),
    );
    expect(answers.filter(({ body }) => body.outcome === 'authenticated')).toHaveLength(1);
    expect(answers.filter(({ body }) => body.code === 'wrong-factor')).toHaveLength(5);
  });

  test('gives a repeated request the same answer, in the other process too', async () => {
    const jane = await FactorOwner.make(client);
    const app = await jane.addApp();
    const login = await jane.login('authenticator-app');
    const body = { code: app.codeAt(await nextStep()) };
    const headers = { 'idempotency-key': `repeated-${login.id}` };
    const answers = await Promise.all(
      [login, login.through(other), login, login.through(other)].map((each) => each.send('prove-factor', body, headers)),
    );
    expect(answers.map((answer) => answer.body.outcome)).toEqual(answers.map(() => 'authenticated'));
  });

  test.each([
    [-2, 'refused'],
    [-1, 'accepted'],
    [0, 'accepted'],
    [1, 'accepted'],
    [2, 'refused'],
  ])('with a clock that is %d steps away is %s', async (steps, answered) => {
    const jane = await FactorOwner.make(client);
    const app = await jane.addApp();
    await client.clock({ advance: 'PT5M' });
    const at = await client.freeze();
    const { body } = await jane.loginWith('authenticator-app', app.codeAt(at + steps * period));
    expect(body.code ?? body.outcome).toBe(answered === 'accepted' ? 'authenticated' : 'wrong-factor');
  });

  test('of another account is wrong', async () => {
    const [jane, paul] = [await FactorOwner.make(client), await FactorOwner.make(client)];
    const [app] = [await jane.addApp(), await paul.addApp()];
    expect((await paul.loginWith('authenticator-app', app.codeAt(await nextStep()))).body.code).toBe('wrong-factor');
  });

  test('that was replaced during a login is refused, and so is its code afterwards', async () => {
    const jane = await FactorOwner.make(client);
    const former = await jane.addApp();
    const login = await jane.login('authenticator-app');
    const newer = await jane.addApp();
    const at = await nextStep();
    const refused = await login.send('prove-factor', { code: former.codeAt(at) });
    expect([refused.status, refused.body.code]).toEqual([409, 'factor-changed']);
    expect((await login.send('prove-factor', { code: former.codeAt(at) })).body.code).toBe('wrong-factor');
    expect((await login.send('prove-factor', { code: newer.codeAt(at) })).body.outcome).toBe('authenticated');
  });

  test('that was removed during a login proves nothing', async () => {
    const jane = await FactorOwner.make(client);
    const app = await jane.addApp();
    const login = await jane.login('authenticator-app');
    const token = await jane.token();
    expect((await client.call('DELETE', '/v1/me/authenticator-app', { token })).status).toBe(204);
    const { body } = await login.send('prove-factor', { code: app.codeAt(await nextStep()) });
    expect(body).toMatchObject({ code: 'factor-changed', session: { data: { factors: [] } } });
  });
});

describe('backup codes', () => {
  test('are ten, are confirmed by one of them, and are shown until then', async () => {
    const jane = await FactorOwner.make(client);
    const session = await jane.confirmed('backup-code-replacements');
    const { codes } = (await session.read()).data.enrolment;
    expect(codes).toHaveLength(10);
    expect((await session.send('enrol-factor', { code: wrongBackupCode })).body.code).toBe('wrong-factor');
    expect((await session.send('enrol-factor', { code: codes[9].toLowerCase() })).body).toMatchObject({
      outcome: 'enrolled',
      data: { enrolment: null },
    });
    expect(await jane.notices('factor-added')).toHaveLength(1);
    expect((await jane.loginWith('backup-code', codes[9])).body.outcome).toBe('authenticated');
  });

  test('log in once each; the owner is told of each use, and warned at the last two', async () => {
    const jane = await FactorOwner.make(client);
    const codes = await jane.addCodes();
    for (const [used, code] of codes.entries()) {
      // Notices of one kind are at most five an hour.
      if (used % 3 === 0) await client.clock({ advance: 'PT2H' });
      const { body } = await jane.loginWith('backup-code', code);
      expect([used, body.outcome, decodeJwt(body.accessToken)['amr']]).toEqual([used, 'authenticated', ['pwd', 'otp', 'mfa']]);
    }
    expect([(await jane.notices('factor-used')).length, (await jane.notices('factor-running-out')).length]).toEqual([7, 3]);
    const left = (await jane.notices('factor-running-out')).map(({ text }) => /Codes left: (\d+)/.exec(text)?.[1]);
    expect(left).toEqual(['0', '1', '2']);
  });

  test('give an eleventh login the code by telephone, because no code is left', async () => {
    const jane = await FactorOwner.make(client);
    const codes = await jane.addCodes();
    for (const code of codes) expect((await jane.loginWith('backup-code', code)).body.outcome).toBe('authenticated');
    const login = await jane.login('backup-code');
    expect(login.created).toMatchObject({ state: expect.stringMatching(/^codeActive/), data: { factors: [] } });
  });

  test('are used once by many logins at once in two processes', async () => {
    const jane = await FactorOwner.make(client);
    const [code] = await jane.addCodes();
    const logins = await Promise.all(Array.from({ length: 6 }, () => jane.login('backup-code')));
    const answers = await Promise.all(
      logins.map((login, index) => (index % 2 === 0 ? login : login.through(other)).send('prove-factor', { code })),
    );
    expect(answers.filter(({ body }) => body.outcome === 'authenticated')).toHaveLength(1);
    expect(await jane.notices('factor-used')).toHaveLength(1);
  });

  test('give a repeated request with the last code the same answer', async () => {
    const jane = await FactorOwner.make(client);
    const codes = await jane.addCodes();
    for (const code of codes.slice(1)) expect((await jane.loginWith('backup-code', code)).body.outcome).toBe('authenticated');
    const login = await jane.login('backup-code');
    const headers = { 'idempotency-key': `last-code-${login.id}` };
    const answers = await Promise.all(
      [login, login.through(other), login, login.through(other)].map((each) => each.send('prove-factor', { code: codes[0] }, headers)),
    );
    expect(answers.map(({ body }) => body.outcome)).toEqual(answers.map(() => 'authenticated'));
  });

  test('that were replaced during a login are refused', async () => {
    const jane = await FactorOwner.make(client);
    const [former] = await jane.addCodes();
    const login = await jane.login('backup-code');
    const [newer] = await jane.addCodes();
    expect((await login.send('prove-factor', { code: former })).body.code).toBe('factor-changed');
    expect((await login.send('prove-factor', { code: former })).body.code).toBe('wrong-factor');
    expect((await login.send('prove-factor', { code: newer })).body.outcome).toBe('authenticated');
  });
});

describe('wrong codes of an account', () => {
  test('add up over sessions, factors, channels and processes, and block them all', async () => {
    const jane = await FactorOwner.make(client);
    const app = await jane.addApp();
    const codes = await jane.addCodes();
    const at = await nextStep();
    const first = await jane.login('authenticator-app');
    for (let n = 0; n < 4; n += 1) expect((await first.send('prove-factor', { code: app.wrongCodeAt(at) })).body.code).toBe('wrong-factor');
    const second = (await jane.login('backup-code')).through(other);
    for (const code of [wrongBackupCode, 'nonsense', '123456'])
      expect((await second.send('prove-factor', { code })).body.code).toBe('wrong-factor');
    const third = await jane.login('code');
    const wrong = otherThan(await client.codeFor(jane.holder.phone ?? ''));
    for (let n = 0; n < 3; n += 1) expect((await third.submit(wrong)).body.code).toBe('wrong-code');
    // Ten wrong codes: now no right one is compared, whichever way it takes.
    const right = await client.codeFor(jane.holder.phone ?? '');
    for (const answer of [
      await first.send('prove-factor', { code: app.codeAt(at) }),
      await second.send('prove-factor', { code: codes[0] }),
      await third.submit(right),
      await jane.loginWith('authenticator-app', app.codeAt(at)),
    ])
      expect([answer.status, answer.body.code, answer.body.limit]).toEqual([429, 'too-many-attempts', 'account-blocked']);
    // A refused guess uses nothing up.
    await client.clock({ advance: 'PT16M' });
    expect((await jane.loginWith('backup-code', codes[0] ?? '')).body.outcome).toBe('authenticated');
  });

  test('count in a registration and a change too', async () => {
    const jane = await FactorOwner.make(client);
    await jane.addCodes();
    const { token } = await jane.holder.loginOnDevice();
    const prove = async (collection: string, body: object) => {
      const begun = (await client.post(`/v1/${collection}`, body, { token })).body;
      expect(begun.data.factor).toBe('backup-code');
      for (let n = 0; n < 5; n += 1)
        await client.post(`/v1/${collection}/${begun.id}/prove-factor`, { code: wrongBackupCode }, { token: begun.sessionToken });
    };
    await prove('authenticator-registrations', {});
    await prove('account-changes', { change: { kind: 'password', password: 'another evening in Lisbon' } });
    const refused = (await jane.loginWith('backup-code', wrongBackupCode)).body;
    expect([refused.code, refused.limit]).toEqual(['too-many-attempts', 'account-blocked']);
  });
});
