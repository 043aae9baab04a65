/** Limits across sessions, over HTTP: on one number, its range, its country and one client; and the traces of a refusal. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshNumber } from '../../src/testing/participants/numbers.ts';
import { testOnce } from '../support/describe-once.ts';
import { type LimitedService, limited } from '../support/limited-service.ts';
import { type Answer, type Client, databaseKinds, quickDatabase } from '../support/service.ts';

const minute = 60_000;
const collection = 'phone-verifications';

describe.each(databaseKinds)('on %s', (kind) => {
  let service: LimitedService;
  let client: Client;
  let now: number;
  beforeAll(async () => {
    service = await limited(kind, { codesPerCountryAndDay: 6 });
    ({ client, now } = service);
  });
  afterAll(() => service.remove());

  const later = async (ms: number) => {
    now = await client.at(now + ms);
  };
  const ask = (phone: string, more: Readonly<Record<string, unknown>> = {}) => client.post(`/v1/${collection}`, { phone, ...more });
  const verdict = ({ status, body, headers }: Answer) => [status, body.code, headers.get('retry-after')];

  test('the fourth code for a number within ten minutes is refused, over every route, and sends nothing', async () => {
    const phone = '+33612000001';
    for (let starts = 0; starts < 3; starts += 1) expect((await ask(phone)).status).toBe(201);
    const refused = await ask('06 12 00 00 01', { country: 'FR', channel: 'voice' });
    expect([...verdict(refused), refused.body.session]).toEqual([429, 'rate-limited', '600', undefined]);
    const waiting = await client.start(collection, {});
    const { revision } = await waiting.read();
    expect(verdict(await waiting.send('provide-number', { phone, channel: 'sms' }))).toEqual([429, 'rate-limited', '600']);
    expect(await waiting.read()).toMatchObject({ state: 'awaitingNumber', revision, data: { phone: null } });
    expect(await client.messages(phone)).toHaveLength(3);
    await later(10 * minute - 1);
    expect(verdict(await ask(phone))).toEqual([429, 'rate-limited', '1']);
    await later(1);
    expect((await waiting.send('provide-number', { phone, channel: 'sms' })).body.state).toBe('codeActive.cooldown');
  });

  test('the sends of a set-up’s children count for the client of the set-up, once', async () => {
    const setUps = await limited(kind, { codesPerClient: 3 }, { TRUSTED_PROXIES: '127.0.0.1' });
    const begin = (n: number, from: string) =>
      setUps.client.post(
        '/v1/account-setups',
        { email: `counted-${n}@example.com`, password: 'a quiet evening in Porto' },
        { headers: { 'x-forwarded-for': from } },
      );
    for (let n = 0; n < 3; n += 1) expect((await begin(n, '203.0.113.7')).status).toBe(201);
    expect(verdict(await begin(3, '203.0.113.7'))).toEqual([429, 'rate-limited', '600']);
    expect((await begin(3, '203.0.113.8')).body.child).toMatchObject({ workflow: 'email-verification' });
    await setUps.remove();
  });

  test('a set-up with a weak password counts like an accepted one; a malformed one counts nothing', async () => {
    const setUps = await limited(kind, { codesPerClient: 4 }, { TRUSTED_PROXIES: '127.0.0.1' });
    let people = 0;
    const begin = (body: Readonly<Record<string, unknown>>, from = '203.0.113.7', headers: Readonly<Record<string, string>> = {}) =>
      setUps.client.post(
        '/v1/account-setups',
        { email: `weak-${++people}@example.com`, ...body },
        { headers: { 'x-forwarded-for': from, ...headers } },
      );
    const strong = { password: 'a quiet evening in Porto' };
    for (const body of [{}, { password: 7 }, { password: 'Summer2026!', email: 'nobody' }])
      for (let n = 0; n < 5; n += 1) expect(verdict(await begin(body))).toEqual([400, 'invalid-request', null]);
    // Also under one key: each of them is judged.
    const key = { 'idempotency-key': 'one-key-for-all-of-these-set-ups' };
    for (const headers of [key, key, {}])
      expect(verdict(await begin({ password: 'Summer2026!' }, '203.0.113.7', headers))).toEqual([422, 'weak-password', null]);
    expect((await begin(strong)).status).toBe(201);
    expect(verdict(await begin({ password: 'Summer2026!' }))).toEqual([429, 'rate-limited', '600']);
    expect(verdict(await begin(strong))).toEqual([429, 'rate-limited', '600']);
    expect(verdict(await begin({ password: 'Summer2026!' }, '203.0.113.8'))).toEqual([422, 'weak-password', null]);
    await setUps.remove();
  });

  test('a refused number counts for its client like one that gets a code, at a start and in a session; a malformed one counts nothing', async () => {
    const few = await limited(kind, { codesPerClient: 4 }, { TRUSTED_PROXIES: '127.0.0.1' });
    const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });
    const begin = (number: object, address = '203.0.113.7') => few.client.post(`/v1/${collection}`, number, from(address));
    const [landline, invalid] = [
      { phone: '+33144567890', channel: 'sms' },
      { phone: '+33', channel: 'sms' },
    ];
    const codes: unknown[] = [];
    for (let n = 0; n < 6; n += 1) expect((await begin({ phone: 7 })).status).toBe(400);
    for (const body of [invalid, landline, invalid, landline, { phone: freshNumber('mobile') }]) codes.push((await begin(body)).body.code);
    expect(codes).toEqual(['invalid-phone', 'landline-needs-voice', 'invalid-phone', 'landline-needs-voice', 'rate-limited']);
    for (const body of [invalid, landline]) expect((await begin(body)).body).toMatchObject({ code: 'rate-limited', limit: 'client' });

    const { body } = await begin({}, '203.0.113.8');
    const provide = (number: object) =>
      few.client.post(`/v1/${collection}/${body.id}/provide-number`, number, { token: body.sessionToken, ...from('203.0.113.8') });
    const provided: unknown[] = [];
    for (const number of [invalid, landline, landline, invalid]) provided.push((await provide(number)).body.code);
    expect(provided).toEqual(['invalid-phone', 'landline-needs-voice', 'landline-needs-voice', 'rate-limited']);
    await few.remove();
  });

  test('a verification without a number counts for its client, like a refused request', async () => {
    const few = await limited(kind, { codesPerClient: 4, codesPerNetwork: 6 }, { TRUSTED_PROXIES: '127.0.0.1' });
    const begin = async (n: number) => {
      const { status, body } = await few.client.post(`/v1/${collection}`, {}, { headers: { 'x-forwarded-for': `203.0.113.${n}` } });
      return body.limit ?? status;
    };
    const answers: unknown[] = [];
    for (const n of [7, 7, 7, 7, 7, 8, 8, 8]) answers.push(await begin(n));
    expect(answers).toEqual([201, 201, 201, 201, 'client', 201, 201, 'network']);
    await few.client.at(few.now + 10 * minute);
    expect(await begin(7)).toBe(201);
    await few.remove();
  });

  test('a text to a landline counts for its client even if a session is to switch to it', async () => {
    const few = await limited(kind, { codesPerClient: 4 }, { TRUSTED_PROXIES: '127.0.0.1' });
    const headers = { 'x-forwarded-for': '203.0.113.7' };
    const { body } = await few.client.post(`/v1/${collection}`, { phone: freshNumber('landline'), channel: 'voice' }, { headers });
    await few.client.at(few.now + 2 * minute);
    const path = `/v1/${collection}/${body.id}/switch-channel`;
    const answers: unknown[] = [];
    for (let n = 0; n < 4; n += 1) {
      const { body: refused } = await few.client.post(path, { channel: 'sms' }, { token: body.sessionToken, headers });
      answers.push([refused.code, refused.limit]);
    }
    expect(answers).toEqual([...Array(3).fill(['landline-needs-voice', undefined]), ['rate-limited', 'client']]);
    await few.remove();
  });

  test('starts of any workflow are counted by client and network, including those that send nothing', async () => {
    const few = await limited(kind, { startsPerClient: 3, startsPerNetwork: 4 }, { TRUSTED_PROXIES: '127.0.0.1' });
    const from = (n: number) => ({ headers: { 'x-forwarded-for': `203.0.113.${n}` } });
    const email = `starting-${kind}@example.com`;
    const password = 'a quiet evening in Porto';
    const made = await few.client.post('/sandbox/accounts', { email, password, trustedDevice: true });
    const login = async (n: number) => {
      const answer = await few.client.post('/v1/login-verifications', { email, password, deviceToken: made.body.deviceToken }, from(n));
      return answer.body.limit ?? answer.body.state;
    };
    expect((await few.client.post('/v1/login-verifications', { email }, from(7))).status).toBe(400);
    const answers: unknown[] = [];
    for (const n of [7, 7, 7, 7, 8, 8]) answers.push(await login(n));
    expect(answers).toEqual(['authenticated', 'authenticated', 'authenticated', 'client', 'authenticated', 'network']);
    const refused = await few.client.post('/v1/phone-verifications', {}, from(7));
    expect(verdict(refused)).toEqual([429, 'rate-limited', '600']);
    await few.client.at(few.now + 10 * minute);
    expect(await login(7)).toBe('authenticated');
    await few.remove();
  });

  test('a resend is no new code; the next code is', async () => {
    const phone = '+34612000001';
    const session = await client.start(collection, { phone });
    for (let sends = 0; sends < 4; sends += 1) {
      await later(90_000);
      expect((await session.send('resend-code')).status).toBe(200);
    }
    await later(40 * minute);
    for (let starts = 0; starts < 3; starts += 1) await ask(phone);
    const { revision } = await session.read();
    expect(verdict(await session.send('request-new-code'))).toEqual([429, 'rate-limited', '600']);
    expect(await session.read()).toMatchObject({ state: 'expired', revision });
    await later(10 * minute);
    expect((await session.send('request-new-code')).body.state).toBe('codeActive.cooldown');
  });

  test('a country has a limit per day, which ends with the day', async () => {
    const answers: Answer[] = [];
    for (let count = 0; count < 7; count += 1) answers.push(await ask(`+3161200${count}000`));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201, 201, 429]);
    const untilMidnight = Math.ceil((86_400_000 - (now % 86_400_000)) / 1000);
    expect(verdict(answers[6] as Answer)).toEqual([429, 'rate-limited', String(untilMidnight)]);
    expect((await ask(freshNumber('landline').replace(/^.*$/, '+4930901820'), { channel: 'voice' })).status).toBe(201);
  });

  test('a hundred simultaneous starts for one number give three codes', async () => {
    const phone = '+4915112345678';
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask(phone)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
    expect(await client.messages(phone)).toHaveLength(3);
  });

  test('a repeated start with one idempotency key costs one', async () => {
    const phone = '+48601234567';
    const headers = { 'idempotency-key': 'one-key-for-all-of-these-starts' };
    const answers = await Promise.all(Array.from({ length: 10 }, () => client.post(`/v1/${collection}`, { phone }, { headers })));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    for (let starts = 0; starts < 2; starts += 1) expect((await ask(phone)).status).toBe(201);
    expect((await ask(phone)).status).toBe(429);
  });
});

testOnce('numbers that differ only in their last digits share a limit, and others do not', async () => {
  const { client, remove } = await limited(quickDatabase, { codesPerNumberRange: 2 });
  try {
    const ask = async (phone: string) => (await client.post(`/v1/${collection}`, { phone })).status;
    expect([await ask('+33612340001'), await ask('+33612340002'), await ask('+33612349999')]).toEqual([201, 201, 429]);
    expect(await ask('+33612350001')).toBe(201);
  } finally {
    await remove();
  }
});

testOnce('a client is limited by the address from a trusted proxy, whatever it claims itself; a client with a key is not', async () => {
  const { client, remove } = await limited(
    quickDatabase,
    { codesPerClient: 2 },
    { TRUSTED_PROXIES: '127.0.0.1', CLIENT_KEYS: 'app:a-key-of-the-app' },
  );
  try {
    const ask = async (forwardedFor: string, key: Readonly<Record<string, string>>) => {
      const headers = { 'x-forwarded-for': forwardedFor, ...key };
      const session = await client.post(`/v1/${collection}`, {}, { headers: { ...headers, 'x-client-key': 'a-key-of-the-app' } });
      const { id, sessionToken: token } = session.body;
      const body = { phone: freshNumber('mobile'), channel: 'sms' };
      return (await client.post(`/v1/${collection}/${id}/provide-number`, body, { token, headers })).status;
    };
    expect([await ask('203.0.113.1', {}), await ask('9.9.9.9, 203.0.113.1', {}), await ask('8.8.8.8, 203.0.113.1', {})]).toEqual([
      200, 200, 429,
    ]);
    expect([await ask('2001:db8::1', {}), await ask('2001:db8::ffff:2', {}), await ask('2001:db8::3', {})]).toEqual([200, 200, 429]);
    expect(await ask('2001:db8:0:1::3', {})).toBe(200);
    expect(await ask('203.0.113.1', { 'x-client-key': 'a-key-of-the-app' })).toBe(200);
  } finally {
    await remove();
  }
});

testOnce('email has a separate limit', async () => {
  const { client, remove } = await limited(quickDatabase, { codesPerEmail: 2 });
  try {
    const ask = async (email: string) => (await client.post('/v1/email-verifications', { email })).status;
    expect([await ask('jane@example.com'), await ask('JANE@example.com'), await ask('jane@EXAMPLE.com')]).toEqual([201, 201, 429]);
    expect(await ask('john@example.com')).toBe(201);
  } finally {
    await remove();
  }
});
