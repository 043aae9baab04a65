import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SandboxMessage } from '../../src/store/sandbox-records.ts';
import { databases, type TestStore } from '../support/databases.ts';

function message(part: Partial<SandboxMessage> = {}): SandboxMessage {
  return {
    key: randomUUID(),
    id: randomUUID(),
    sessionId: randomUUID(),
    channel: 'email',
    to: 'Ada@Example.com',
    recipient: 'ada@example.com',
    subject: 'Your code',
    text: 'The code is 012345',
    html: '<p>012345</p>',
    code: '012345',
    notice: null,
    sentAt: 1_700_000_000_000,
    ...part,
  };
}

describe.each(databases)('the sandbox on $name', ({ open }) => {
  let store: TestStore;
  beforeEach(async () => {
    store = await open();
  });
  afterEach(() => store.close());

  test('stores a message as it was sent', async () => {
    const [email, call] = [message(), message({ channel: 'voice', subject: null, html: null })];
    await store.sandbox.addMessage(email);
    await store.sandbox.addMessage(call);
    expect(await store.sandbox.messages({ limit: 10 })).toEqual([call, email]);
  });

  test('stores a message of the same key once', async () => {
    const sent = message();
    await store.sandbox.addMessage(sent);
    await store.sandbox.addMessage({ ...sent, id: randomUUID() });
    expect(await store.sandbox.messages({ limit: 10 })).toEqual([sent]);
  });

  test('lists the newest first; of one moment, the last stored first', async () => {
    const [middle, oldest, newest, alsoNewest] = [2, 1, 3, 3].map((sentAt) => message({ sentAt }));
    for (const each of [middle, oldest, newest, alsoNewest]) await store.sandbox.addMessage(each ?? message());
    expect(await store.sandbox.messages({ limit: 10 })).toEqual([alsoNewest, newest, middle, oldest]);
    expect(await store.sandbox.messages({ limit: 2 })).toEqual([alsoNewest, newest]);
  });

  test('finds messages by the normalised address', async () => {
    const wanted = message();
    await store.sandbox.addMessage(wanted);
    await store.sandbox.addMessage(message({ recipient: 'bob@example.com' }));
    expect(await store.sandbox.messages({ to: 'ada@example.com', limit: 10 })).toEqual([wanted]);
  });

  test('has a clock that was not set yet', async () => {
    expect(await store.sandbox.clock()).toEqual({ offsetMs: 0, frozenAt: null });
  });

  test('sets its clock depending on its value', async () => {
    const told = await store.sandbox.updateClock(({ offsetMs }) => ({ offsetMs: offsetMs + 60_000, frozenAt: 1000 }));
    expect(told).toEqual({ offsetMs: 60_000, frozenAt: 1000 });
    expect(await store.sandbox.clock()).toEqual(told);
  });

  test('loses no simultaneous change of its clock', async () => {
    const forward = () => store.sandbox.updateClock((clock) => ({ offsetMs: clock.offsetMs + 1, frozenAt: null }));
    await Promise.all(Array.from({ length: 20 }, forward));
    expect((await store.sandbox.clock()).offsetMs).toBe(20);
  });

  test('leaves its clock unchanged if the change throws', async () => {
    const change = () => {
      throw new Error('no such time');
    };
    await expect(store.sandbox.updateClock(change)).rejects.toThrow('no such time');
    expect((await store.sandbox.clock()).offsetMs).toBe(0);
  });

  const fail = { outcome: 'fail', delayMs: null } as const;
  const delay = { outcome: 'delay', delayMs: 5000 } as const;
  const succeed = { outcome: 'succeed', delayMs: null } as const;

  test('uses an arranged outcome once, and then succeeds', async () => {
    await store.sandbox.setOutcome('sms', null, fail, 2);
    const taken = await Promise.all([1, 2, 3].map(() => store.sandbox.takeOutcome('sms', 'a')));
    expect(taken.map(({ outcome }) => outcome).toSorted()).toEqual(['fail', 'fail', 'succeed']);
    expect(await store.sandbox.takeOutcome('email', 'a')).toEqual(succeed);
  });

  test('replaces the earlier outcome with the latest', async () => {
    await store.sandbox.setOutcome('sms', null, fail, 5);
    await store.sandbox.setOutcome('sms', null, delay, 1);
    expect(await store.sandbox.takeOutcome('sms', 'a')).toEqual(delay);
    expect(await store.sandbox.takeOutcome('sms', 'a')).toEqual(succeed);
  });

  test('uses an outcome for an address before one for any address', async () => {
    await store.sandbox.setOutcome('sms', null, delay, 1);
    await store.sandbox.setOutcome('sms', 'a', fail, 1);
    expect(await store.sandbox.takeOutcome('sms', 'a')).toEqual(fail);
    expect(await store.sandbox.takeOutcome('sms', 'b')).toEqual(delay);
    await store.sandbox.setOutcome('sms', 'a', fail, 1);
    expect(await store.sandbox.takeOutcome('sms', 'b')).toEqual(succeed);
  });
});
