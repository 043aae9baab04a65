/** The budgets of a send, in a real store: which sends count as one, and which budgets they share. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { MessageBudget, type Send } from '../../src/delivery/message-budget.ts';
import { type Caller, serviceCaller } from '../../src/engine/ports.ts';
import { openFreshPostgres, type TestStore } from '../support/databases.ts';
import { policyProfiles } from '../support/policy.ts';

const t0 = Date.UTC(2026, 0, 1, 12);
const first: Send = {
  sessionId: 'session',
  codeNumber: 1,
  sendNumber: 1,
  channel: 'sms',
  destination: '+33612000001',
  country: 'FR',
  account: null,
};
const client: Caller = { ...serviceCaller, client: '192.0.2.1', address: '192.0.2.1', network: '192.0.2.0/24' };

describe('the budget of messages', () => {
  let store: TestStore;
  let budget: MessageBudget;
  let tests = 0;
  beforeAll(async () => {
    store = await openFreshPostgres();
  });
  afterAll(() => store.close());
  // Each test uses its own keys.
  beforeEach(() => {
    tests += 1;
    budget = new MessageBudget({
      policy: { ...policyProfiles.seed, messagesPerNumber: 2, messagesPerEmail: 2, codesPerAccount: 2 },
      isAddress: (channel) => channel === 'email',
      spend: (...draw) => store.budgets.spend(...draw),
      hasRoom: (...draw) => store.budgets.hasRoom(...draw),
      giveBack: (gift) => store.budgets.giveBack(gift),
      hash: (parts) => JSON.stringify([tests, ...parts]).replaceAll(' ', '_'),
      now: () => t0,
    });
  });

  const admitted = async (send: Partial<Send>, caller = client) => (await budget.admit({ ...first, ...send }, caller)) === null;
  /** The number of further messages that the budget of a destination allows. */
  const room = async (of: Partial<Send>) => {
    let count = 0;
    while (await admitted({ ...of, sessionId: `other ${count}`, sendNumber: 2 }, serviceCaller)) count += 1;
    return count;
  };

  test('a repeated send is counted once', async () => {
    for (let turn = 0; turn < 5; turn += 1) expect(await admitted({})).toBe(true);
    expect(await room({})).toBe(1);
  });

  test.each<[string, Partial<Send>]>([
    ['send', { sendNumber: 2 }],
    ['code', { codeNumber: 2 }],
    ['session', { sessionId: 'another' }],
  ])('another %s is another send', async (_, other) => {
    expect([await admitted({}), await admitted(other)]).toEqual([true, true]);
    expect(await room({})).toBe(0);
  });

  test('a session that sends to two destinations at once counts at both', async () => {
    const other = { destination: '+33612990002' };
    expect([await admitted({}), await admitted(other)]).toEqual([true, true]);
    expect([await room({}), await room(other)]).toEqual([1, 1]);
  });

  test('texts and calls share a budget; numbers and addresses do not, nor do an account’s telephone and its address', async () => {
    const email = { channel: 'email', destination: '+33612000001' } as const;
    const [owned, mailed] = [{ account: 'jane' }, { account: 'jane', ...email, destination: 'jane@example.com' }] as const;
    expect([await admitted({}), await admitted({ channel: 'voice', sendNumber: 2 })]).toEqual([true, true]);
    expect([await room({}), await room({ channel: 'voice' })]).toEqual([0, 0]);
    expect([await room(email), await room(owned), await room(mailed)]).toEqual([2, 2, 2]);
  });

  test('a resend counts at its destination alone: a client at its limit can still resend a code', async () => {
    for (let index = 0; index < 30; index += 1)
      expect(await admitted({ sessionId: `code ${index}`, destination: `+336${10_000_000 + index * 10_000}` })).toBe(true);
    expect(await budget.admit({ ...first, destination: '+33799000001' }, client)).toEqual({ until: t0 + 600_000, limit: 'client' });
    expect(await admitted({ destination: '+33799000001', sendNumber: 2 })).toBe(true);
  });

  test('clients of a network share a limit', async () => {
    const answers = await Promise.all(
      Array.from({ length: 310 }, (_, index) =>
        budget.admit(
          { ...first, channel: 'email', sessionId: `s${index}`, destination: `${index}@example.com` },
          { ...client, client: `192.0.2.${index % 100}` },
        ),
      ),
    );
    expect(answers.filter((refused) => refused === null)).toHaveLength(300);
    expect(new Set(answers.flatMap((refused) => refused?.limit ?? []))).toEqual(new Set(['network']));
  });

  test('asking for room does not count', async () => {
    for (let asked = 0; asked < 5; asked += 1) expect(await budget.hasRoom(first, client)).toBe(true);
    expect(await room({})).toBe(2);
    expect(await budget.hasRoom(first, client)).toBe(false);
  });
});
