/** Requests for one session are taken in order, one turn at a time; sessions do not wait for each other. */
import { describe, expect, test } from 'vitest';
import { Overloaded } from '../../src/engine/errors.ts';
import { Mailboxes } from '../../src/engine/sessions/mailboxes.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

function manual() {
  const turns: {
    id: string;
    requests: readonly number[];
    end: (replies: readonly (number | Error)[]) => void;
    fail: (error: Error) => void;
  }[] = [];
  const mailboxes = new Mailboxes<number, number>(
    (id, requests) =>
      new Promise((resolve, reject) => {
        turns.push({ id, requests, end: resolve, fail: reject });
      }),
  );
  return { turns, mailboxes };
}

describe('a mailbox', () => {
  test('passes requests that arrive during a turn to the next one, together and in order', async () => {
    const { turns, mailboxes } = manual();
    const replies = [1, 2, 3].map((request) => mailboxes.send('a', request));
    expect(turns.map(({ requests }) => requests)).toEqual([[1]]);
    turns[0]?.end([10]);
    await turn();
    expect(turns.map(({ requests }) => requests)).toEqual([[1], [2, 3]]);
    turns[1]?.end([20, 30]);
    expect(await Promise.all(replies)).toEqual([10, 20, 30]);
    expect(mailboxes.waiting).toBe(0);
  });

  test('passes at most 64 requests to a turn, because the first would wait for the last', async () => {
    const { turns, mailboxes } = manual();
    const requests = Array.from({ length: 70 }, (_, request) => request);
    const replies = Promise.all(requests.map((request) => mailboxes.send('a', request)));
    for (let n = 0; n < 3; n += 1) {
      turns[n]?.end(turns[n]?.requests ?? []);
      await turn();
    }
    expect(turns.map((each) => each.requests.length)).toEqual([1, 64, 5]);
    expect(await replies).toEqual(requests);
  });

  test('rejects only the request whose reply is an error', async () => {
    const { turns, mailboxes } = manual();
    const first = mailboxes.send('a', 1);
    const rest = [mailboxes.send('a', 2), mailboxes.send('a', 3)];
    turns[0]?.end([10]);
    await first;
    turns[1]?.end([new Error('bad'), 30]);
    const settled = await Promise.allSettled(rest);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });

  test('fails all waiting requests with a failed turn: each would fail the same way, one time-out after the other', async () => {
    const { turns, mailboxes } = manual();
    const sent = Array.from({ length: 200 }, (_, request) => mailboxes.send('a', request));
    turns[0]?.fail(new Error('down'));
    const settled = await Promise.allSettled(sent);
    expect(new Set(settled.map(({ status }) => status))).toEqual(new Set(['rejected']));
    expect([turns.length, mailboxes.waiting]).toEqual([1, 0]);
    const next = mailboxes.send('a', 1);
    turns[1]?.end([10]);
    expect(await next).toBe(10);
  });

  test('does not wait for another session', () => {
    const { turns, mailboxes } = manual();
    void mailboxes.send('a', 1);
    void mailboxes.send('b', 2);
    expect(turns.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  test('refuses requests beyond its limit instead of growing', async () => {
    const { mailboxes } = manual();
    for (let request = 0; request < 10_000; request += 1) void mailboxes.send(String(request % 100), request);
    await expect(mailboxes.send('b', 1)).rejects.toBeInstanceOf(Overloaded);
  });

  test('of one session refuses requests beyond its own limit, and leaves the others their places', async () => {
    const { turns, mailboxes } = manual();
    for (let request = 0; request <= 1_000; request += 1) void mailboxes.send('a', request);
    await expect(mailboxes.send('a', 1)).rejects.toBeInstanceOf(Overloaded);
    expect(mailboxes.waiting).toBe(1_001);
    const other = mailboxes.send('b', 1);
    turns[1]?.end([10]);
    expect(await other).toBe(10);
  });
});
