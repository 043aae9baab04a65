/** A turn as a pure function: requests that find timers due, and the details that tasks and resolvers add. */
import { describe, expect, test } from 'vitest';
import { RateLimited } from '../../src/engine/errors.ts';
import { type Session, statePath } from '../../src/engine/session.ts';
import { Unprepared } from '../../src/engine/sessions/event-resolution.ts';
import { type Request, takeTurn } from '../../src/engine/sessions/turn.ts';
import { attemptEnded } from '../support/attempt-ends.ts';
import { personalOf } from '../support/test-process.ts';
import { asked, parts, request, second, served, started, t0, turn, until, workflow, workTimeout } from '../support/turn-workflow.ts';

describe('a timer that is due', () => {
  const fired = [{ at: t0 + workTimeout, event: 'after.workTimeout', from: 'open', to: 'closed', refusal: null }];

  test.each<[string, Request]>([
    ['a replay', request('ASK', 'one')],
    ['an event that is not about the session', request('IGNORED')],
    ['the end of an attempt', attemptEnded({ outcome: 'handed-back' })],
    ['the child of a task', attemptEnded({ outcome: 'awaits', child: 'child' })],
    ['the end of a task', attemptEnded({ outcome: 'done' })],
    ['a look', { kind: 'time' }],
  ])('fires before %s, and the history shows it', async (_, late) => {
    const { session } = await turn(started(), t0, request('ASK', 'one'));
    const taken = await turn(session, t0 + workTimeout + 5, late);
    expect([taken.session.value, taken.history]).toEqual(['closed', fired]);
    expect(taken.replies).toMatchObject([{ rejection: null, session: { value: 'closed' } }]);
  });

  test('fires once for all requests of a turn', async () => {
    const taken = await turn(started(), t0 + workTimeout, request('IGNORED'), request('ASK'), request('IGNORED'));
    expect(taken.history.map(({ event: name }) => name)).toEqual(['after.workTimeout', 'ASK']);
  });

  test('is left to the next turn by a request that fails', async () => {
    const before = started();
    const taken = await turn(before, t0 + workTimeout, { ...request('NAME'), type: 'UNKNOWN' });
    expect([taken.session, taken.history]).toEqual([before, []]);
    expect(taken.replies[0]).toBeInstanceOf(Error);
  });
});

describe('the details that a task returns', () => {
  const result = { outcome: 'done', output: { outcome: 'x' }, personal: { found: 'it', accountId: 'jane' } } as const;
  const done = (generation = 1) => attemptEnded(result, { generation });

  test('are stored from its end on', async () => {
    const { session } = await turn(started(), t0 + workTimeout - 1, done());
    expect([session.value, personalOf(session), session.accountId]).toEqual([
      'served',
      { word: 'bread', found: 'it', accountId: 'jane' },
      'jane',
    ]);
  });

  test('are dropped if a timer has stopped the task, and so is its outcome', async () => {
    const before = started();
    const stopped = (await turn(before, t0 + workTimeout, { kind: 'time' })).session;
    expect((await turn(before, t0 + workTimeout, done())).session).toEqual(stopped);
    expect((await turn(stopped, t0 + workTimeout + 1, done())).session).toBe(stopped);
  });

  test('are dropped if the task is of another generation, or one that the machine does not wait for', async () => {
    const before = started();
    expect((await turn(before, t0, done(2))).session).toBe(before);
    const told = (await turn(served(), t0, request('TELL'))).session;
    const [notice] = told.tasks;
    const ended = (await turn(told, t0, done(notice?.generation))).session;
    expect([ended.tasks, personalOf(ended), ended.accountId]).toEqual([[], { word: 'bread' }, null]);
  });

  test('are dropped if the session’s details are wiped', async () => {
    const { session } = await turn({ ...started(), sealed: null }, t0, done());
    expect([session.value, session.sealed]).toEqual(['served', null]);
  });
});

describe('an attempt that has ended while its task goes on', () => {
  const begun = (): Session => {
    const session = started();
    return { ...session, tasks: session.tasks.map((each) => ({ ...each, attempts: 1, retryAt: null })) };
  };
  const retry = attemptEnded({ outcome: 'retry', reason: 'away', retryAfterMs: 1234 });

  test('is followed by the next one after exactly the pause that it names', async () => {
    expect((await turn(begun(), t0 + 5, retry)).session.tasks).toMatchObject([{ attempts: 1, retryAt: t0 + 5 + 1234 }]);
  });

  test('is not reported twice, so that the next attempt is not delayed', async () => {
    const { session } = await turn(begun(), t0, retry);
    expect((await turn(session, t0 + second, retry)).session).toBe(session);
  });

  test('is ignored if another attempt has found the child', async () => {
    const awaits = (child: string) => attemptEnded({ outcome: 'awaits', child });
    const { session } = await turn(begun(), t0, awaits('child'));
    expect(session.tasks).toMatchObject([{ child: 'child', retryAt: null }]);
    expect((await turn(session, t0, retry, awaits('another'))).session).toBe(session);
  });
});

describe('the details that a resolver returns', () => {
  test('are stored with an accepted event, and with no other', async () => {
    const refused = await turn(served(), t0, request('NAME'));
    expect([asked(refused), personalOf(refused.session), refused.session.accountId]).toEqual([1, { word: 'bread' }, null]);
    const taken = await turn(served(), t0, request('NAME', null, { correct: true }));
    expect([personalOf(taken.session), taken.session.accountId]).toEqual([{ word: 'bread', name: 'Jane', accountId: 'jane' }, 'jane']);
  });

  test('do not replace the end of a refusal that the machine knows', async () => {
    const { replies } = await turn(served(), t0, request('LATER'));
    expect(replies).toMatchObject([{ rejection: { kind: 'refused', code: 'code-limit', until: t0 + second } }]);
  });

  test('are computed before the turn if that is slow, but only if the machine accepts the event', async () => {
    const slow = request('SLOW');
    expect((await turn(served(), t0, slow)).replies[0]).toBeInstanceOf(Unprepared);
    const closed = { ...served(), value: 'closed' };
    expect((await turn(closed, t0, slow)).replies).toMatchObject([{ rejection: { kind: 'not-accepted' } }]);
    expect(asked(await turn(served(), t0, { ...slow, prepared: null }))).toBe(1);
  });
});

test('a task that may not begin refuses its request and changes nothing, and only new tasks are checked', async () => {
  const admitted: number[] = [];
  const admit = async ({ generation }: { readonly generation: number }) => {
    admitted.push(generation);
    if (admitted.length > 1) throw new RateLimited(until);
  };
  const handlers = { tell: { admit, run: async () => ({ outcome: 'done' }) as const } };
  const first = await takeTurn(workflow, served(), [request('TELL')], t0, { ...parts, handlers });
  const underWay = { ...first.session, tasks: first.session.tasks.map((each) => ({ ...each, attempts: 1, retryAt: null })) };
  const later = await takeTurn(workflow, underWay, [request('ASK'), request('TELL')], t0, { ...parts, handlers });
  expect(later.replies[1]).toBeInstanceOf(RateLimited);
  expect([statePath(later.session.value), asked(later), later.session.tasks, admitted]).toEqual(['served', 1, underWay.tasks, [2, 3]]);
});
