/** A phone verification over HTTP, on both databases: the parts besides the code entry that all workflows share. */
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshNumber } from '../../src/testing/participants/numbers.ts';
import { type Answer, type Client, databaseKinds, otherThan, startTestService, type TestService, TestSession } from '../support/service.ts';

const minute = 60_000;
const collection = 'phone-verifications';
const iso = (ms: number) => new Date(ms).toISOString();

describe.each(databaseKinds)('phone verification on %s', (kind) => {
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
  const started = (body: unknown) => client.start(collection, body);
  const verdict = ({ status, body }: Answer) => [status, body.code];

  test('without a number it waits for one, and sends no code', async () => {
    const session = await started({});
    expect(session.created).toMatchObject({
      state: 'awaitingNumber',
      data: { phone: null, channel: null },
      expiresAt: null,
      events: [{ type: 'cancel' }, { type: 'provide-number' }],
    });
    expect(verdict(await session.submit('123456'))).toEqual([409, 'event-not-accepted']);
    const phone = freshNumber('mobile');
    const provided = await session.send('provide-number', { phone, channel: 'voice' });
    expect(provided.body).toMatchObject({
      state: 'codeActive.cooldown',
      data: { channel: 'voice' },
      expiresAt: iso(now + 40 * minute),
      canResendAt: iso(now + 90_000),
    });
    expect(await client.messages(phone)).toMatchObject([{ channel: 'voice', to: phone }]);
  });

  test('a number in the start gets its code by text message, in one commit', async () => {
    const phone = freshNumber('mobile');
    const session = await started({ phone, device: { name: 'Kitchen' } });
    expect(session.created).toMatchObject({ revision: 2, state: 'codeActive.cooldown', data: { channel: 'sms', sendsLeft: 4 } });
    expect(session.created.data.phone).toBe(`${phone.slice(0, 3)}${'*'.repeat(phone.length - 5)}${phone.slice(-2)}`);
    expect(await client.messages(phone)).toMatchObject([{ channel: 'sms', to: phone, subject: null, html: null }]);
    expect((await session.history()).map(({ event, to }) => [event, to])).toEqual([
      ['start', 'awaitingNumber'],
      ['provide-number', 'codeActive.delivering'],
      ['deliverCode.done', 'codeActive.cooldown'],
    ]);
  });

  test('the correct code verifies the number, and the result contains it', async () => {
    const phone = freshNumber('mobile');
    const session = await started({ phone });
    const answer = await session.submit(await client.codeFor(phone));
    expect(answer.body).toMatchObject({ outcome: 'verified' });
    const keys = createRemoteJWKSet(new URL(`${client.url}/.well-known/jwks.json`));
    const { payload } = await jwtVerify(answer.body.result.token, keys, { issuer: service.publicUrl, currentDate: new Date(now) });
    expect(payload).toMatchObject({ phone_number: phone, phone_number_verified: true, workflow: 'phone-verification' });
  });

  test('a national number needs its country, and is the same number', async () => {
    const phone = freshNumber('mobile');
    const parts = { '+33': 'FR', '+34': 'ES', '+49': 'DE', '+31': 'NL', '+48': 'PL' } as const;
    const country = parts[phone.slice(0, 3) as keyof typeof parts];
    const national = `${country === 'ES' || country === 'PL' ? '' : '0'}${phone.slice(3)}`;
    expect(verdict(await client.post(`/v1/${collection}`, { phone: national }))).toEqual([422, 'invalid-phone']);
    const session = await started({ phone: national, country: country.toLowerCase() });
    expect(await client.messages(phone)).toHaveLength(1);
    await session.send('change-number');
    expect(verdict(await session.send('provide-number', { phone, channel: 'voice' }))).toEqual([422, 'same-destination']);
  });

  test.each([
    ['text', 'call me'],
    ['a short number', '112', 'DE'],
    ['a premium-rate number', '+33899123456'],
    ['a satellite number', '+881612345678'],
    ['a number that is too short', '+4930'],
    ['an extension', '+493012345678 x12'],
  ])('%s is refused, and starts no session', async (_, phone, country = undefined) => {
    const answer = await client.post(`/v1/${collection}`, { phone, ...(country === undefined ? {} : { country }) });
    expect([...verdict(answer), answer.body.errors[0].path, answer.body.session]).toEqual([422, 'invalid-phone', '/phone', undefined]);
    expect(JSON.stringify(answer.body)).not.toContain(phone);
    const session = await started({});
    const { body } = await session.send('provide-number', { phone, channel: 'sms' });
    expect([body.code, (await session.read()).revision]).toEqual(['invalid-phone', 1]);
  });

  test('a landline accepts no text message: the session waits for another number or channel', async () => {
    const phone = freshNumber('landline');
    const answer = await client.post(`/v1/${collection}`, { phone });
    expect(verdict(answer)).toEqual([422, 'landline-needs-voice']);
    expect(answer.body.session).toMatchObject({ state: 'awaitingNumber', data: { phone: null }, sessionToken: answer.body.sessionToken });
    expect(answer.headers.get('location')).toBe(`/v1/${collection}/${answer.body.session.id}`);
    expect(await client.messages(phone)).toEqual([]);
    const session = new TestSession(client, { ...answer, body: { ...answer.body.session } }, collection);
    expect((await session.send('provide-number', { phone, channel: 'voice' })).body.state).toBe('codeActive.cooldown');
    expect(await client.messages(phone)).toMatchObject([{ channel: 'voice' }]);
    await later(90_000);
    expect(verdict(await session.send('switch-channel', { channel: 'sms' }))).toEqual([422, 'landline-needs-voice']);
  });

  test('a refused start is answered with the same refusal when it is repeated', async () => {
    const headers = { 'idempotency-key': 'a-key-of-at-least-22-characters' };
    const body = { phone: freshNumber('landline') };
    const [first, again] = [
      await client.post(`/v1/${collection}`, body, { headers }),
      await client.post(`/v1/${collection}`, body, { headers }),
    ];
    expect([again.status, again.body]).toEqual([first.status, first.body]);
  });

  test('another channel carries the same code, and waits like a resend', async () => {
    const phone = freshNumber('mobile');
    const session = await started({ phone });
    const early = await session.send('switch-channel', { channel: 'voice' });
    expect([...verdict(early), early.headers.get('retry-after')]).toEqual([429, 'resend-too-soon', '90']);
    await later(90_000);
    const switched = await session.send('switch-channel', { channel: 'voice' });
    expect(switched.body).toMatchObject({ state: 'codeActive.cooldown', data: { channel: 'voice', sendsLeft: 3 } });
    const messages = await client.messages(phone);
    expect(messages.map(({ channel }) => channel)).toEqual(['voice', 'sms']);
    expect(new Set(messages.map(({ code }) => code)).size).toBe(1);
    await later(90_000);
    await session.send('resend-code');
    expect((await client.messages(phone))[0].channel).toBe('voice');
  });

  test('another number gets a new code, and the old one is invalid', async () => {
    const [old, phone] = [freshNumber('mobile'), freshNumber('mobile')];
    const session = await started({ phone: old });
    const oldCode = await client.codeFor(old);
    expect((await session.send('change-number')).body).toMatchObject({ state: 'awaitingNumber', expiresAt: null, data: { channel: null } });
    expect(verdict(await session.submit(oldCode))).toEqual([409, 'event-not-accepted']);
    await session.send('provide-number', { phone, channel: 'sms' });
    const code = await client.codeFor(phone);
    if (code !== oldCode) expect(verdict(await session.submit(oldCode))).toEqual([422, 'wrong-code']);
    expect((await session.submit(code)).body.outcome).toBe('verified');
  });

  test('the fifth code is the last: then the number cannot be changed', async () => {
    const session = await started({ phone: freshNumber('mobile') });
    for (let codes = 1; codes < 5; codes += 1) {
      await session.send('change-number');
      expect((await session.send('provide-number', { phone: freshNumber('mobile'), channel: 'sms' })).status).toBe(200);
    }
    expect(verdict(await session.send('change-number'))).toEqual([429, 'code-limit']);
    expect((await session.read()).state).toBe('codeActive.cooldown');
  });

  test('a report of a failed message shows at once with its reason, and lets the person choose another channel', async () => {
    const phone = freshNumber('mobile');
    const session = await started({ phone, channel: 'voice' });
    await client.report(session.id, 'no-answer');
    expect(await session.read()).toMatchObject({ state: 'codeActive.deliveryFailed', data: { deliveryFailure: 'no-answer' } });
    const switched = await session.send('switch-channel', { channel: 'sms' });
    expect(switched.body).toMatchObject({ state: 'codeActive.cooldown', data: { channel: 'sms', deliveryFailure: null } });
    expect((await session.submit(await client.codeFor(phone))).body.outcome).toBe('verified');
  });

  test('reports of an earlier send, late reports and repeated ones change nothing', async () => {
    const session = await started({ phone: freshNumber('mobile') });
    await later(90_000);
    const { revision } = (await session.send('resend-code')).body;
    await client.report(session.id, 'undelivered', { codeNumber: 1, sendNumber: 1 });
    await client.report(session.id, 'undelivered', { codeNumber: 2, sendNumber: 2 });
    expect(await session.read()).toMatchObject({ state: 'codeActive.cooldown', revision });
    await client.report(session.id, 'undelivered', { codeNumber: 1, sendNumber: 2 });
    const failed = await session.read();
    expect(failed.state).toBe('codeActive.deliveryFailed');
    await client.report(session.id, 'busy', { codeNumber: 1, sendNumber: 2 });
    expect(await session.read()).toMatchObject({ revision: failed.revision, data: { deliveryFailure: 'undelivered' } });
    await later(40 * minute);
    await client.report(session.id, 'busy', { codeNumber: 1, sendNumber: 2 });
    expect((await session.read()).state).toBe('expired');
  });

  test('the holder of the token cannot send a report', async () => {
    const session = await started({ phone: freshNumber('mobile') });
    expect(verdict(await session.send('delivery-reported', { failure: 'busy' }))).toEqual([404, 'not-found']);
  });

  test('rows and history contain neither number nor code', async () => {
    const phone = freshNumber('mobile');
    const session = await started({ phone });
    const code = await client.codeFor(phone);
    await session.submit(otherThan(code));
    const text = JSON.stringify(await session.history()) + JSON.stringify(await session.read());
    for (const secret of [phone, phone.slice(3), code]) expect(text).not.toContain(secret);
  });
});
