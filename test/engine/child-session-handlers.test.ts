/** The tasks between parents and children when the other session is gone, set aside, or never existed. */
import { describe, expect, test } from 'vitest';
import type { Figures } from '../../machines/figures.ts';
import { type ChildSessionDeps, childSessionHandlers } from '../../src/engine/children/child-session-handlers.ts';
import { notifyParent } from '../../src/engine/children/child-tasks.ts';
import { relatedSessions } from '../../src/engine/children/related-sessions.ts';
import { SessionNotFound, SessionStranded } from '../../src/engine/errors.ts';
import { Workflows } from '../../src/engine/machines/workflows.ts';
import type { TaskAttempt } from '../../src/engine/ports.ts';
import type { Reply } from '../../src/engine/sessions/turn.ts';
import { KeyedSessionIds } from '../../src/secrets/session-ids.ts';
import { keyringOf } from '../secrets/keys.ts';
import { session, task } from '../store/sessions.ts';
import { testDefinitions } from '../support/test-process.ts';
import { seed } from '../support/workflows.ts';

const workflows = new Workflows(testDefinitions, seed);
const errand = workflows.latest().find(({ name }) => name === 'errand') ?? expect.fail('No errand');
const parent = { workflow: 'household', id: 'p', generation: 4 };
const tenMinutes = 600_000;

function attempt(part: Partial<TaskAttempt>): TaskAttempt {
  const base = {
    sessionId: 's',
    workflow: 'errand',
    version: 1,
    keyId: 'a',
    parent,
    key: 's.1',
    generation: 1,
    attempt: 1,
    createdAt: 0,
    deadlines: {},
  };
  return { ...base, input: {}, personal: { answer: 'bread' }, ...part };
}

/** @param found the result of looking up a session */
function handlersBeside(found: () => Pick<Reply, 'workflow' | 'session'>, more: Partial<ChildSessionDeps> = {}) {
  const calls: [string, unknown][] = [];
  const handlers = childSessionHandlers({
    workflows,
    sessionIds: new KeyedSessionIds(keyringOf('a')),
    tryStart: async ({ name }) => void calls.push(['try', name]),
    start: async ({ name }) => void calls.push(['start', name]),
    startCancelled: async ({ name }) => {
      calls.push(['start cancelled', name]);
      return true;
    },
    read: async () => found(),
    cancel: async (id) => {
      found();
      calls.push(['cancel', id]);
    },
    report: async (_, end) => void calls.push(['report', end]),
    ...more,
  });
  const run = (name: string, of: Partial<TaskAttempt>) => handlers[name]?.run(attempt(of), AbortSignal.abort());
  return { run, calls };
}

const isThere = () => ({ workflow: errand, session: session({ workflow: 'errand' }) });
const isGone = () => {
  throw new SessionNotFound('gone');
};
const isStranded = () => {
  throw new SessionStranded('set aside');
};

describe('the end of a child', () => {
  test.each([
    ['performed', { answer: 'bread' }],
    ['cancelled', {}],
    ['failed', {}],
  ])('is sent with the child’s shared details only after a success: %s', async (outcome, personal) => {
    const { run, calls } = handlersBeside(isThere);
    expect(await run(notifyParent, { input: { outcome } })).toEqual({ outcome: 'done' });
    expect(calls).toEqual([['report', { kind: 'child-ended', generation: 4, end: { outcome }, personal }]]);
  });

  test('is done if the parent was deleted meanwhile, and waits if the parent is set aside', async () => {
    const input = { outcome: 'performed' };
    const forgotten = handlersBeside(isThere, { report: async () => isGone() });
    expect(await forgotten.run(notifyParent, { input })).toEqual({ outcome: 'done' });
    const aside = handlersBeside(isThere, { report: async () => isStranded() });
    expect(await aside.run(notifyParent, { input })).toEqual({ outcome: 'retry', reason: 'SessionStranded', retryAfterMs: tenMinutes });
    const away = handlersBeside(isThere, { report: () => Promise.reject(new Error('away')) });
    await expect(away.run(notifyParent, { input })).rejects.toThrow('away');
  });
});

describe('an abandoned child', () => {
  const input = { workflow: 'errand', generation: 2 };
  const childId = new KeyedSessionIds(keyringOf('a')).child('a', 's.2');

  test('is cancelled if it exists', async () => {
    const { run, calls } = handlersBeside(isThere);
    expect(await run('cancelChild', { input })).toEqual({ outcome: 'done' });
    expect(calls).toEqual([['cancel', childId]]);
  });

  test('finds its place taken if it does not exist yet', async () => {
    const { run, calls } = handlersBeside(isGone);
    expect(await run('cancelChild', { input })).toEqual({ outcome: 'done' });
    expect(calls).toEqual([['start cancelled', 'errand']]);
  });

  test('is cancelled if it was created a moment before', async () => {
    let looks = 0;
    const { run, calls } = handlersBeside(
      () => {
        looks += 1;
        return looks === 1 ? isGone() : isThere();
      },
      { startCancelled: async () => false },
    );
    expect(await run('cancelChild', { input })).toEqual({ outcome: 'done' });
    expect(calls).toEqual([['cancel', childId]]);
  });

  test.each([
    ['it is set aside', isStranded, input],
    ['its workflow is not registered', isThere, { ...input, workflow: 'gone' }],
  ])('waits for ten minutes if %s', async (_, found, of) => {
    const { run, calls } = handlersBeside(found);
    expect(await run('cancelChild', { input: of })).toMatchObject({ outcome: 'retry', retryAfterMs: tenMinutes });
    expect(calls).toEqual([]);
  });
});

describe('a session of an older version', () => {
  const changed = testDefinitions.map((definition) => ({
    name: definition.name,
    of: (figures: Figures) => ({
      ...definition.of(figures),
      version: 2,
      children: { errand: { shares: { word: 'secret' }, withholds: ['PERFORM'] } },
      success: { outcome: 'cancelled', claims: [] },
    }),
  }));
  const both = { workflows: new Workflows([...testDefinitions, ...changed], seed) };
  const personal = { word: 'bread', secret: 'kept' };

  test.each([
    [1, 'bread', undefined],
    [2, 'kept', ['PERFORM']],
  ])('starts its child as its own version states: version %i', async (version, word, withholds) => {
    const starts: unknown[] = [];
    const start: ChildSessionDeps['start'] = async (_, body, { parent: { withholds: withheld } }) => starts.push([body['word'], withheld]);
    const { run } = handlersBeside(isGone, { ...both, start });
    await run('errand', { workflow: 'household', version, personal });
    expect(starts).toEqual([[word, withholds]]);
  });

  test.each([
    ['is not registered', { workflow: 'household', version: 3 }],
    ['does not declare the child', { workflow: 'errand', version: 1 }],
  ])('starts no child if its version %s', async (_, of) => {
    const { run, calls } = handlersBeside(isGone, both);
    await expect(run('errand', { ...of, personal })).rejects.toThrow(/version/);
    expect(calls).toEqual([]);
  });

  test.each([
    [1, { answer: 'bread' }],
    [2, {}],
  ])('returns details after the success of its own version: version %i', async (version, shared) => {
    const { run, calls } = handlersBeside(isThere, both);
    await run(notifyParent, { version, input: { outcome: 'performed' } });
    expect(calls).toMatchObject([['report', { personal: shared }]]);
  });
});

test('a child that is set aside exists, so it is not started again', async () => {
  const { run, calls } = handlersBeside(isStranded);
  const child = new KeyedSessionIds(keyringOf('a')).child('a', 's.1');
  expect(await run('errand', { workflow: 'household' })).toEqual({ outcome: 'awaits', child });
  expect(calls).toEqual([]);
});

test('related sessions are a session, the child that it waits for, and the parent of one that has ended', () => {
  const rows = new Map(
    [
      session({ id: 'p', tasks: [{ ...task, src: 'errand', child: 'c' }] }),
      session({ id: 'c', parent: { ...parent, id: 'p' }, status: 'active' }),
      session({ id: 'd', parent: { ...parent, id: 'p' }, status: 'done' }),
      session({ id: 'e', tasks: [{ ...task, src: 'errand', child: null }] }),
    ].map((each) => [each.id, each]),
  );
  const of = (id: string) => [...relatedSessions(id, (each) => rows.get(each) ?? null)];
  expect([of('p'), of('c'), of('d'), of('e'), of('x')]).toEqual([['p', 'c'], ['c'], ['d', 'p', 'c'], ['e'], ['x']]);
});
