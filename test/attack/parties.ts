/** One session of every workflow, and every party that might act on it. The workflow defines the rights of each party. */
import { expect } from 'vitest';
import type { Sender, Workflow } from '../../machines/workflow.ts';
import { Workflows } from '../../src/engine/machines/workflows.ts';
import { freshNumber } from '../../src/testing/participants/numbers.ts';
import { goodPassword as password } from '../../src/testing/participants/password.ts';
import { petition } from '../support/petition.ts';
import type { CallOptions, Client, Json } from '../support/service.ts';
import { registry, seed } from '../support/workflows.ts';

/** The services that these tests start. */
export const definitions = [...registry, petition];
export const workflows = new Workflows(definitions, seed).latest();

const keys = { desk: 'a-key-of-the-support-desk-1', night: 'a-key-of-the-night-shift--2' };
export const settings = { ADMIN_KEYS: `desk:${keys.desk},night:${keys.night}` };

/** A credential and its owner. */
export interface Party {
  readonly name: string;
  readonly as: Sender | 'stranger';
  readonly credentials: CallOptions;
}

export interface Subject {
  readonly name: string;
  readonly workflow: Workflow;
  readonly id: string;
  readonly parties: readonly Party[];
}

function workflowNamed(name: string): Workflow {
  return workflows.find((each) => each.name === name) ?? expect.fail(`No workflow ${name}`);
}

/** True for a party that may see a session: its holder, and every other sender of one of its events. */
export function mayLook({ workflow, parties }: Subject, party: Party): boolean {
  const senders = Object.values(workflow.events).map(({ sender }) => sender);
  const isTaken = workflow.start.by === 'agent' || party.as === 'holder' || senders.some((sender) => sender === party.as);
  return party.as !== 'stranger' && isTaken && parties.includes(party);
}

export function maySend(subject: Subject, party: Party, type: string): boolean {
  return subject.workflow.events[type]?.sender === party.as && mayLook(subject, party);
}

/** The access token with which the owner of the session acts. */
async function logIn(client: Client, { email, deviceToken }: { email: string; deviceToken: string }): Promise<string> {
  const { body } = await client.post('/v1/login-verifications', { email, password, deviceToken });
  return body.accessToken ?? body.result.token;
}

async function account(client: Client, email: string) {
  const phone = freshNumber('mobile');
  const { body } = await client.post('/sandbox/accounts', { email, password, phone, trustedDevice: true });
  return { id: body.id as string, email, token: await logIn(client, { email, deviceToken: body.deviceToken }) };
}

let sets = 0;

/** A session of every registered workflow and of a child, each with all its parties and some strangers. */
export async function subjectsIn(client: Client): Promise<Subject[]> {
  sets += 1;
  const address = (name: string) => `${name}-${sets}@example.com`;
  const [owner, stranger] = [await account(client, address('owner')), await account(client, address('stranger'))];
  const agent = { token: keys.desk, headers: { 'x-agent': 'Sam' } };
  // Only an account with a passkey can be unlocked.
  const passkey = { credentialId: `passkey-of-the-owner-${sets}`, publicKey: 'b'.repeat(80) };
  await client.post(`/sandbox/accounts/${owner.id}/passkeys`, passkey);
  const starts: Readonly<Record<string, readonly [body: () => unknown, as?: CallOptions]>> = {
    'email-verification': [() => ({ email: address('jane') })],
    'phone-verification': [() => ({ phone: freshNumber('mobile'), channel: 'sms' })],
    'login-verification': [() => ({ email: owner.email, password })],
    'account-setup': [() => ({ email: address('new'), password })],
    'account-change': [() => ({ change: { kind: 'email', email: address('other') } }), { token: owner.token }],
    'support-access': [() => ({ accountId: owner.id, reason: 'No message arrives' }), agent],
    'passkey-login': [() => ({})],
    'passkey-registration': [() => ({}), { token: owner.token }],
    'device-unlock': [() => ({}), { token: owner.token }],
    'authenticator-registration': [() => ({}), { token: owner.token }],
    'backup-code-replacement': [() => ({}), { token: owner.token }],
    petition: [() => ({ email: owner.email, password })],
  };
  const start = async ({ name, collection }: Workflow): Promise<Json> => {
    const [body, as] = starts[name] ?? expect.fail(`Nobody has told the suite how to start ${name}`);
    const answer = await client.post(`/v1/${collection}`, body(), as);
    expect([name, answer.status]).toEqual([name, 201]);
    return answer.body;
  };
  const others = await Promise.all(workflows.map(start));
  const foreign = others.find(({ sessionToken }) => sessionToken !== undefined);
  const partiesOf = (workflow: Workflow, token: string | undefined, another: string): Party[] => [
    ...(token === undefined ? [] : [{ name: 'its token', as: 'holder', credentials: { token } } as const]),
    { name: 'the token of another session', as: 'stranger', credentials: { token: another } },
    { name: 'the login of its owner', as: 'owner', credentials: { token: owner.token } },
    { name: 'the login of somebody else', as: 'stranger', credentials: { token: stranger.token } },
    { name: 'the key of its agent', as: 'agent', credentials: agent },
    {
      name: 'the key of another agent',
      // A session that names no agent is open to all agents.
      as: workflow.start.by === 'agent' ? 'stranger' : 'agent',
      credentials: { token: keys.night, headers: { 'x-agent': 'Robin' } },
    },
    {
      name: 'the key of an agent, and another’s name',
      as: workflow.start.by === 'agent' ? 'stranger' : 'agent',
      credentials: { token: keys.desk, headers: { 'x-agent': 'Robin' } },
    },
    { name: 'nothing', as: 'stranger', credentials: {} },
  ];
  const subjects = await Promise.all(
    workflows.map(async (workflow, index): Promise<Subject & { readonly body: Json }> => {
      const body = await start(workflow);
      const another = others[index].sessionToken ?? foreign.sessionToken;
      return { name: workflow.name, workflow, id: body.id, parties: partiesOf(workflow, body.sessionToken, another), body };
    }),
  );
  const setUp = subjects.find(({ name }) => name === 'account-setup') ?? expect.fail('No set-up');
  const { body } = await client.get(`/v1/account-setups/${setUp.id}`, setUp.body.sessionToken);
  const child = workflowNamed(body.child.workflow);
  const { id: childId, sessionToken: childToken } = body.child;
  return [
    ...subjects,
    { name: 'the child of a set-up', workflow: child, id: childId, parties: partiesOf(child, childToken, setUp.body.sessionToken) },
  ];
}
