/** Overload: new sessions are refused first, no caller waits for long, and the service recovers by itself. */
import type { ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type CodeReceiver, clientHeaders, startCodeReceiver } from '../support/code-receiver.ts';
import { type ChildService, startChild } from '../support/process.ts';
import {
  type Answer,
  Client,
  otherThan,
  startTestService,
  type TestDatabase,
  type TestService,
  TestSession,
  testDatabase,
} from '../support/service.ts';
import { startProxy, type TcpProxy } from '../support/tcp-proxy.ts';

/** The number of requests that a process has under way before it refuses new sessions. */
const mostBeforeStarts = 2_000;

/** The longest wait for a place in a batch. */
const longestPlaceMs = 3_000;

/** A connection of the pool (3 s) for one statement (7 s), after the longest wait for a place in a batch (3 s), on a busy processor. */
const longestAnswerMs = 13_000 + 4_000;

let receiver: CodeReceiver;
let proxy: TcpProxy;
beforeAll(async () => {
  receiver = await startCodeReceiver();
});
afterAll(() => receiver.stop());

const throughProxy = async (url: string) => {
  const target = new URL(url);
  proxy = await startProxy({ host: target.hostname, port: Number(target.port) });
  target.port = String(proxy.port);
  return target.href;
};

const times = <T>(count: number, make: (index: number) => T) => Array.from({ length: count }, (_, index) => make(index));
let addresses = 0;
const freshAddress = () => `crowd${++addresses}@example.com`;
const start = (client: Client, address = freshAddress(), headers: Readonly<Record<string, string>> = {}) =>
  client.post('/v1/email-verifications', { email: address }, { headers: { ...clientHeaders, ...headers } });
const startedBy = (client: Client, answer: Answer) => new TestSession(client, answer, 'email-verifications');
const isShed = ({ status, body, headers }: Answer) =>
  status === 503 && body.code === 'unavailable' && Number(headers.get('retry-after')) > 0;

/** Polls until the service is ready again, and completes one verification. A service that just became ready can be full again at the start. */
async function serves(client: Client): Promise<void> {
  while ((await client.get('/readyz')).status !== 200);
  const address = freshAddress();
  const session = startedBy(client, await until(start(client, address), () => start(client, address)));
  expect((await session.submit(await receiver.codeFor(address))).body.outcome).toBe('verified');
}

/** Repeats a failed request: on a busy machine the database may be blocked for longer than a request waits for it. */
async function until(first: Promise<Answer>, again: () => Promise<Answer>): Promise<Answer> {
  let answer = await first;
  while (isShed(answer)) answer = await again();
  return answer;
}

describe('a service whose database is slow', () => {
  let service: TestService;
  let client: Client;
  beforeAll(async () => {
    service = await startTestService('PostgreSQL', receiver.settings, throughProxy);
    client = service.client;
  });
  afterAll(async () => {
    await service.remove();
    await proxy.close();
  });

  let sessions: TestSession[] = [];

  test('refuses new sessions beyond its bound, reports that it is not ready, and still accepts the events of running ones', async () => {
    const running = await Promise.all(
      times(40, async () => {
        const address = freshAddress();
        return { session: startedBy(client, await start(client, address)), code: await receiver.codeFor(address) };
      }),
    );
    expect((await client.get('/readyz')).status).toBe(200);

    proxy.hold();
    const held = performance.now();
    let tellFull: () => void = () => {};
    const full = new Promise<void>((resolve) => {
      tellFull = resolve;
    });
    let shed = 0;
    const starts = times(mostBeforeStarts + 200, async () => {
      const answer = await start(client);
      if (answer.status === 503 && ++shed === 200) tellFull();
      return answer;
    });
    await full;
    // These sent nothing to the database, which answers no request now.
    const [ready, alive, metrics] = await Promise.all(['/readyz', '/healthz', '/metrics'].map((path) => client.get(path)));
    expect([ready?.status, alive?.status, metrics?.status]).toEqual([503, 200, 200]);
    expect(Number(ready?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(/^verification_waiting_requests (\d+)$/m.exec(metrics?.body)?.[1])).toBeLessThanOrEqual(mostBeforeStarts);
    let answered = 0;
    const guesses = running.map(async ({ session, code }) => {
      const guess = { code: otherThan(code) };
      const first = session.send('submit-code', guess, { 'idempotency-key': 'a-guess' });
      void first.then(() => {
        answered += 1;
      });
      return until(first, () => session.send('submit-code', guess, { 'idempotency-key': 'a-guess' }));
    });
    // Unlike starts, these are not refused at once: none of them is answered before a start that begins now. On a machine so busy that
    // they were aborted meanwhile, the order proves nothing.
    expect(isShed(await start(client))).toBe(true);
    if (performance.now() - held < longestPlaceMs) expect(answered).toBe(0);
    proxy.letGo();

    for (const { status, body } of await Promise.all(guesses)) expect([status, body.attemptsLeft]).toEqual([422, 4]);
    const answers = await Promise.all(starts);
    const accepted = answers.filter(({ status }) => status === 201);
    expect(answers.filter((answer) => answer.status !== 201).every(isShed)).toBe(true);
    expect(accepted.length).toBeLessThanOrEqual(mostBeforeStarts);

    await serves(client);
    sessions = accepted.map((answer) => startedBy(client, answer));
    const seen = await Promise.all(sessions.map((session) => session.read()));
    expect(seen.every(({ id, status }, index) => id === sessions[index]?.id && status === 'active')).toBe(true);
    const after = await Promise.all(running.map(({ session, code }) => session.submit(code)));
    expect(new Set(after.map(({ body }) => body.outcome))).toEqual(new Set(['verified']));
  });

  test('answers all requests in time when it hangs, however many wait, and recovers with all acknowledged changes', async () => {
    proxy.hang();
    const begun = performance.now();
    const answers = await Promise.all([
      ...sessions.map((session) => client.get(session.path, session.token)),
      ...sessions.slice(0, 500).map((session) => session.send('cancel')),
      ...sessions.slice(0, 100).map((session) => client.get(`${session.path}/history`, session.token)),
      // All are for one session, whose turns run one after the other.
      ...times(500, () => sessions[0]?.submit('000000')).filter((answer) => answer !== undefined),
      ...times(200, () => start(client)),
    ]);
    expect(answers.filter((answer) => !isShed(answer))).toEqual([]);
    expect(performance.now() - begun).toBeLessThan(longestAnswerMs);
    proxy.mend();
    await serves(client);
    const seen = await Promise.all(sessions.map((session) => session.read()));
    expect(seen.filter(({ status }) => status !== 'active')).toEqual([]);
  });
});

describe('a provider that hangs', () => {
  /** The number of messages that a process has under way. */
  const most = 1_000;
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService('PostgreSQL', receiver.settings);
  });
  afterAll(() => service.remove());

  test('holds a limited number of messages: then no further session begins, and running ones continue', { timeout: 180_000 }, async () => {
    const { client } = service;
    const address = freshAddress();
    const running = startedBy(client, await start(client, address));
    const code = await receiver.codeFor(address);
    const before = new Set(receiver.received.map(({ sessionId }) => sessionId)).size;
    const held = new Set<ServerResponse>();
    let mostHeld = 0;
    receiver.answerWith((response) => {
      held.add(response);
      mostHeld = Math.max(mostHeld, held.size);
      response.once('close', () => held.delete(response));
    });
    const sockets = await Promise.all(times(10, () => connected(client)));
    const answers = await Promise.all(
      sockets.map((socket) =>
        pipelined(
          socket,
          times((most + 500) / sockets.length, () => startRequest(client, 'prefer: respond-async\r\n')),
        ),
      ),
    );
    const accepted = answers.flat().filter((status) => status === 201).length;
    expect(answers.flat().filter((status) => status !== 201 && status !== 503)).toEqual([]);
    expect(accepted).toBeGreaterThan(0);
    // A busy machine may take longer than an attempt, and then the limit is never reached.
    if (held.size === most) expect([(await start(client)).status, (await client.get('/readyz')).status]).toEqual([503, 503]);
    expect((await running.submit(otherThan(code))).body.attemptsLeft).toBe(4);
    receiver.answerWith((response) => response.writeHead(204).end());
    for (const response of held) response.writeHead(204).end();
    await serves(client);
    const reached = () => new Set(receiver.received.map(({ sessionId }) => sessionId)).size - before;
    // Starts that were under way when the last place was taken are stored, and their messages are sent gradually.
    await vi.waitFor(() => expect(reached()).toBeGreaterThanOrEqual(accepted), { timeout: 120_000, interval: 200 });
    expect(mostHeld).toBeLessThanOrEqual(most);
  });
});

describe('ten times the load of a process', () => {
  /** The waiting requests take some 160 MB, and the service itself 100; without a bound the process would not survive. */
  const heapMiB = 256;
  const connections = 2_500;
  let database: TestDatabase;
  let child: ChildService;
  afterEach(async () => {
    await child.kill();
    await database.remove();
    await proxy.close();
  });

  const residentMiB = async (client: Client) => {
    const text: string = (await client.get('/metrics')).body;
    return Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1]) / 2 ** 20;
  };

  test('is refused in limited memory, and the process serves again afterwards', async () => {
    database = await testDatabase('PostgreSQL', throughProxy);
    const heap = { NODE_OPTIONS: `--max-old-space-size=${heapMiB}` };
    child = await startChild({ ...database.environment, ...receiver.settings, PASSWORD_HASHING: '', ...heap });
    const client = new Client(child.url);
    const reader = startedBy(client, await start(client));
    const before = await residentMiB(client);
    proxy.hold();
    let peak = before;
    const sockets: Socket[] = [];
    // A few at a time: the system's queue of unaccepted connections is short.
    while (sockets.length < connections) sockets.push(...(await Promise.all(times(100, () => connected(client)))));
    const flood = Promise.all(
      sockets.map((socket) =>
        pipelined(
          socket,
          times((10 * mostBeforeStarts) / connections, (index) => (index % 2 === 0 ? readRequest(reader) : startRequest(client))),
        ),
      ),
    );
    for (let over = false; !over; ) {
      over = await Promise.race([flood.then(() => true), client.get('/healthz').then(() => false)]);
      peak = Math.max(peak, await residentMiB(client));
    }
    expect((await flood).flat()).toEqual(times(10 * mostBeforeStarts, () => 503));
    expect(peak).toBeLessThan(before + heapMiB);
    proxy.letGo();
    await serves(client);
  });
});

function connected({ url }: Client): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const { port, hostname } = new URL(url);
    const socket = connect(Number(port), hostname, () => resolve(socket)).once('error', reject);
  });
}

function startRequest({ url }: Client, headers = ''): string {
  const body = JSON.stringify({ email: freshAddress() });
  const all = `host: ${new URL(url).host}\r\nx-client-key: ${clientHeaders['x-client-key']}\r\ncontent-type: application/json\r\n${headers}`;
  return `POST /v1/email-verifications HTTP/1.1\r\n${all}content-length: ${body.length}\r\n\r\n${body}`;
}

function readRequest({ client, path, token }: TestSession): string {
  return `GET ${path} HTTP/1.1\r\nhost: ${new URL(client.url).host}\r\nauthorization: Bearer ${token}\r\n\r\n`;
}

/** Sends all requests over a connection, without waiting for answers. @returns the statuses of all answers */
function pipelined(socket: Socket, requests: readonly string[]): Promise<number[]> {
  return new Promise((resolve, reject) => {
    let answers = '';
    socket.write(requests.join(''));
    socket.setEncoding('latin1').on('data', (text: string) => {
      answers += text;
      const statuses = [...answers.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
      if (statuses.length < requests.length) return;
      socket.end();
      resolve(statuses);
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('The service closed the connection')));
  });
}
