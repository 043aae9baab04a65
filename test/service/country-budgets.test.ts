/**
 * The budgets of countries, over HTTP. No client closes a country for others, pumping is limited, and people who enter their codes cost
 * nothing.
 */
import { describe, expect, test } from 'vitest';
import { testOnce } from '../support/describe-once.ts';
import { type LimitedService, limited } from '../support/limited-service.ts';
import { type Answer, databaseKinds, type Json, TestSession } from '../support/service.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const password = 'a quiet evening in Porto';

const verdict = ({ status, body, headers }: Answer) => [status, body.limit ?? body.code ?? null, headers.get('retry-after')];

/** Each number is in a range of its own, so that only the country counts. */
const french = (index: number) => `+3361${String(index).padStart(3, '0')}0000`;

type Headers = Readonly<Record<string, string>>;
const from = (address: string): Headers => ({ 'x-forwarded-for': address });

async function country(kind: (typeof databaseKinds)[number], limits: Readonly<Record<string, number>>) {
  const service = await limited(
    kind,
    { codesPerCountryAndDay: 40, codesPerClient: 1000, codesPerNetwork: 1000, ...limits },
    { TRUSTED_PROXIES: '127.0.0.1', CLIENT_KEYS: 'app:a-key-of-the-app,shop:a-key-of-the-shop' },
  );
  const key = { 'x-client-key': 'a-key-of-the-app' };
  return { ...service, key, ask: (index: number, headers: Headers = {}) => start(service, index, { ...key, ...headers }) };
}

function start({ client }: LimitedService, index: number, headers: Headers): Promise<Answer> {
  return client.post('/v1/phone-verifications', { phone: french(index) }, { headers });
}

async function verified({ client }: LimitedService, answer: Answer, headers: Headers): Promise<Json> {
  const session = new TestSession(client, answer, 'phone-verifications');
  const { code } = (await client.messages(await phoneOf(session)))[0];
  return (await session.send('submit-code', { code }, headers)).body.outcome;

  async function phoneOf({ id }: TestSession): Promise<string> {
    const { body } = await client.get('/sandbox/messages');
    return body.messages.find(({ sessionId }: Json) => sessionId === id).to;
  }
}

const untilMidnight = (now: number) => String(Math.ceil((day - (now % day)) / 1000));

describe.each(databaseKinds)('a country on %s', (kind) => {
  test('one network gets a share of the day, over all its addresses, and other networks are not affected', async () => {
    const service = await country(kind, {});
    const { ask, now, client, remove } = service;
    try {
      let index = 0;
      const next = (headers: Headers) => {
        index += 1;
        return ask(index, headers);
      };
      const asked = async (count: number, headers: (n: number) => Headers) => {
        const answers: Answer[] = [];
        for (let n = 0; n < count; n += 1) answers.push(await next(headers(n)));
        return answers;
      };
      const attack = await asked(20, (n) => from(`203.0.113.${n}`));
      expect(attack.map(({ status }) => status)).toEqual([...Array(4).fill(201), ...Array(16).fill(429)]);
      expect(verdict(attack[4] as Answer)).toEqual([429, 'country-share', untilMidnight(now)]);
      const six = await asked(6, (n) => from(`2001:db8:1:${n}::1`));
      expect(six.map(({ body }) => body.limit ?? null)).toEqual([null, null, null, null, 'country-share', 'country-share']);
      expect((await next(from('198.51.100.9'))).status).toBe(201);
      // After eight more networks, the country is closed for everybody until midnight.
      for (let network = 0; network < 8; network += 1) await asked(4, () => from(`192.0.${network}.1`));
      expect(verdict(await next(from('198.51.100.9')))).toEqual([429, 'country', untilMidnight(now)]);
      await client.at(now - (now % day) + day);
      expect((await next(from('203.0.113.1'))).status).toBe(201);
    } finally {
      await remove();
    }
  });

  test('a server with a key that names no addresses gets half of the day, by its key', async () => {
    const service = await country(kind, { codesPerCountryAndDay: 8 });
    try {
      const statuses: unknown[] = [];
      for (let index = 0; index < 6; index += 1) {
        const { status, body } = await service.ask(index);
        statuses.push(body.limit ?? status);
      }
      expect(statuses).toEqual([201, 201, 201, 201, 'country-share', 'country-share']);
      expect((await start(service, 7, { 'x-client-key': 'a-key-of-the-shop' })).status).toBe(201);
    } finally {
      await service.remove();
    }
  });

  test('a correct code refunds the country and the network, once for a number and day', async () => {
    const service = await country(kind, { codesPerCountryAndDay: 10, countrySharePerNetwork: 30 });
    const { ask, client, now, remove } = service;
    try {
      const home = from('198.51.100.9');
      const verify = async (index: number) => {
        const answer = await ask(index, home);
        return answer.status === 201 ? verified(service, answer, home) : answer.body.limit;
      };
      for (let index = 0; index < 15; index += 1) expect(await verify(index)).toBe('verified');
      // The same number a second time: an owner of numbers who enters every code still gets a limited number of messages.
      expect([await verify(0), await verify(1), await verify(2)]).toEqual(['verified', 'verified', 'verified']);
      expect(await verify(20)).toBe('country-share');
      await client.at(now - (now % day) + day);
      expect([await verify(0), await verify(20)]).toEqual(['verified', 'verified']);
    } finally {
      await remove();
    }
  });

  test('a code entered the next day refunds nothing of the day before', async () => {
    const service = await country(kind, { codesPerCountryAndDay: 4, countrySharePerNetwork: 50 });
    const { ask, client, now, remove } = service;
    try {
      const home = from('198.51.100.9');
      const midnight = now - (now % day) + 2 * day;
      await client.at(midnight - minute);
      const late = await ask(1, home);
      await client.at(midnight + minute);
      expect([(await ask(2, home)).status, (await ask(3, home)).status]).toEqual([201, 201]);
      expect(await verified(service, late, home)).toBe('verified');
      expect((await ask(4, home)).body.limit).toBe('country-share');
    } finally {
      await remove();
    }
  });

  test('logins have a separate count, and their codes are refunded to it as well', async () => {
    const service = await country(kind, { codesPerCountryAndDay: 4, countrySharePerNetwork: 50 });
    const { ask, client, key, remove } = service;
    try {
      for (let network = 0; network < 4; network += 1) await ask(network, from(`192.0.${network}.1`));
      expect((await ask(5, from('198.51.100.9'))).body.limit).toBe('country');
      const headers = { ...key, ...from('198.51.100.9') };
      const login = (email: string) => client.post('/v1/login-verifications', { email, password }, { headers });
      const owners = Array.from({ length: 5 }, (_, index) => ({
        email: `owner-in-france-${index}@example.com`,
        phone: french(100 + index),
      }));
      for (const owner of owners) await client.post('/sandbox/accounts', { ...owner, password });
      for (const { email, phone } of owners.slice(0, 4)) {
        const session = new TestSession(client, await login(email), 'login-verifications');
        const { code } = (await client.messages(phone))[0];
        expect((await session.send('submit-code', { code }, headers)).body.outcome).toBe('authenticated');
      }
      for (const { email } of owners.slice(0, 2)) expect((await login(email)).status).toBe(201);
      const refused = await login('owner-in-france-4@example.com');
      expect([refused.body.limit, refused.body.channels]).toEqual(['country-share', ['email']]);
    } finally {
      await remove();
    }
  });
});

testOnce(
  'an attacker with all addresses of a network leaves nine tenths of a country’s day to others, by the product’s own figures',
  async () => {
    const { client, now, remove } = await limited('PostgreSQL', {}, { TRUSTED_PROXIES: '127.0.0.1' });
    try {
      // A whole day remains.
      const morning = now - (now % day) + day;
      const tally: Record<string, number> = {};
      const asked = async (index: number) => {
        const headers = { ...from(`203.0.113.${index % 256}`), prefer: 'respond-async' };
        const body = { phone: `+336${1000 + index}0000` };
        const answer = await client.post('/v1/phone-verifications', body, { headers });
        const name = String(answer.body.limit ?? answer.status);
        tally[name] = (tally[name] ?? 0) + 1;
      };
      for (let round = 0; round < 3; round += 1) {
        await client.at(morning + round * 10 * minute);
        await Promise.all(Array.from({ length: 250 }, (_, index) => asked(round * 250 + index)));
      }
      expect(tally).toEqual({ 201: 500, 'country-share': 250 });
      const another = await client.post('/v1/phone-verifications', { phone: '+33698765432' }, { headers: from('198.51.100.9') });
      expect(another.status).toBe(201);
    } finally {
      await remove();
    }
  },
);
