/** Idempotency keys: the same request twice is one request. On both databases. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Client, databaseKinds, otherThan, startTestService, type TestService } from '../support/service.ts';

const minute = 60_000;
let addresses = 0;
const freshAddress = () => `twice${++addresses}@example.com`;

describe.each(databaseKinds)('idempotency on %s', (kind) => {
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

  test('the same idempotency key starts one session, answers the same token, and refuses another body', async () => {
    const email = freshAddress();
    const headers = { 'idempotency-key': `start-${email}-0123456789` };
    const answers = await Promise.all(Array.from({ length: 10 }, () => client.verify(email, {}, headers)));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(new Set(answers.map(({ token }) => token)).size).toBe(1);
    expect(await client.messages(email)).toHaveLength(1);
    const other = await client.post('/v1/email-verifications', { email: freshAddress() }, { headers });
    expect([other.status, other.body.code]).toEqual([422, 'idempotency-mismatch']);
    const weak = await client.post('/v1/email-verifications', { email }, { headers: { 'idempotency-key': 'guessable' } });
    expect([weak.status, weak.body.code]).toEqual([400, 'invalid-request']);
  });

  test('the same idempotency key on an event gives the same outcome, and the event happens once', async () => {
    const email = freshAddress();
    const session = await client.verify(email);
    const wrong = { code: otherThan(await client.codeFor(email)) };
    const [first, second] = [
      await session.send('submit-code', wrong, { 'idempotency-key': 'a' }),
      await session.send('submit-code', wrong, { 'idempotency-key': 'a' }),
    ];
    expect([first.body.attemptsLeft, second.body.attemptsLeft, second.status]).toEqual([4, 4, 422]);
    expect((await session.read()).data.attemptsLeft).toBe(4);
    const tooSoon = await session.send('resend-code', {}, { 'idempotency-key': 'b' });
    await later(90_000);
    const still = await session.send('resend-code', {}, { 'idempotency-key': 'b' });
    expect([tooSoon.status, still.status, still.body.code]).toEqual([429, 429, 'resend-too-soon']);
    const mismatch = await session.send('submit-code', { code: '000000' === wrong.code ? '000001' : '000000' }, { 'idempotency-key': 'a' });
    expect(mismatch.body.code).toBe('idempotency-mismatch');
    expect(await client.messages(email)).toHaveLength(1);
  });

  test('a key expires after a day', async () => {
    const email = freshAddress();
    const headers = { 'idempotency-key': `again-${email}-0123456789` };
    const first = await client.verify(email, {}, headers);
    await later(24 * 60 * minute - 1);
    expect((await client.verify(email, {}, headers)).id).toBe(first.id);
    await later(1);
    const second = await client.verify(email, {}, headers);
    expect(second.id).not.toBe(first.id);
    expect((await client.verify(email, {}, headers)).id).toBe(second.id);
  });
});
