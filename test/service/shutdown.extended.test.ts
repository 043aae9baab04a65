/** SIGTERM: requests are answered, no connection is reset, and pending work is due for another process at once. */
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type CodeReceiver, clientHeaders, startCodeReceiver } from '../support/code-receiver.ts';
import { type ChildService, startChild } from '../support/process.ts';
import { Client, type Json, type TestDatabase, testDatabase } from '../support/service.ts';

/** Requests still under way after this time are aborted. */
const stopLimitMs = 10_000;

let receiver: CodeReceiver;
let database: TestDatabase;
const children: ChildService[] = [];
beforeAll(async () => {
  database = await testDatabase('PostgreSQL');
});
afterAll(() => database.remove());
beforeEach(async () => {
  receiver = await startCodeReceiver();
});
afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => child.kill()));
  await receiver.stop();
});

const startProcess = async () => {
  const child = await startChild({ ...database.environment, ...receiver.settings, PASSWORD_HASHING: '' });
  children.push(child);
  return child;
};

let addresses = 0;
const freshAddress = () => `leaving${++addresses}@example.com`;

interface Answered {
  readonly status: number;
  readonly connection: string | undefined;
  readonly body: Json;
}

/** A client with one connection, which it uses for as long as it may. */
class Visitor {
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(url: string) {
    this.#url = url;
  }

  async post(path: string, body: unknown, headers: Readonly<Record<string, string>> = clientHeaders): Promise<Answered> {
    const outgoing = request(this.#url + path, {
      agent: this.#agent,
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
    });
    outgoing.end(JSON.stringify(body));
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    const text = await readText(response);
    return { status: response.statusCode ?? 0, connection: response.headers.connection, body: JSON.parse(text) };
  }

  /** Starts sessions and cancels them until no connection is accepted any more. @returns all answers */
  async stay(): Promise<Answered[]> {
    const answers: Answered[] = [];
    try {
      for (;;) {
        const started = await this.post('/v1/email-verifications', { email: freshAddress() });
        answers.push(started);
        const { id, sessionToken } = started.body;
        answers.push(await this.post(`/v1/email-verifications/${id}/cancel`, {}, { authorization: `Bearer ${sessionToken}` }));
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') throw error;
      return answers;
    }
  }
}

test('under load over open connections every request is answered, and none is reset', async () => {
  const child = await startProcess();
  const visitors = Array.from({ length: 40 }, () => new Visitor(child.url));
  const stays = visitors.map((visitor) => visitor.stay());
  // A connection that is idle when the stop begins, and is used just then.
  const late = new Visitor(child.url);
  await late.post('/v1/email-verifications', { email: freshAddress() });
  await vi.waitFor(() => expect(receiver.received.length).toBeGreaterThan(200), 20_000);
  const ended = child.end('SIGTERM');
  const lastWord = late.post('/v1/email-verifications', { email: freshAddress() });
  const all = await Promise.all(stays);
  expect(all.flat().filter(({ status }) => status !== 201 && status !== 200)).toEqual([]);
  // Each client was told in its last answer that it was the last: none had to find out by sending again.
  expect(all.map((answers) => answers.at(-1)?.connection)).toEqual(all.map(() => 'close'));
  const word = await lastWord;
  expect([word.status, word.connection]).toEqual([201, 'close']);
  expect(await ended).toBe(0);
});

test('a start that waits for its message is answered in full, and streams end', async () => {
  const child = await startProcess();
  const client = new Client(child.url);
  let deliver: () => void = () => {};
  const asked = new Promise<void>((resolve) => {
    receiver.answerWith((response) => {
      deliver = () => response.writeHead(204).end();
      resolve();
    });
  });
  const waiting = new Visitor(child.url).post('/v1/email-verifications', { email: freshAddress() });
  await asked;
  const ended = child.end('SIGTERM');
  await vi.waitFor(() => expect(client.get('/healthz')).rejects.toThrow(), 5_000);
  deliver();
  const { status, connection, body } = await waiting;
  expect([status, connection, body.state]).toEqual([201, 'close', 'codeActive.cooldown']);
  expect(await ended).toBe(0);
});

test('a message that its provider does not accept in time is due for another process at once', async () => {
  const [leaving, staying] = await Promise.all([startProcess(), startProcess()]);
  const address = freshAddress();
  receiver.answerWith(() => {});
  const started = await new Client(leaving.url).post(
    '/v1/email-verifications',
    { email: address },
    { headers: { ...clientHeaders, prefer: 'respond-async' } },
  );
  await receiver.codeFor(address);
  receiver.answerWith((response) => response.writeHead(204).end());
  const begun = performance.now();
  expect(await leaving.end('SIGTERM')).toBe(0);
  expect(performance.now() - begun).toBeLessThan(stopLimitMs + 2_000);
  const { id, sessionToken } = started.body;
  const state = async () => (await new Client(staying.url).get(`/v1/email-verifications/${id}`, sessionToken)).body.state;
  // Without the lease, which lasts half a minute from the start of the attempt.
  await vi.waitFor(async () => expect(await state()).toBe('codeActive.cooldown'), { timeout: 10_000, interval: 100 });
  expect(new Set(receiver.received.filter(({ sessionId }) => sessionId === id).map((send) => send.id)).size).toBe(1);
});
