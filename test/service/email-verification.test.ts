/** An email verification over HTTP: every part of the contract that concerns it, on both databases. */
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Client, databaseKinds, otherThan, startTestService, type TestService } from '../support/service.ts';

const minute = 60_000;
let addresses = 0;
const freshAddress = () => `jane${++addresses}@example.com`;
const iso = (ms: number) => new Date(ms).toISOString();

describe.each(databaseKinds)('email verification on %s', (kind) => {
  let service: TestService;
  let client: Client;
  let now: number;
  beforeAll(async () => {
    service = await startTestService(kind);
    client = service.client;
    now = await client.freeze();
  });
  afterAll(() => service.remove());

  const later = async (ms: number) => {
    now = await client.at(now + ms);
  };

  test('a start answers the representation, the token and the address of the session', async () => {
    const answer = await client.post('/v1/email-verifications', {
      email: 'jane@example.com',
      device: { type: 'Phone', name: 'Mine' },
      locale: 'en',
    });
    expect(answer.status).toBe(201);
    const { id } = answer.body;
    const href = `/v1/email-verifications/${id}`;
    expect(answer.headers.get('location')).toBe(href);
    expect(answer.body).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      workflow: 'email-verification',
      version: 3,
      revision: 2,
      status: 'active',
      state: 'codeActive.cooldown',
      outcome: null,
      data: { email: 'j***@example.com', channel: 'email', codeLength: 6, attemptsLeft: 5, sendsLeft: 4, deliveryFailure: null },
      expiresAt: iso(now + 40 * minute),
      canResendAt: iso(now + 90_000),
      events: ['submit-code', 'cancel', 'change-email'].map((type) => ({ type, method: 'POST', href: `${href}/${type}` })),
      result: null,
      reference: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/),
      createdAt: iso(now),
      updatedAt: iso(now),
      sessionToken: expect.stringMatching(/^[\w-]{43}$/),
    });
    const read = await client.get(href, answer.body.sessionToken);
    const { sessionToken, ...representation } = answer.body;
    expect([read.status, read.body]).toEqual([200, representation]);
  });

  test('the message names the device, the code and its expiry', async () => {
    const email = freshAddress();
    await client.verify(email, { device: { type: 'Tablet', name: 'Kitchen' } });
    const [message, ...others] = await client.messages(email.toUpperCase());
    expect(others).toEqual([]);
    expect(message).toMatchObject({ channel: 'email', to: email, code: expect.stringMatching(/^\d{6}$/), sentAt: iso(now) });
    for (const text of [message.text, message.html]) for (const part of ['Tablet', 'Kitchen', message.code]) expect(text).toContain(part);
  });

  test('the correct code verifies, and the signed result matches the published keys', async () => {
    const email = freshAddress();
    const session = await client.verify(email);
    const answer = await session.submit(await client.codeFor(email));
    expect(answer.body).toMatchObject({
      status: 'done',
      state: 'verified',
      outcome: 'verified',
      events: [],
      expiresAt: null,
      canResendAt: null,
    });
    const keys = createRemoteJWKSet(new URL(`${client.url}/.well-known/jwks.json`));
    const { payload, protectedHeader } = await jwtVerify(answer.body.result.token, keys, {
      issuer: service.publicUrl,
      audience: service.publicUrl,
      currentDate: new Date(now),
    });
    expect(protectedHeader.alg).toBe('EdDSA');
    expect(payload).toMatchObject({
      email,
      email_verified: true,
      workflow: 'email-verification',
      iat: Math.floor(now / 1000),
      sub: session.id,
      jti: session.id,
    });
    await later(minute);
    expect((await session.read()).result).toEqual(answer.body.result);
    await later(15 * minute);
    expect((await session.read()).result).toBeNull();
  });

  test('wrong codes are counted down, the fifth locks, and the correct code is then refused', async () => {
    const email = freshAddress();
    const session = await client.verify(email);
    const code = await client.codeFor(email);
    for (const attemptsLeft of [4, 3, 2, 1, 0]) {
      const answer = await session.submit(otherThan(code));
      expect([answer.status, answer.body.code, answer.body.attemptsLeft]).toEqual([422, 'wrong-code', attemptsLeft]);
      expect(answer.body.session.data.attemptsLeft).toBe(attemptsLeft);
    }
    const locked = await session.submit(code);
    expect([locked.status, locked.body.code, locked.headers.get('retry-after')]).toEqual([429, 'too-many-attempts', String(40 * 60)]);
    expect(locked.body.session).toMatchObject({ state: 'codeActive.locked', events: [{ type: 'cancel' }, { type: 'change-email' }] });
    expect((await session.send('resend-code')).body.code).toBe('too-many-attempts');
  });

  test('a resend waits 90 seconds to the millisecond, and carries the same code', async () => {
    const email = freshAddress();
    const session = await client.verify(email);
    const begun = now;
    await later(89_999);
    const early = await session.send('resend-code');
    expect([early.status, early.body.code, early.headers.get('retry-after')]).toEqual([429, 'resend-too-soon', '1']);
    await later(1);
    const resent = await session.send('resend-code');
    expect(resent.body).toMatchObject({
      state: 'codeActive.cooldown',
      expiresAt: iso(begun + 40 * minute),
      canResendAt: iso(begun + 180_000),
      data: { sendsLeft: 3 },
    });
    const codes = (await client.messages(email)).map((message) => message.code);
    expect(codes).toHaveLength(2);
    expect(new Set(codes).size).toBe(1);
  });

  test('a code is accepted at 39:59.999', async () => {
    const email = freshAddress();
    const session = await client.verify(email);
    await later(40 * minute - 1);
    expect((await session.submit(await client.codeFor(email))).body.outcome).toBe('verified');
  });

  test('a code has expired at 40:00.000; the new one differs', async () => {
    const email = freshAddress();
    const session = await client.verify(email);
    const first = await client.codeFor(email);
    const valid = await session.send('request-new-code');
    expect([valid.status, valid.body.code, valid.headers.get('retry-after')]).toEqual([409, 'code-still-valid', String(40 * 60)]);
    await later(40 * minute);
    const late = await session.submit(first);
    expect([late.status, late.body.code, late.body.session.state]).toEqual([410, 'code-expired', 'expired']);
    expect((await session.send('resend-code')).body.code).toBe('code-expired');
    const renewed = await session.send('request-new-code');
    expect(renewed.body).toMatchObject({
      state: 'codeActive.cooldown',
      expiresAt: iso(now + 40 * minute),
      data: { attemptsLeft: 5, sendsLeft: 4 },
    });
    const second = await client.codeFor(email);
    expect(second).not.toBe(first);
    expect((await session.submit(first)).body.code).toBe('wrong-code');
    expect((await session.submit(second)).body.outcome).toBe('verified');
  });

  test('a code is sent at most five times', async () => {
    const session = await client.verify(freshAddress());
    for (let sends = 1; sends < 5; sends += 1) {
      await later(90_000);
      expect((await session.send('resend-code')).status).toBe(200);
    }
    await later(90_000);
    const refused = await session.send('resend-code');
    expect([refused.status, refused.body.code, refused.headers.get('retry-after')]).toEqual([429, 'send-limit', String(40 * 60 - 5 * 90)]);
  });

  test('a change of address invalidates the old code and starts a new window', async () => {
    const [oldAddress, newAddress] = [freshAddress(), freshAddress()];
    const session = await client.verify(oldAddress);
    const oldCode = await client.codeFor(oldAddress);
    await later(minute);
    const changed = await session.send('change-email', { email: newAddress });
    expect(changed.body).toMatchObject({
      state: 'codeActive.cooldown',
      expiresAt: iso(now + 40 * minute),
      data: { attemptsLeft: 5, sendsLeft: 4 },
    });
    const newCode = await client.codeFor(newAddress);
    if (newCode !== oldCode) expect((await session.submit(oldCode)).body.code).toBe('wrong-code');
    expect((await session.submit(newCode)).body.outcome).toBe('verified');
  });

  test('the same address in another spelling is no change, and the fifth code is the last', async () => {
    const email = freshAddress();
    const session = await client.verify(email);
    const same = await session.send('change-email', { email: email.toUpperCase() });
    expect([same.status, same.body.code]).toEqual([422, 'same-destination']);
    for (let codes = 1; codes < 5; codes += 1) expect((await session.send('change-email', { email: freshAddress() })).status).toBe(200);
    const refused = await session.send('change-email', { email: freshAddress() });
    expect([refused.status, refused.body.code, refused.headers.get('retry-after')]).toEqual([429, 'code-limit', String(24 * 3600)]);
  });

  test('a cancelled session accepts no event, and names those that it would accept', async () => {
    const email = freshAddress();
    const session = await client.verify(email);
    expect((await session.send('cancel')).body).toMatchObject({ status: 'done', outcome: 'cancelled', result: null });
    const refused = await session.submit(await client.codeFor(email));
    expect([refused.status, refused.body.code, refused.body.state, refused.body.accepted]).toEqual([
      409,
      'event-not-accepted',
      'cancelled',
      [],
    ]);
  });

  test('an unfinished session is abandoned after a day, whatever times the clock skipped', async () => {
    const session = await client.verify(freshAddress());
    const begun = now;
    await later(30 * 60 * minute);
    expect(await session.read()).toMatchObject({ status: 'done', outcome: 'abandoned', updatedAt: iso(begun + 24 * 60 * minute) });
    expect((await session.history()).map(({ at, event, to }) => ({ at, event, to }))).toEqual([
      { at: iso(begun), event: 'start', to: 'codeActive.delivering' },
      { at: iso(begun), event: 'deliverCode.done', to: 'codeActive.cooldown' },
      { at: iso(begun + 90_000), event: 'after.resendCooldown', to: 'codeActive.resendable' },
      { at: iso(begun + 40 * minute), event: 'after.codeLifetime', to: 'expired' },
      { at: iso(begun + 24 * 60 * minute), event: 'after.sessionLifetime', to: 'abandoned' },
    ]);
  });

  test('a failed delivery shows at once, and the code can be sent again at once', async () => {
    await client.nextDelivery('fail');
    const email = freshAddress();
    const session = await client.verify(email);
    expect(session.created).toMatchObject({ state: 'codeActive.deliveryFailed', canResendAt: null });
    expect(await client.messages(email)).toEqual([]);
    expect((await session.send('resend-code')).body.state).toBe('codeActive.cooldown');
    expect(await client.messages(email)).toHaveLength(1);
  });

  test('a code can be entered while its message is still being sent; the retry sends no second message', async () => {
    await client.nextDelivery('delay', 2);
    const [first, second] = [freshAddress(), freshAddress()];
    const [entered, waited] = [await client.verify(first), await client.verify(second)];
    expect([entered.created.state, waited.created.state]).toEqual(['codeActive.delivering', 'codeActive.delivering']);
    const early = await entered.send('resend-code');
    expect([early.body.code, Number(early.headers.get('retry-after')) >= 100]).toEqual(['resend-too-soon', true]);
    expect((await entered.submit(await client.codeFor(first))).body.outcome).toBe('verified');
    const begun = now;
    await later(60_000);
    expect(await waited.read()).toMatchObject({ state: 'codeActive.cooldown', canResendAt: iso(begun + 10_000 + 90_000) });
    expect(await client.messages(second)).toHaveLength(1);
  });

  test('the history shows the events, without code or address', async () => {
    const email = freshAddress();
    const session = await client.verify(email);
    const code = await client.codeFor(email);
    await session.submit(otherThan(code));
    await session.submit(code);
    const history = await session.history();
    expect(history.slice(2)).toEqual([
      { at: iso(now), event: 'submit-code', from: 'codeActive.cooldown', to: 'codeActive.cooldown', refusal: 'wrong-code' },
      { at: iso(now), event: 'submit-code', from: 'codeActive.cooldown', to: 'verified', refusal: null },
    ]);
    const text = JSON.stringify(history);
    for (const secret of [email, code, otherThan(code), session.token]) expect(text).not.toContain(secret);
  });

  test('a client that does not wait gets the session as it was committed', async () => {
    const answer = await client.post('/v1/email-verifications', { email: freshAddress() }, { headers: { prefer: 'respond-async' } });
    expect([answer.status, answer.body.state, answer.headers.get('preference-applied')]).toEqual([
      201,
      'codeActive.delivering',
      'respond-async',
    ]);
  });
});
