/** Two processes on one database, each restarted in turn and one of them killed, while people continue: nothing is lost or doubled. */
import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Balancer } from '../support/balancer.ts';
import { type CodeReceiver, clientHeaders, startCodeReceiver } from '../support/code-receiver.ts';
import { type ChildService, startChild } from '../support/process.ts';
import { otherThan, type TestDatabase, testDatabase } from '../support/service.ts';

/** The number of people who go through verifications at the same time, one after the other. */
const people = 16;

/** The number of verifications before, between and after the restarts, so that each restart meets flows in every state. */
const between = 60;

let database: TestDatabase;
let receiver: CodeReceiver;
let client: pg.Client;
const processes: ChildService[] = [];
beforeAll(async () => {
  [database, receiver] = await Promise.all([testDatabase('PostgreSQL'), startCodeReceiver()]);
  client = new pg.Client({ connectionString: database.environment['DATABASE_URL'] });
  await client.connect();
});
afterAll(async () => {
  await Promise.all(processes.map((child) => child.kill()));
  await client.end();
  await Promise.all([database.remove(), receiver.stop()]);
});

const startProcess = () => startChild({ ...database.environment, ...receiver.settings, PASSWORD_HASHING: '' });

interface Flow {
  readonly id: string;
  readonly token: string;
}

/**
 * One person's verification. A request without an answer is sent again under its key, and every answer must be the one it would have been.
 */
async function verify(through: Balancer, address: string): Promise<Flow> {
  const post = (path: string, body: unknown, headers: Readonly<Record<string, string>>) =>
    through.call('POST', path, { 'idempotency-key': randomUUID(), ...headers }, body);
  const started = await post('/v1/email-verifications', { email: address }, clientHeaders);
  expect([started.status, started.body.data?.attemptsLeft]).toEqual([201, 5]);
  const { id, sessionToken: token } = started.body;
  const code = await receiver.codeFor(address);
  const submit = (guess: string) =>
    post(`/v1/email-verifications/${id}/submit-code`, { code: guess }, { authorization: `Bearer ${token}` });
  for (const attemptsLeft of [4, 3]) {
    const wrong = await submit(otherThan(code));
    expect([wrong.status, wrong.body.code, wrong.body.attemptsLeft]).toEqual([422, 'wrong-code', attemptsLeft]);
  }
  const right = await submit(code);
  expect([right.status, right.body.outcome]).toEqual([200, 'verified']);
  expect((await submit(code)).body.code).toBe('event-not-accepted');
  return { id, token };
}

test('every flow completes, each guess counts once, and each code is sent once', async () => {
  processes.push(...(await Promise.all([startProcess(), startProcess()])));
  const balancer = new Balancer(processes.map(({ url }) => url));
  const verified: Flow[] = [];
  let begun = 0;
  let over = false;
  const person = async () => {
    while (!over) {
      begun += 1;
      verified.push(await verify(balancer, `rolling${begun}@example.com`));
    }
  };
  const everybody = Promise.all(Array.from({ length: people }, person));
  // A failed flow ends the test at once.
  const during = <T>(work: Promise<T>): Promise<T> => Promise.race([work, everybody.then(() => work)]);
  const more = () => {
    const enough = verified.length + between;
    return during(vi.waitFor(() => expect(verified.length).toBeGreaterThanOrEqual(enough), { timeout: 40_000, interval: 50 }));
  };
  const replace = async (index: number, end: (child: ChildService) => Promise<unknown>) => {
    const leaving = processes[index];
    if (!leaving) throw new Error('There is no such process');
    await more();
    const ended = await during(end(leaving));
    processes[index] = await during(startProcess());
    balancer.replace(index, processes[index].url);
    return ended;
  };

  expect(await replace(0, (child) => child.end('SIGTERM'))).toBe(0);
  expect(await replace(1, (child) => child.end('SIGTERM'))).toBe(0);
  // The processes that stopped on request left no request unanswered, and no message to be sent again.
  const repeated = receiver.received.length - new Set(receiver.received.map(({ id }) => id)).size;
  expect({ unanswered: balancer.unanswered, repeated }).toEqual({ unanswered: 0, repeated: 0 });
  await replace(0, async (child) => {
    // The sessions exist, and the messages were sent, but no answer arrived yet.
    const starting: ServerResponse[] = [];
    receiver.answerWith((response) => starting.push(response));
    await vi.waitFor(() => expect(starting.length).toBeGreaterThan(people / 2), { timeout: 20_000, interval: 5 });
    await child.kill();
    receiver.answerWith((response) => response.writeHead(204).end());
    for (const response of starting) response.writeHead(204).end();
  });
  await more();

  over = true;
  // Messages that the killed process was about to send wait for its leases: the clock skips their half minute.
  const lapsing = setInterval(
    () => void client.query('update sessions set lease_until = clock_timestamp() where lease_until is not null'),
    500,
  );
  await everybody.finally(() => clearInterval(lapsing));

  // The kill must interrupt a request, or the test has tried less than it claims.
  expect(balancer.unanswered).toBeGreaterThan(0);
  expect(verified).toHaveLength(begun);
  const { rows } = await client.query('select count(*)::int as sessions, count(distinct id)::int as ids from sessions');
  expect(rows).toEqual([{ sessions: begun, ids: begun }]);
  for (const { id, token } of verified) {
    const path = `/v1/email-verifications/${id}`;
    const authorization = { authorization: `Bearer ${token}` };
    const [session, past] = await Promise.all([
      balancer.call('GET', path, authorization),
      balancer.call('GET', `${path}/history`, authorization),
    ]);
    expect([session.body.outcome, session.body.data.attemptsLeft]).toEqual(['verified', 3]);
    const history: { event: string; to: string; refusal: string | null }[] = past.body.history;
    // The message may still have been on its way when its code was entered: then nothing waits for its end.
    const events = history.filter(({ event }) => event !== 'deliverCode.done').map(({ event, refusal }) => refusal ?? event);
    expect(events).toEqual(['start', 'wrong-code', 'wrong-code', 'submit-code']);
    expect(history.at(-1)?.to).toBe('verified');
    const sends = receiver.received.filter(({ sessionId }) => sessionId === id);
    expect([new Set(sends.map((send) => send.id)).size, new Set(sends.map(({ code }) => code)).size]).toEqual([1, 1]);
  }
});
