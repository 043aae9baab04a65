/**
 * Access control, tried on both databases: every event and every read of every workflow, through every collection, with each kind of
 * credential. The registry yields the attempts. A refused request is answered 401 or 404 and leaves no trace: afterwards no row of the
 * database differs, whether a session, its history, a budget, or an idempotency record.
 */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { exampleOf } from '../../src/http/openapi/example.ts';
import { petition, petitionEvents } from '../support/petition.ts';
import { type Answer, Client, quickDatabase, type Service, startIn, type TestDatabase, testDatabase } from '../support/service.ts';
import { dumpOf } from '../support/table-dump.ts';
import { definitions, mayLook, maySend, type Party, type Subject, settings, subjectsIn, workflows } from './parties.ts';

/** Tables that may change: requests with an agent's key are audited, and the suite moves the sandbox's clock. */
const written = ['audit', 'sandbox_clock'];

interface Attempt {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly party: Party;
  readonly body?: unknown;
  readonly isRaw?: true;
}

const eventName = (type: string) => type.toLowerCase().replaceAll('_', '-');

/**
 * Every event through every collection, except those that the party may send. Some bodies are right, others nonsense: access control must
 * read neither.
 */
function eventsSent(subject: Subject): Attempt[] {
  return workflows.flatMap(({ name, collection, events }) =>
    Object.entries({ ...events, ...subject.workflow.events }).flatMap(([type, { body }]) =>
      subject.parties
        .filter((party) => name !== subject.workflow.name || !maySend(subject, party, type))
        .flatMap((party) => {
          const path = `/v1/${collection}/${subject.id}/${eventName(type)}`;
          const attempt = {
            name: `${subject.name}: POST ${collection}/…/${eventName(type)}, with ${party.name}`,
            method: 'POST',
            path,
            party,
          };
          const right = { ...attempt, body: exampleOf(body, 'all') };
          return party.as === 'stranger' ? [right] : [right, { ...attempt, body: 'nonsense' }];
        }),
    ),
  );
}

function looks(subject: Subject): Attempt[] {
  return workflows.flatMap(({ name, collection }) =>
    ['', '/stream', '/history'].flatMap((suffix) =>
      subject.parties
        .filter((party) => name !== subject.workflow.name || !mayLook(subject, party))
        .map((party) => ({
          name: `${subject.name}: GET ${collection}/…${suffix}, with ${party.name}`,
          method: 'GET',
          path: `/v1/${collection}/${subject.id}${suffix}`,
          party,
        })),
    ),
  );
}

/** Spellings of an address that a proxy or a router may read as another address. The service takes each literally or not at all. */
const spellings: readonly ((path: string) => string)[] = [
  (path) => `${path}/`,
  (path) => `/${path}`,
  (path) => path.replace(/\/([^/]+)$/, '//$1'),
  (path) => path.replace(/\/([^/]+)$/, '%2F$1'),
  (path) => path.replace(/\/([^/]+)$/, '%2f$1'),
  (path) => path.replace(/\/([^/]+)$/, '/./$1'),
  (path) => path.replace(/\/([^/]+)$/, '/%2e/$1'),
  (path) => path.replace(/\/([^/]+)$/, '/x/%2E%2e/$1'),
  (path) => path.replace(/(.)$/, (last) => `%${last.charCodeAt(0).toString(16)}`),
  (path) => path.replace(/^\/(.)/, (_, first: string) => `/%${first.charCodeAt(0).toString(16)}`),
  (path) => path.replace(/^\/(.)/, (_, first: string) => `/%25${first.charCodeAt(0).toString(16)}`),
  (path) => path.toUpperCase(),
  (path) => `${path};x=1`,
  (path) => `${path}%00`,
  (path) => `${path}?x=%`,
  (path) => `/x/..${path}`,
];

/** Every method and every spelling, at addresses of a session, an owner and an admin. The callers have no rights there. */
function spelled({ name, id, workflow, parties }: Subject): Attempt[] {
  const event = Object.keys(workflow.events).find((type) => workflow.events[type]?.sender !== 'provider') ?? expect.fail('No event');
  const session = `/v1/${workflow.collection}/${id}`;
  const paths = [session, `${session}/history`, `${session}/${eventName(event)}`, `/v1/me/links/${id}`, '/v1/me/devices', '/admin/audit'];
  const strangers = parties.filter(({ as, credentials }) => as === 'stranger' && credentials.headers === undefined);
  const nobody = strangers.at(-1) ?? expect.fail('No stranger');
  const foreign = strangers.find((party) => party.name === 'the token of another session') ?? expect.fail('No other session');
  return [nobody, foreign].flatMap((party) =>
    paths.flatMap((path) =>
      ['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS', 'PUT', 'PATCH'].flatMap((method) =>
        [path, ...spellings.map((spell) => spell(path))].map((spelling) => ({
          name: `${name}: ${method} ${spelling}, with ${party.name}`,
          method,
          path: spelling,
          party,
          isRaw: true as const,
          ...(method === 'POST' ? { body: {} } : {}),
        })),
      ),
    ),
  );
}

function cancellations({ name, id, parties }: Subject): Attempt[] {
  return parties
    .filter(({ credentials }) => credentials.headers === undefined)
    .map((party) => ({
      name: `${name}: an admin's cancel, with ${party.name}`,
      method: 'POST',
      path: `/admin/sessions/${id}/cancel`,
      party,
      body: {},
    }));
}

/** Attempts run concurrently, because a service that gets one request at a time is mostly idle. */
const atOnce = 16;

describe.each([quickDatabase])('on %s', (kind) => {
  let database: TestDatabase;
  let service: Service;
  let client: Client;
  let subjects: Subject[];

  const start = async () => {
    service = await startIn({ ...database.environment, ...settings }, definitions);
    client = new Client(service.url);
  };
  /** The stored rows. Another process runs the service afterwards, without cached sessions. */
  const dump = async () => {
    await service.stop();
    const rows = await dumpOf(database.environment, written);
    await start();
    return rows;
  };
  /** Sends the path as it is: a URL would resolve its dots. */
  const sendRaw = async ({ method, path, party, body }: Attempt): Promise<Pick<Answer, 'status' | 'body'>> => {
    const { token } = party.credentials;
    const headers = { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
    const outgoing = request(client.url, { method, path, headers });
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    return { status: response.statusCode ?? 0, body: { state: await readText(response) } };
  };
  const make = (attempt: Attempt) => (attempt.isRaw ? sendRaw(attempt) : send(attempt));
  const send = ({ method, path, party, body }: Attempt) =>
    client.call(method, path, {
      ...party.credentials,
      ...(body === undefined ? {} : { body, headers: { ...party.credentials.headers, 'idempotency-key': 'the-key-of-an-attack-012345' } }),
    });

  beforeAll(async () => {
    database = await testDatabase(kind);
    await start();
    await client.freeze();
    subjects = await subjectsIn(client);
  });
  afterAll(async () => {
    await service.stop();
    await database.remove();
  });

  test('a party is refused what it may not see or send, and the refusal leaves no trace', { timeout: 300_000 }, async () => {
    const before = await dump();
    expect(before).toMatchObject({ sessions: expect.any(Array), history: expect.any(Array), budgets: expect.any(Array) });
    const all = subjects.flatMap((subject) => [...eventsSent(subject), ...looks(subject), ...cancellations(subject)]);
    expect(all.length).toBeGreaterThan(2000);
    // The router is the same for all workflows, so two sessions stand for them: one that its holder started, and one that an agent started.
    const others = subjects.filter(({ name }) => name === 'email-verification' || name === 'support-access').flatMap(spelled);
    expect(others.length).toBeGreaterThan(2000);
    const attempts = [...all, ...others];
    const wrong: string[] = [];
    for (let next = 0; next < attempts.length; next += atOnce) {
      const batch = attempts.slice(next, next + atOnce);
      const answers = await Promise.all(batch.map(make));
      for (const [index, { status, body }] of answers.entries())
        if (status !== 401 && status !== 404) wrong.push(`${batch[index]?.name}: ${status} ${body.code ?? body.state}`);
    }
    expect(wrong).toEqual([]);
    expect(await dump()).toEqual(before);
  });

  describe('a session that anyone may start, with an event for each sender', () => {
    const party = (as: Party['as']) => subject.parties.find((each) => each.as === as) ?? expect.fail(`No ${as}`);
    const path = (suffix = '') => `/v1/petitions/${subject.id}${suffix}`;
    const offered = ({ body }: Answer) => body.events.map(({ type }: { type: string }) => type);

    let subject: Subject;
    beforeEach(async () => {
      subject = (await subjectsIn(client)).find(({ name }) => name === petition.name) ?? expect.fail('No petition');
    });

    test('offers each party its own events', async () => {
      const offers = async (as: Party['as']) => offered(await client.call('GET', path(), party(as).credentials));
      expect([await offers('holder'), await offers('owner'), await offers('agent')]).toEqual([
        ['withdraw', 'cancel'],
        ['object'],
        ['approve'],
      ]);
    });

    test('accepts the agent’s event from the agent, who sees none of the holder’s credentials', async () => {
      const [event, state] = petitionEvents.agent;
      const approved = await client.call('POST', path(`/${event}`), { ...party('agent').credentials, body: {} });
      expect([approved.status, approved.body.state, approved.body.result]).toEqual([200, state, null]);
      const { body: seen } = await client.call('GET', path(), party('owner').credentials);
      expect([seen.outcome, seen.result]).toEqual([state, null]);
      const { body: held } = await client.call('GET', path(), party('holder').credentials);
      expect(held.result.token).toEqual(expect.any(String));
    });

    test('scopes an Idempotency-Key to its sender: another agent’s key names another request', async () => {
      const [event] = petitionEvents.agent;
      const agents = subject.parties.filter(({ as }) => as === 'agent');
      const keyed = ({ credentials }: Party) =>
        client.post(path(`/${event}`), {}, { ...credentials, headers: { ...credentials.headers, 'idempotency-key': 'one-key' } });
      const answers: number[] = [];
      for (const agent of [...agents, ...agents.slice(0, 1)]) answers.push((await keyed(agent)).status);
      expect(answers).toEqual([200, 409, 409, 200]);
    });

    test.each(['holder', 'owner'] as const)('takes the event of the %s from the %s', async (as) => {
      const [event, state] = petitionEvents[as];
      const answer = await client.call('POST', path(`/${event}`), { ...party(as).credentials, body: {} });
      expect([answer.status, answer.body.state, answer.body.events]).toEqual([200, state, []]);
    });
  });
});
