/** The budgets of messages, over HTTP: every send to one destination counts, over sessions, channels, workflows and processes. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshNumber } from '../../src/testing/participants/numbers.ts';
import { describeOnce } from '../support/describe-once.ts';
import { type LimitedService, limited } from '../support/limited-service.ts';
import { type Answer, type Client, databaseKinds, type TestSession } from '../support/service.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const verdict = ({ status, body, headers }: Answer) => [status, body.limit ?? body.code ?? null, headers.get('retry-after')];

let people = 0;
const address = () => {
  people += 1;
  return `budget-${people}@example.com`;
};

describe.each(databaseKinds)('messages on %s', (kind) => {
  let service: LimitedService;
  let client: Client;
  let now: number;
  beforeAll(async () => {
    service = await limited(kind, {});
    ({ client, now } = service);
  });
  afterAll(() => service.remove());

  const later = async (ms: number) => {
    now = await client.at(now + ms);
  };
  const startPhone = (phone: string, channel = 'sms') => client.post('/v1/phone-verifications', { phone, channel });

  /** Sends a code repeatedly, each time as soon as its session allows it. @returns the refusals */
  async function resends(session: TestSession, count: number): Promise<Answer[]> {
    const refused: Answer[] = [];
    for (let sends = 0; sends < count; sends += 1) {
      await later(90 * second);
      const answer = await session.send('resend-code');
      if (answer.status !== 200) refused.push(answer);
    }
    return refused;
  }

  test('all sends of one code go out, and no sixth message within ten minutes, in any session', async () => {
    const phone = freshNumber('mobile');
    const session = await client.start('phone-verifications', { phone });
    expect(await resends(session, 4)).toEqual([]);
    expect(verdict(await startPhone(phone, 'voice'))).toEqual([429, 'destination', '240']);
    await later(4 * minute - 1);
    expect(verdict(await startPhone(phone))).toEqual([429, 'destination', '1']);
    await later(1);
    expect((await startPhone(phone)).status).toBe(201);
    expect(await client.messages(phone)).toHaveLength(6);
  });

  test('three sessions with texts and calls send five messages within ten minutes, and a refused send changes nothing', async () => {
    const phone = freshNumber('mobile');
    const sessions: TestSession[] = [];
    for (const channel of ['sms', 'voice', 'sms']) sessions.push(await client.start('phone-verifications', { phone, channel }));
    const answers: Answer[] = [];
    for (let round = 0; round < 4; round += 1) {
      await later(91 * second);
      for (const session of sessions) answers.push(await session.send('switch-channel', { channel: round % 2 === 0 ? 'voice' : 'sms' }));
    }
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(2);
    expect(new Set(answers.slice(2).map(({ body }) => body.limit))).toEqual(new Set(['destination']));
    expect(await client.messages(phone)).toHaveLength(5);
    expect(await sessions[2]?.read()).toMatchObject({ data: { channel: 'sms', sendsLeft: 4 } });
  });

  test('ten sessions send ten mails to one address within ten minutes', async () => {
    const email = address();
    const sessions: TestSession[] = [];
    for (let starts = 0; starts < 8; starts += 1) sessions.push(await client.verify(email));
    for (let round = 0; round < 4; round += 1) {
      await later(91 * second);
      for (const session of sessions) await session.send('resend-code');
    }
    expect(await client.messages(email)).toHaveLength(10);
    expect(verdict(await client.post('/v1/email-verifications', { email }))).toEqual([429, 'destination', '236']);
  });

  test.each([
    ['number', () => freshNumber('mobile'), (to: string) => startPhone(to), [5, 10, 25]],
    ['address', address, (to: string) => client.post('/v1/email-verifications', { email: to }), [10, 20, 50]],
  ] as const)(
    'a caller who requests one %s all day gets as many as ten minutes, an hour and a day allow',
    async (_, fresh, start, [some, more, most]) => {
      const to = fresh();
      const began = now;
      const sentAt: number[] = [];
      while (now < began + day + hour) {
        const answer = await start(to);
        const wait = Number(answer.headers.get('retry-after')) * second;
        if (answer.status !== 201) {
          // Not a second earlier, but then always.
          await later(wait - second - 1);
          expect((await start(to)).status).toBe(429);
          await later(second + 1);
          continue;
        }
        sentAt.push(now);
        const session = { path: `/v1/${answer.body.workflow}s/${answer.body.id}`, token: answer.body.sessionToken };
        for (let sends = 0; sends < 4; sends += 1) {
          await later(90 * second);
          const again = await client.post(`${session.path}/resend-code`, {}, { token: session.token });
          if (again.status === 200) sentAt.push(now);
        }
      }
      const within = (ms: number) => Math.max(...sentAt.map((at) => sentAt.filter((other) => other >= at && other < at + ms).length));
      expect(within(10 * minute)).toBeLessThanOrEqual(some);
      expect([within(hour), within(day)]).toEqual([more, most]);
    },
  );
});

describe.each(databaseKinds)('simultaneous sends, on %s', (kind) => {
  const limits = {
    codesPerNumber: 20,
    codesPerNumberRange: 100,
    messagesPerNumber: 26,
    messagesPerNumberAndHour: 26,
    messagesPerNumberAndDay: 26,
  };

  test('100 resends over 20 sessions to one number, through two processes if there can be two', async () => {
    const { client, now, another, remove } = await limited(kind, limits);
    try {
      const other = kind === 'PGlite' ? client : await another();
      const phone = freshNumber('mobile');
      const sessions: TestSession[] = [];
      for (let starts = 0; starts < 20; starts += 1) sessions.push(await client.start('phone-verifications', { phone }));
      await client.at(now + 90 * second);
      const answers = await Promise.all(
        Array.from({ length: 100 }, (_, index) => sessions[index % 20]?.through(index % 2 === 0 ? client : other).send('resend-code')),
      );
      expect(answers.filter((answer) => answer?.status === 200)).toHaveLength(6);
      expect(answers.filter((answer) => answer?.body.limit === 'destination').length).toBeGreaterThan(0);
      expect(await client.messages(phone)).toHaveLength(26);
    } finally {
      await remove();
    }
  });
});

describeOnce('simultaneous sends', () => {
  test('many simultaneous requests for one send, with one key and without, cost one', async () => {
    const { client, now, another, remove } = await limited('PostgreSQL', { messagesPerNumber: 4 });
    try {
      const other = await another();
      const phone = freshNumber('mobile');
      const session = await client.start('phone-verifications', { phone });
      const many = (event: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
        Promise.all(Array.from({ length: 20 }, (_, index) => session.through(index % 2 === 0 ? client : other).send(event, body, headers)));
      await client.at(now + 90 * second);
      await many('resend-code', {}, { 'idempotency-key': 'one-send' });
      await client.at(now + 180 * second);
      await many('switch-channel', { channel: 'voice' });
      expect(await client.messages(phone)).toHaveLength(3);
      expect((await client.post('/v1/phone-verifications', { phone })).status).toBe(201);
      expect(verdict(await client.post('/v1/phone-verifications', { phone }))).toEqual([429, 'destination', '420']);
    } finally {
      await remove();
    }
  });
});
