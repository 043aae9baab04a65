/** A workflow with two invited approvers and a paying backend, over HTTP: each party sends its own events, and sees its own view. */
import { beforeAll, describe, expect, test } from 'vitest';
import { clientKeys, expenseService } from '../support/expense-service.ts';
import type { Client, TestSession } from '../support/service.ts';

const { shop: shopKey, bank: bankKey } = clientKeys;

const running = expenseService();
let client: Client;
beforeAll(() => {
  client = running();
});

let count = 0;

interface Asked {
  readonly session: TestSession;
  readonly first: string;
  readonly second: string;
}

async function asked(more: object = {}): Promise<Asked> {
  count += 1;
  const [first, second] = [`first-${count}@example.com`, `second-${count}@example.com`];
  const body = { requester: `jane-${count}@example.com`, firstApprover: first, secondApprover: second, expenseReason: 'Chairs', ...more };
  return { session: await client.start('expenses', body, { 'x-client-key': shopKey }), first, second };
}

/** The links in the messages to an address, the newest first. */
async function linksTo(address: string, least = 1): Promise<string[]> {
  let links: string[] = [];
  await expect
    .poll(async () => {
      links = (await client.messages(address)).map(
        ({ text }) => /\S+\/invitations\/\S+/.exec(text)?.[0] ?? expect.fail(`No link in ${text}`),
      );
      return links.length;
    })
    .toBeGreaterThanOrEqual(least);
  return links;
}

const tokenIn = (link: string | undefined) => link?.split('#')[1] ?? expect.fail('No token');

async function tokensOf({ first, second }: Asked): Promise<[string, string]> {
  return [tokenIn((await linksTo(first))[0]), tokenIn((await linksTo(second))[0])];
}

const names = ({ body }: { body: { events: { type: string }[] } }) => body.events.map(({ type }) => type);
const send = (session: TestSession, event: string, token?: string, headers: Record<string, string> = {}) =>
  client.post(`${session.path}/${event}`, {}, { ...(token === undefined ? {} : { token }), headers });
const outcome = ({ status, body }: { status: number; body: { code?: string; state?: string } }) => `${status} ${body.code ?? body.state}`;

test('two approvers approve by their own links, and the backend that started the expense pays', async () => {
  const expense = await asked();
  const { session } = expense;
  const [first, second] = await tokensOf(expense);
  expect(JSON.stringify(session.created)).not.toContain(first);
  expect(names(await client.get(session.path, first))).toEqual(['approve', 'reject']);
  expect(outcome(await send(session, 'approve', first))).toBe('200 asking');
  // One approver does not stand for both.
  expect(names(await client.get(session.path, first))).toEqual(['reject']);
  expect(outcome(await send(session, 'approve', first))).toBe('409 already-approved');
  expect(names(await client.get(session.path, second))).toEqual(['approve', 'reject']);
  expect(outcome(await send(session, 'approve', second))).toBe('200 approved');
  expect(outcome(await send(session, 'pay', undefined, { 'x-client-key': bankKey }))).toBe('404 not-found');
  expect(names(await client.call('GET', session.path, { headers: { 'x-client-key': shopKey } }))).toEqual(['pay']);
  expect(outcome(await send(session, 'pay', undefined, { 'x-client-key': shopKey }))).toBe('200 paid');
  expect((await session.history()).map(({ event }) => event)).toEqual(['start', 'approve', 'approve', 'pay']);
});

test('a holder with the client key sends the events of both', async () => {
  const expense = await asked();
  const [first, second] = await tokensOf(expense);
  for (const token of [first, second]) await send(expense.session, 'approve', token);
  const { token, path } = expense.session;
  expect(names(await client.call('GET', path, { token, headers: { 'x-client-key': shopKey } })).sort()).toEqual(['pay', 'withdraw']);
  expect(names(await client.get(path, token))).toEqual(['withdraw']);
});

describe('a view', () => {
  test('knows its viewer', async () => {
    const expense = await asked();
    const [first] = await tokensOf(expense);
    const { path, token } = expense.session;
    expect((await client.get(path, token)).body.data).toEqual({ viewer: 'holder', reason: 'Chairs' });
    const seen = await client.get(path, first);
    expect(seen.body.data).toEqual({ viewer: 'approver1', reason: 'Chairs', requester: `jane-${count}@example.com` });
    expect(seen.body).not.toHaveProperty('sessionToken');
    expect(JSON.stringify(seen.body)).not.toContain('second-');
  });
});

describe('a token', () => {
  test('of a party sends no event of another role, and opens no other session', async () => {
    const [expense, other] = [await asked(), await asked()];
    const [first] = await tokensOf(expense);
    const [foreign] = await tokensOf(other);
    const { session } = expense;
    expect(outcome(await send(session, 'withdraw', first))).toBe('401 unauthenticated');
    expect(outcome(await send(session, 'pay', first))).toBe('401 unauthenticated');
    expect(outcome(await send(session, 'approve', session.token))).toBe('401 unauthenticated');
    for (const token of [
      foreign,
      other.session.token,
      first.replace('approver1', 'approver2'),
      first.replace(/\.\d+\./, '.7.'),
      `${first}x`,
    ])
      expect([token, (await client.get(session.path, token)).status, (await send(session, 'approve', token)).status]).toEqual([
        token,
        401,
        401,
      ]);
  });

  test('ends when its party is invited again', async () => {
    const expense = await asked();
    const [old, other] = await tokensOf(expense);
    expect(outcome(await send(expense.session, 'invite-again', expense.session.token))).toBe('200 asking');
    const [fresh] = await linksTo(expense.first, 2);
    expect(tokenIn(fresh)).not.toBe(old);
    expect(outcome(await send(expense.session, 'approve', old))).toBe('401 unauthenticated');
    expect((await client.get(expense.session.path, other)).status).toBe(401);
    expect(outcome(await send(expense.session, 'approve', tokenIn(fresh)))).toBe('200 asking');
  });

  test('is repeated by a reminder, which a timer sends', async () => {
    const expense = await asked();
    const [, second] = await tokensOf(expense);
    await client.clock({ advance: 'P1D' });
    const [reminder] = await linksTo(expense.second, 2);
    expect(tokenIn(reminder)).toBe(second);
    expect(outcome(await send(expense.session, 'approve', second))).toBe('200 asking');
    await client.clock({ advance: 'P1D' });
    expect((await client.get(expense.session.path, second)).body.outcome).toBe('expired');
  });
});

describe('parties that must differ', () => {
  test.each([
    ['the two approvers', { firstApprover: 'Same@Example.com', secondApprover: ' same@example.com ' }, '/secondApprover'],
    ['a mailbox with a tag', { firstApprover: 'same@example.com', secondApprover: 'Same+cfo@example.com' }, '/secondApprover'],
    ['the requester and an approver', { requester: 'same@example.com', firstApprover: 'SAME@example.COM' }, '/firstApprover'],
  ])('%s', async (_, same, path) => {
    const apart = { requester: 'r@example.com', firstApprover: 'a@example.com', secondApprover: 'b@example.com', expenseReason: 'x' };
    const body = { ...apart, ...(same as object) };
    const before = (await client.messages('same@example.com')).length;
    const answer = await client.post('/v1/expenses', body, { headers: { 'x-client-key': shopKey } });
    expect([answer.status, answer.body.code, answer.body.errors[0].path]).toEqual([422, 'parties-must-differ', path]);
    expect(JSON.stringify(answer.body).toLowerCase()).not.toContain('same@');
    expect(await client.messages('same@example.com')).toHaveLength(before);
  });
});

describe('the page of a link', () => {
  test('is the same for every reader, and loads no foreign code', async () => {
    const expense = await asked();
    const [link = ''] = await linksTo(expense.first);
    const { pathname } = new URL(link);
    const page = await client.get(pathname);
    expect(page.status).toBe(200);
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'.*script-src 'self'/);
    expect(page.body).toContain('&quot;approve&quot;');
    expect(page.body).not.toMatch(/&quot;(withdraw|pay)&quot;|<script>/);
    expect((await client.get('/assets/invitation/invitation.js')).status).toBe(200);
    expect((await client.get(pathname.replace(expense.session.id, 'x'))).status).toBe(404);
    // Opening the page changes nothing.
    expect((await expense.session.read()).revision).toBe((await client.get(expense.session.path, tokenIn(link))).body.revision);
  });

  test('carries no link that the inviter typed', async () => {
    const expense = await asked({ expenseReason: 'see https://evil.example/login' });
    await linksTo(expense.first);
    const [{ text }] = await client.messages(expense.first);
    expect(text).not.toContain('evil.example/login');
    expect(text).toContain(`jane-${count}@example.com asks you`);
  });
});
