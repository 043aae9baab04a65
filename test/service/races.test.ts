/** Many simultaneous requests: nothing is counted twice, missed, or let through. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, type Client, databaseKinds, otherThan, startTestService, type TestService } from '../support/service.ts';

let addresses = 0;
const freshAddress = () => `race${++addresses}@example.com`;
const times = <T>(count: number, make: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)));
const tally = (answers: readonly Answer[]) => {
  const counts: Record<string, number> = {};
  for (const { status, body } of answers) {
    const key = `${status} ${body.code ?? body.outcome ?? body.state}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
};

describe.each(databaseKinds)('parallel requests on %s', (kind) => {
  let service: TestService;
  let client: Client;
  beforeAll(async () => {
    service = await startTestService(kind);
    client = service.client;
  });
  afterAll(() => service.remove());

  test('of 1,000 wrong codes exactly 5 are compared', async () => {
    const email = freshAddress();
    const session = await client.verify(email);
    const wrong = otherThan(await client.codeFor(email));
    expect(tally(await times(1000, () => session.submit(wrong)))).toEqual({ '422 wrong-code': 5, '429 too-many-attempts': 995 });
    expect((await session.history()).filter(({ refusal }) => refusal === 'wrong-code')).toHaveLength(5);
  });

  test('of 1,000 right codes exactly one verifies', async () => {
    const email = freshAddress();
    const session = await client.verify(email);
    const code = await client.codeFor(email);
    expect(tally(await times(1000, () => session.submit(code)))).toEqual({ '200 verified': 1, '409 event-not-accepted': 999 });
  });

  test('of 100 resends one sends a message', async () => {
    const email = freshAddress();
    const session = await client.verify(email);
    await client.clock({ advance: 'PT90S' });
    expect(tally(await times(100, () => session.send('resend-code')))).toEqual({ '200 codeActive.cooldown': 1, '429 resend-too-soon': 99 });
    expect(await client.messages(email)).toHaveLength(2);
  });

  test('a change of address that races codes of the old one never verifies the new one', async () => {
    for (let round = 0; round < 20; round += 1) {
      const [oldAddress, newAddress] = [freshAddress(), freshAddress()];
      const session = await client.verify(oldAddress);
      const code = await client.codeFor(oldAddress);
      const submit = () => session.submit(code);
      const change = () => session.send('change-email', { email: newAddress });
      await Promise.all(round % 2 === 0 ? [submit(), change(), submit()] : [change(), submit(), change()]);
      const after = await session.read();
      if (after.outcome !== 'verified') continue;
      const claims = JSON.parse(Buffer.from(after.result.token.split('.')[1], 'base64url').toString());
      expect(claims.email).toBe(oldAddress);
    }
  });

  test('many simultaneous sessions are all verified', async () => {
    const outcomes = await times(100, async () => {
      const email = freshAddress();
      const session = await client.verify(email);
      const code = await client.codeFor(email);
      await session.submit(otherThan(code));
      return (await session.submit(code)).body.outcome;
    });
    expect(new Set(outcomes)).toEqual(new Set(['verified']));
  });

  test('at most 5 streams are open for a session', async () => {
    const session = await client.verify(freshAddress());
    const stop = new AbortController();
    const open = () =>
      fetch(`${client.url}${session.path}/stream`, { headers: { authorization: `Bearer ${session.token}` }, signal: stop.signal });
    const answers = await times(6, open);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 429]);
    stop.abort();
  });
});
