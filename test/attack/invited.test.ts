/**
 * Attacks on a workflow with invited parties and a client: every credential at every route. The workflow says what each party may send; all
 * else is refused, and changes nothing.
 */
import { beforeAll, expect, test } from 'vitest';
import { expenseService, clientKeys as keys } from '../support/expense-service.ts';
import type { CallOptions, Client, TestSession } from '../support/service.ts';

const running = expenseService();
let client: Client;
beforeAll(() => {
  client = running();
});

let count = 0;

interface Target {
  readonly session: TestSession;
  readonly first: string;
  readonly second: string;
}

async function tokenFor(address: string, least = 1): Promise<string> {
  let newest = '';
  await expect
    .poll(async () => {
      const found = await client.messages(address);
      newest = /#(\S+)/.exec(found[0]?.text ?? '')?.[1] ?? '';
      return found.length;
    })
    .toBeGreaterThanOrEqual(least);
  return newest;
}

async function target(): Promise<Target> {
  count += 1;
  const addresses = { requester: `r${count}@example.com`, firstApprover: `a${count}@example.com`, secondApprover: `b${count}@example.com` };
  const session = await client.start('expenses', { ...addresses, expenseReason: 'Chairs' }, { 'x-client-key': keys.shop });
  return { session, first: await tokenFor(addresses.firstApprover), second: await tokenFor(addresses.secondApprover) };
}

const events: Readonly<Record<string, readonly string[]>> = {
  approve: ['approver1', 'approver2'],
  reject: ['approver1', 'approver2'],
  'invite-again': ['holder'],
  withdraw: ['holder'],
  pay: ['client'],
};

/** A copy of a token in which one character of the proof differs. */
function altered(token: string, at: number): string {
  const place = token.lastIndexOf('.') + 1 + at;
  return token.slice(0, place) + (token[place] === 'A' ? 'B' : 'A') + token.slice(place + 1);
}

test('no credential reads or sends more than its party may', async () => {
  const [{ session, first, second }, other] = [await target(), await target()];
  const [, number = '', proof = ''] = first.split('.');
  const bearer = (token: string): CallOptions => ({ token });
  const credentials: readonly (readonly [name: string, role: string | null, CallOptions])[] = [
    ['the session’s token', 'holder', bearer(session.token)],
    ['the token of the first approver', 'approver1', bearer(first)],
    ['the token of the second approver', 'approver2', bearer(second)],
    ['the key of the client', 'client', { headers: { 'x-client-key': keys.shop } }],
    ['the key of another client', null, { headers: { 'x-client-key': keys.bank } }],
    ['the key of a client as a token', null, bearer(keys.shop)],
    ['nothing', null, {}],
    ['the token of another session', null, bearer(other.session.token)],
    ['the same approver’s token of another session', null, bearer(other.first)],
    ['the token under the other approver’s name', null, bearer(`approver2.${number}.${proof}`)],
    ['the token under the name of the holder', null, bearer(`holder.${number}.${proof}`)],
    ['the token under the name of the client', null, bearer(`client.${number}.${proof}`)],
    ['the token under a member of every object', null, bearer(`constructor.${number}.${proof}`)],
    ['the proof alone', null, bearer(proof)],
    ['the number written otherwise', null, bearer(`approver1.0${number}.${proof}`)],
    ['the first of all numbers', null, bearer(`approver1.1${number}.${proof}`)],
    ['an altered proof', null, bearer(altered(first, 0))],
    ['a proof that is altered at its end', null, bearer(altered(first, 42))],
    ['the token of a session as a proof', null, bearer(`approver1.${number}.${session.token}`)],
    ['an endless number', null, bearer(`approver1.${'9'.repeat(400)}.${proof}`)],
  ];
  const { revision } = await session.read();
  for (const [name, role, as] of credentials) {
    const read = await client.call('GET', session.path, as);
    expect([name, read.status]).toEqual([name, role === null ? expect.toSatisfy((status) => status === 401 || status === 404) : 200]);
    for (const path of ['/history', '/stream'])
      if (role === null) expect((await client.call('GET', session.path + path, as)).status).toBeGreaterThanOrEqual(401);
    for (const [event, senders] of Object.entries(events)) {
      if (role !== null && senders.includes(role)) continue;
      const { status, body } = await client.post(`${session.path}/${event}`, {}, as);
      expect([name, event, status]).toEqual([name, event, expect.toSatisfy((each) => each === 401 || each === 404)]);
      if (role === null) expect(JSON.stringify(body)).not.toContain('Chairs');
    }
  }
  expect((await session.read()).revision).toBe(revision);
});

test('no answer but the message holds a party’s token', async () => {
  const { session, first, second } = await target();
  const answers = [
    session.created,
    await session.read(),
    await session.history(),
    (await client.get(session.path, first)).body,
    (await client.post(`${session.path}/approve`, {}, { token: first })).body,
    (await client.post(`${session.path}/pay`, {}, { headers: { 'x-client-key': keys.shop } })).body,
  ];
  for (const answer of answers) for (const token of [first, second]) expect(JSON.stringify(answer)).not.toContain(token.split('.')[2]);
  expect(JSON.stringify((await client.get(session.path, first)).body)).not.toContain(session.token);
});

test('neither the start body nor an event can name a sender', async () => {
  const addresses = { requester: 'r@example.com', firstApprover: 'a@example.com', secondApprover: 'b@example.com' };
  for (const forged of [{ by: 'approver1' }, { sender: 'approver1' }, { viewer: 'approver1' }, { approved1: true }]) {
    const body = { ...addresses, expenseReason: 'Chairs', ...forged };
    const { status } = await client.post('/v1/expenses', body, { headers: { 'x-client-key': keys.shop } });
    expect([forged, status]).toEqual([forged, 400]);
  }
  const { session, first } = await target();
  const { status } = await client.post(`${session.path}/approve`, { by: 'approver2' }, { token: first });
  expect(status).toBe(400);
});
