/** The log of requests contains no text of a caller, and no false alarm about requests that a caller aborts. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type ChildService, startChild } from '../support/process.ts';
import { Client, quickDatabase, type TestDatabase, testDatabase } from '../support/service.ts';

let database: TestDatabase;
let child: ChildService;
let client: Client;
beforeAll(async () => {
  database = await testDatabase(quickDatabase);
  child = await startChild({
    ...database.environment,
    LOG_LEVEL: 'info',
    ADMIN_KEYS: 'desk:a-key-that-only-admins-have',
    // Only for its reports: this test sends no telephone message.
    TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
    TWILIO_AUTH_TOKEN: 'token',
    TWILIO_FROM: '+14155550100',
  });
  client = new Client(child.url);
});
afterAll(async () => {
  await child.kill();
  await database.remove();
});

interface Line {
  readonly msg: string;
  readonly level: number;
  readonly [field: string]: unknown;
}

/** Collects every line from now on, up to the request that marks the end. */
async function logged(act: () => Promise<unknown>): Promise<Line[]> {
  const before = child.stderr().length;
  await act();
  const mark = crypto.randomUUID();
  await client.call('GET', '/healthz', { headers: { 'x-request-id': mark } });
  return vi.waitFor(() => {
    const text = child.stderr().slice(before);
    expect(text).toContain(mark);
    return text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [JSON.parse(line)]));
  });
}

const requests = (lines: readonly Line[]) => lines.filter(({ msg }) => msg === 'request').slice(0, -1);

async function figure(series: string): Promise<number> {
  const { body } = await client.get('/metrics');
  const line = String(body)
    .split('\n')
    .find((text) => text.startsWith(`${series} `));
  return Number(line?.slice(series.length) ?? 0);
}

describe('an address', () => {
  const secret = 's3cret-t0ken';
  test.each([
    `/${secret}`,
    `/v1/${secret}`,
    `/v1/email-verifications/${secret}`,
    `/v1/email-verifications/${secret}/submit-code`,
    `/v1/email-verifications/${'x'.repeat(200)}${secret}`,
    `/v1/me/devices/${secret}`,
    `/admin/accounts/${secret}`,
    `/callbacks/${secret}/a/1/1`,
    `/callbacks/webhook/${secret}/1/1`,
    `/oauth/callback?code=${secret}`,
    `/oauth/${secret}`,
    `/sandbox/messages?to=${secret}@example.com`,
    `/problems/${secret}`,
    `/diagrams/${secret}`,
    `/docs/${secret}`,
    `/assets/${secret}`,
    `/a%0d%0a%22${secret}`,
    `/%E0%A4%A${secret}`,
  ])('leaves no text of the caller in the log: %s', async (path) => {
    for (const method of ['GET', 'POST', 'DELETE']) {
      const lines = await logged(() => client.call(method, path));
      expect(requests(lines)).toMatchObject([{ method, path: expect.stringMatching(/^[\w/.*:{}[\],-]{1,120}$/) }]);
      expect(JSON.stringify(lines)).not.toContain(secret);
    }
  });

  test('is logged as its route, with the ids in it', async () => {
    const session = await client.verify('logged@example.com');
    const lines = await logged(() => session.read());
    expect(requests(lines)).toMatchObject([{ path: session.path, status: 200 }]);
  });
});

describe('a client that disconnects in the middle of a body', () => {
  const start = '/v1/email-verifications';
  const heads = {
    'of known length': 'Content-Length: 4000\r\n\r\n{"email":',
    'in pieces': 'Transfer-Encoding: chunked\r\n\r\n9\r\n{"email":\r\n',
  };

  /** Sends a part of a request, and disconnects when the service has received that part. */
  async function hangUp(path: string, rest: string): Promise<void> {
    const { hostname, port } = new URL(child.url);
    const socket = connect(Number(port), hostname);
    const key = 'Authorization: Bearer a-key-that-only-admins-have\r\n';
    socket.write(`POST ${path} HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: application/json\r\n${key}${rest}`);
    await once(socket, 'connect');
    // Once a later request is answered, this one is among those under way.
    await client.get('/healthz');
    socket.destroy();
  }

  test.each(
    Object.entries(heads).flatMap(([name, rest]) =>
      [start, '/callbacks/twilio/a/1/1', '/admin/accounts', '/sandbox/clock', '/sandbox/openid/token'].map(
        (path) => [path, name, rest] as const,
      ),
    ),
  )('is no problem and no error: %s, %s', async (path, _, rest) => {
    const series = 'verification_problems_total{code="internal-error",reason=""}';
    const [problems, aborted] = [await figure(series), await figure('verification_aborted_requests_total')];
    const lines = await logged(async () => {
      for (let count = 0; count < 10; count += 1) await hangUp(path, rest);
      await vi.waitFor(async () => expect(await figure('verification_aborted_requests_total')).toBe(aborted + 10));
    });
    expect(lines.filter(({ level }) => level > 30)).toEqual([]);
    expect(await figure(series)).toBe(problems);
  });
});
