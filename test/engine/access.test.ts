/** The engine refuses events of other senders on every route, without calling a resolver or writing a row. */
import { describe, expect, test } from 'vitest';
import { defineWorkflow } from '../../machines/define-workflow.ts';
import type { Sender, WorkflowDefinition } from '../../machines/workflow.ts';
import { EventNotFound, SenderRefused, SessionMigrated, SessionNotFound } from '../../src/engine/errors.ts';
import { Workflows } from '../../src/engine/machines/workflows.ts';
import { serviceCaller } from '../../src/engine/ports.ts';
import { statePath } from '../../src/engine/session.ts';
import { type AuthenticatedSender, partiesOf } from '../../src/engine/sessions/access.ts';
import { MemoryDatabase } from '../support/memory-store.ts';
import { petition } from '../support/petition.ts';
import { ManualClock, TestProcess, testDefinitions } from '../support/test-process.ts';
import { seed } from '../support/workflows.ts';

const accountId = '0193a3c1-5f6e-7b2d-9c4a-1e2f3a4b5c6d';
const agent = { keyName: 'desk', name: 'Sam' };

/** The roles of a petition. No client takes part in one. */
const senders: Readonly<Record<Exclude<Sender, 'client'>, AuthenticatedSender>> = {
  holder: { as: 'holder' },
  owner: { as: 'owner', accountId },
  agent: { as: 'agent', agent },
  provider: { as: 'provider' },
};
const strangers: readonly AuthenticatedSender[] = [
  { as: 'owner', accountId: '0193a3c1-5f6e-7b2d-9c4a-000000000000' },
  { as: 'client', client: 'shop' },
];
const events = { APPROVE: 'agent', WITHDRAW: 'holder', OBJECT: 'owner', LOSE: 'provider', CANCEL: 'holder' } as const;

/** A petition that only an agent starts, and that names the agent. */
const closedPetition = defineWorkflow('closed-petition', (policy) => {
  const { name: _, start, ...rest } = petition.of(policy);
  return { ...rest, collection: 'closed-petitions', start: { ...start, by: 'agent' } };
});

async function begun(name: string, definitions: readonly WorkflowDefinition[] = [petition, closedPetition, ...testDefinitions]) {
  const database = new MemoryDatabase();
  const workflows = new Workflows(definitions, seed);
  const resolved: unknown[] = [];
  const process = new TestProcess(database.process(), new ManualClock(), {
    workflows,
    resolvers: {
      credentials: {
        start: () => ({
          event: { type: 'SUBMIT_CREDENTIALS', correct: true, trusted: true },
          personal: {},
          personalIfTaken: { accountId, ...(name === 'closed-petition' ? { agentKey: agent.keyName, agent: agent.name } : {}) },
        }),
        prepare: async (body) => resolved.push(body),
      },
    },
  });
  const latest = (of: string) => workflows.latest().find((workflow) => workflow.name === of) ?? expect.fail(`No ${of}`);
  const { session } = await process.engine.start(latest(name), { email: 'jane@example.com', password: 'x' }, null, serviceCaller);
  resolved.length = 0;
  const send = (type: string, sender: AuthenticatedSender, of = name) =>
    process.engine.send(session.id, { workflow: latest(of), sender, type, body: {}, idempotency: null, caller: serviceCaller });
  const row = () => structuredClone(database.rows.get(session.id));
  return { database, process, session, send, row, resolved, workflows };
}

describe('an event', () => {
  const pairs = Object.entries(events).flatMap(([type, role]) =>
    Object.values(senders).map((sender) => [type, role, sender.as, sender] as const),
  );

  test.each(pairs)('%s, for the %s, from the %s', async (type, role, as, sender) => {
    const { send, row } = await begun('petition');
    const before = row();
    const sent = send(type, sender);
    if (as === role) return expect(await sent).toMatchObject({ rejection: null, session: { status: 'done' } });
    await expect(sent).rejects.toThrow(SenderRefused);
    expect(row()).toEqual(before);
  });

  test.each(strangers)('of a stranger is refused as if there were no session: %j', async (sender) => {
    const { send, row } = await begun('petition');
    const before = row();
    await expect(send('OBJECT', sender)).rejects.toThrow(SessionNotFound);
    expect(row()).toEqual(before);
  });

  test('of another agent is refused if the session names its agent, and accepted if it names none', async () => {
    const robin = { as: 'agent', agent: { ...agent, name: 'Robin' } } as const;
    const night = { as: 'agent', agent: { ...agent, keyName: 'night' } } as const;
    const named = await begun('closed-petition');
    for (const other of [robin, night]) await expect(named.send('APPROVE', other)).rejects.toThrow(SessionNotFound);
    expect((await named.send('APPROVE', senders.agent)).rejection).toBeNull();
    expect((await (await begun('petition')).send('APPROVE', robin)).rejection).toBeNull();
  });

  test('of the holder is refused if the session has no token, and so no holder', async () => {
    const { send } = await begun('closed-petition');
    await expect(send('CANCEL', senders.holder)).rejects.toThrow(SessionNotFound);
  });

  test('of another workflow is refused, even if both workflows have an event of that name', async () => {
    const { send, row } = await begun('petition');
    const before = row();
    for (const [type, of] of [
      ['CANCEL', 'errand'],
      ['PERFORM', 'errand'],
      ['CANCEL', 'closed-petition'],
    ] as const)
      await expect(send(type, senders.holder, of)).rejects.toThrow(SessionNotFound);
    expect(row()).toEqual(before);
  });

  test.each(['PERFORM', 'constructor', '__proto__', 'xstate.init', 'SUBMIT_CREDENTIALS'])(
    'that the workflow does not declare is unknown: %s',
    async (type) => {
      const { send, row } = await begun('petition');
      const before = row();
      for (const sender of [...Object.values(senders), { as: 'service' } as const])
        await expect(send(type, sender)).rejects.toThrow(EventNotFound);
      expect(row()).toEqual(before);
    },
  );

  test('of the service itself is a cancel, and nothing else', async () => {
    const { send } = await begun('petition');
    for (const type of ['APPROVE', 'WITHDRAW', 'OBJECT', 'LOSE'])
      await expect(send(type, { as: 'service' })).rejects.toThrow(SenderRefused);
    expect(statePath((await send('CANCEL', { as: 'service' })).session.value)).toBe('cancelled');
  });

  test('whose resolver works before the turn is refused before that work', async () => {
    const costly = defineWorkflow('petition', (policy) => {
      const workflow = petition.of(policy);
      const { APPROVE } = workflow.events;
      return APPROVE ? { ...workflow, events: { ...workflow.events, APPROVE: { ...APPROVE, resolver: 'credentials' } } } : workflow;
    });
    const { send, resolved } = await begun('petition', [costly]);
    await expect(send('APPROVE', senders.holder)).rejects.toThrow(SenderRefused);
    expect(resolved).toEqual([]);
  });

  test('that another version of the workflow resolved is not accepted', async () => {
    const next = defineWorkflow('petition', (policy) => ({ ...petition.of(policy), version: 2 }));
    const { process, session, row } = await begun('petition', [petition]);
    const before = row();
    const workflow = next.of(seed);
    const event = { workflow, sender: senders.holder, type: 'WITHDRAW', body: {}, idempotency: null, caller: serviceCaller };
    await expect(process.engine.send(session.id, event)).rejects.toThrow(SessionMigrated);
    expect(row()).toEqual(before);
  });
});

describe('access control', () => {
  test('asks the store nothing about a cached session', async () => {
    const { process, session, workflows, database } = await begun('petition');
    const [workflow] = workflows.latest();
    if (!workflow) throw new Error('No workflow');
    database.rows.clear();
    const request = { workflow, sender: senders.holder, type: 'WITHDRAW' };
    expect((await process.engine.access.authorise(session.id, request)).name).toBe('petition');
    expect(await process.engine.access.workflowName(session.id)).toBe('petition');
  });

  test('refuses nothing by a cached session: another process may know a newer owner', async () => {
    const { process, session, workflows, database } = await begun('petition');
    const [workflow] = workflows.latest();
    const row = database.rows.get(session.id);
    if (!workflow || !row) throw new Error('No session');
    const other = '0193a3c1-5f6e-7b2d-9c4a-ffffffffffff';
    row.session = { ...row.session, revision: row.session.revision + 1, accountId: other };
    const owner = { as: 'owner', accountId: other } as const;
    expect((await process.engine.access.read(session.id, { workflow, sender: owner })).session.accountId).toBe(other);
    await expect(process.engine.access.read(session.id, { workflow, sender: senders.owner })).rejects.toThrow(SessionNotFound);
  });

  test('shows nothing by a cached session either', async () => {
    const { process, session, workflows, database } = await begun('petition');
    const [workflow] = workflows.latest();
    const row = database.rows.get(session.id);
    if (!workflow || !row) throw new Error('No session');
    row.session = { ...row.session, revision: row.session.revision + 1, accountId: null };
    await expect(process.engine.access.read(session.id, { workflow, sender: senders.owner })).rejects.toThrow(SessionNotFound);
  });
});

test('the parties of a workflow are its starter and the senders of its events; a session that an agent starts has no holder', () => {
  expect([...partiesOf(petition.of(seed))].sort()).toEqual(['agent', 'holder', 'owner', 'provider']);
  expect([...partiesOf(closedPetition.of(seed))].sort()).toEqual(['agent', 'owner', 'provider']);
});
