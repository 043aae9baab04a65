/**
 * The gate, tried from all sides, on both databases: every event and every look of every workflow, through every collection, with each
 * kind of credential. The attempts follow from the registry. A refused request is answered 401 or 404 and leaves no trace: no row of the
 * database differs afterwards, whether a session, its history, a budget, or the outcome of an Idempotency-Key.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { exampleOf } from '../../src/http/openapi-example.ts';
import type { Service } from '../../src/service.ts';
import { petition, petitionEvents } from '../support/petition.ts';
import { type Answer, Client, databaseKinds, startIn, type TestDatabase, testDatabase } from '../support/service.ts';
import { dumpOf } from '../support/table-dump.ts';
import { definitions, mayLook, maySend, type Party, type Subject, settings, subjectsIn, workflows } from './parties.ts';

/** Tables that legitimately change: requests with an agent's key are audited, and the sandbox's clock is the suite's. */
const written = ['audit', 'sandbox_clock'];

interface Attempt {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly party: Party;
  readonly body?: unknown;
}

const eventName = (type: string) => type.toLowerCase().replaceAll('_', '-');

/**
 * Every event through every collection, except those that the party may send. Some bodies are right, others nonsense: the gate must read
 * neither.
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

function cancellations({ name, id, parties }: Subject): Attempt[] {
  return parties
    .filter(({ credentials }) => credentials.headers === undefined)
    .map((party) => ({
      name: `${name}: an administrator's cancel, with ${party.name}`,
      method: 'POST',
      path: `/admin/sessions/${id}/cancel`,
      party,
      body: {},
    }));
}

/** Concurrent attempts, because a service asked one by one idles most of the time. */
const atOnce = 16;

describe.each(databaseKinds)('on %s', (kind) => {
  let database: TestDatabase;
  let service: Service;
  let client: Client;
  let subjects: Subject[];

  const start = async () => {
    service = await startIn({ ...database.environment, ...settings }, definitions);
    client = new Client(service.url);
  };
  /** The stored rows. Afterwards another process runs the service, and remembers no session. */
  const dump = async () => {
    await service.stop();
    const rows = await dumpOf(database.environment, written);
    await start();
    return rows;
  };
  const make = ({ method, path, party, body }: Attempt) =>
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

  test('what is not for somebody to see or to send is refused, and leaves no trace', { timeout: 300_000 }, async () => {
    const before = await dump();
    expect(before).toMatchObject({ sessions: expect.any(Array), history: expect.any(Array), budgets: expect.any(Array) });
    const attempts = subjects.flatMap((subject) => [...eventsSent(subject), ...looks(subject), ...cancellations(subject)]);
    expect(attempts.length).toBeGreaterThan(2000);
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

  describe('a session that anybody may start, with an event for each sender', () => {
    const party = (as: Party['as']) => subject.parties.find((each) => each.as === as) ?? expect.fail(`No ${as}`);
    const path = (suffix = '') => `/v1/petitions/${subject.id}${suffix}`;
    const offered = ({ body }: Answer) => body.events.map(({ type }: { type: string }) => type);

    let subject: Subject;
    beforeEach(async () => {
      subject = (await subjectsIn(client)).find(({ name }) => name === petition.name) ?? expect.fail('No petition');
    });

    test('offers to each what they may send', async () => {
      const offers = async (as: Party['as']) => offered(await client.call('GET', path(), party(as).credentials));
      expect([await offers('holder'), await offers('owner'), await offers('agent')]).toEqual([
        ['withdraw', 'cancel'],
        ['object'],
        ['approve'],
      ]);
    });

    test('takes the agent’s event from the agent, who sees nothing of what it proves to its holder', async () => {
      const [event, state] = petitionEvents.agent;
      const approved = await client.call('POST', path(`/${event}`), { ...party('agent').credentials, body: {} });
      expect([approved.status, approved.body.state, approved.body.result]).toEqual([200, state, null]);
      const { body: seen } = await client.call('GET', path(), party('owner').credentials);
      expect([seen.outcome, seen.result]).toEqual([state, null]);
      const { body: held } = await client.call('GET', path(), party('holder').credentials);
      expect(held.result.token).toEqual(expect.any(String));
    });

    test.each(['holder', 'owner'] as const)('takes the event of the %s from the %s', async (as) => {
      const [event, state] = petitionEvents[as];
      const answer = await client.call('POST', path(`/${event}`), { ...party(as).credentials, body: {} });
      expect([answer.status, answer.body.state, answer.body.events]).toEqual([200, state, []]);
    });
  });
});
