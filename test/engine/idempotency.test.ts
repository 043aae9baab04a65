/** Idempotency records: how long they are stored, and how a replay answers. */
import { describe, expect, test } from 'vitest';
import { IdempotencyMismatch, TooManyKeys } from '../../src/engine/errors.ts';
import type { Session } from '../../src/engine/session.ts';
import { withoutSecrets } from '../../src/engine/sessions/ended-session-secrets.ts';
import { idempotencyRecord } from '../../src/engine/sessions/idempotency.ts';
import { givenAnswer, repeatedAnswer } from '../../src/engine/sessions/repeated-requests.ts';
import { vault } from '../support/test-process.ts';
import { asked, day, request, served, t0, turn, workflow } from '../support/turn-workflow.ts';

describe('the idempotency record of a request', () => {
  test('is replayed for a day, to the millisecond, and then deleted', async () => {
    const first = await turn(served(), t0, request('ASK', 'one'));
    const replayed = await turn(first.session, t0 + day - 1, request('ASK', 'one'));
    expect(replayed.session).toBe(first.session);
    const anew = await turn(first.session, t0 + day, request('ASK', 'one'));
    expect(asked(anew)).toBe(2);
    expect(anew.session.idempotencyRecords.map(({ at }) => at)).toEqual([t0 + day]);
  });

  test('repeats the original answer, whatever the session’s state is by now', async () => {
    const { session } = await turn(served(), t0, request('NAME', 'one'), request('NAME', 'two'), request('ASK', 'three'));
    const { replies } = await turn(session, t0 + 1, request('NAME', 'one'), request('NAME', 'two'));
    const refused = { kind: 'refused', code: 'wrong-code', until: null };
    expect(replies).toMatchObject([
      { rejection: refused, context: { asked: 1 }, session: { context: { asked: 3 } } },
      { rejection: refused, context: { asked: 2 }, session: { context: { asked: 3 } } },
    ]);
  });

  test('is found by the fingerprint under any secret key, and refuses another body', async () => {
    const { session } = await turn(served(), t0, request('ASK', 'one'));
    const rotated = { ...request('ASK'), idempotency: { keys: ['new', 'one'], fingerprints: ['new body', 'body of one'] } };
    const other = { ...request('ASK'), idempotency: { keys: ['one'], fingerprints: ['another body'] } };
    const taken = await turn(session, t0 + 1, rotated, other);
    expect(taken.replies[1]).toBeInstanceOf(IdempotencyMismatch);
    expect(taken.session).toBe(session);
  });

  test('is one of two hundred: another key waits until the oldest expires, and other requests do not', async () => {
    const first = await turn(served(), t0, request('ASK', 'oldest'));
    const rest = Array.from({ length: 199 }, (_, index) => request('ASK', `key ${index}`));
    const { session, replies } = await turn(
      first.session,
      t0 + 1,
      ...rest,
      request('ASK', 'one more'),
      request('ASK'),
      request('ASK', 'oldest'),
    );
    expect([asked({ session }), session.idempotencyRecords.length]).toEqual([201, 200]);
    expect(replies.flatMap((reply) => (reply instanceof TooManyKeys ? [reply.until] : []))).toEqual([t0 + day]);
    expect(replies.at(-1)).toMatchObject({ context: { asked: 1 } });
    expect((await turn(session, t0 + day, request('ASK', 'one more'))).replies).toMatchObject([{ rejection: null }]);
  });

  test('is not stored if the request changed nothing', async () => {
    const before = served();
    expect((await turn(before, t0, request('IGNORED', 'one'))).session).toBe(before);
  });
});

describe('the recorded answer to a party', () => {
  const secretive = { ...workflow, secrets: ['word'] };
  const owned = { ...request('NAME', 'one'), sender: { as: 'party', party: 'guest', invitation: 1 } } as const;
  const answered = () => {
    const session = served();
    const given = givenAnswer(owned.sender, 'guest', session, vault);
    const record = idempotencyRecord(owned.idempotency ?? expect.fail(), null, session, t0, given);
    return { ...session, idempotencyRecords: [record] };
  };
  const detailsIn = ({ id, idempotencyRecords }: Session) =>
    idempotencyRecords.map(({ given }) => vault.open(id, given?.session.sealed ?? expect.fail('No recorded answer')));

  test('loses the secrets of the session at its end', () => {
    const session = answered();
    expect(detailsIn(withoutSecrets(secretive, session, vault))).toEqual([{ word: 'bread' }]);
    expect(detailsIn(withoutSecrets(secretive, { ...session, status: 'done' }, vault))).toEqual([{}]);
  });

  test('is of the version that answered', () => {
    const session = answered();
    expect(repeatedAnswer(session, owned.sender, owned.idempotency, t0)).toMatchObject({
      role: 'guest',
      session: { revision: session.revision + 1 },
    });
    expect(repeatedAnswer({ ...session, version: 99 }, owned.sender, owned.idempotency, t0)).toBeNull();
    expect(repeatedAnswer(session, { ...owned.sender, invitation: 2 }, owned.idempotency, t0)).toBeNull();
    expect(repeatedAnswer(session, { as: 'holder' }, owned.idempotency, t0)).toBeNull();
  });
});
