/** All sessions of a removed version become sessions of the newest version, including their tasks under way. */
import { Type } from '@sinclair/typebox';
import { describe, expect, test } from 'vitest';
import { setup } from 'xstate';
import { defineWorkflow } from '../../machines/define-workflow.ts';
import { closed, type MachineEvent, type Migration, task } from '../../machines/workflow.ts';
import { Workflows } from '../../src/engine/machines/workflows.ts';
import type { Session } from '../../src/engine/session.ts';
import type { Commit, SessionStore } from '../../src/engine/session-store.ts';
import { settleVersions } from '../../src/engine/sessions/migrate.ts';
import { session, task as stored } from '../store/sessions.ts';
import { MemoryDatabase } from '../support/memory-store.ts';
import { seed } from '../support/workflows.ts';

const now = 5_000;
const timer = {
  id: 'xstate.after.workTimeout.chore.working',
  delay: 'workTimeout',
  event: 'xstate.after.workTimeout.chore.working',
  dueAt: 9_000,
};
const work = { ...stored, id: 'work', src: 'work' };
const screen = { screen: 'test' };

const chore = (migrate: Migration) =>
  defineWorkflow('chore', () => ({
    collection: 'chores',
    version: 2,
    migrations: { 1: migrate },
    description: 'A chore of a test.',
    machine: setup({
      types: {} as { events: MachineEvent },
      actors: { work: task<Record<string, never>>() },
      delays: { workTimeout: 1_000 },
    }).createMachine({
      id: 'chore',
      initial: 'working',
      states: {
        working: { meta: screen, invoke: { id: 'work', src: 'work', input: {}, onDone: 'done' }, after: { workTimeout: 'done' } },
        done: { type: 'final' },
      },
    }),
    start: { body: Type.Object({}, closed), resolver: 'chore', events: [null] },
    events: {},
    view: { schema: Type.Object({}), of: () => ({}) },
    deadlines: {},
  }));

const of = (part: Partial<Session> = {}) =>
  session({ workflow: 'chore', version: 1, status: 'stranded', value: 'working', updatedAt: 1_000, ...part });

async function settle(sessions: readonly Session[], migrate: Migration = (before) => before) {
  const rows = [...sessions].sort((a, b) => (a.id < b.id ? -1 : 1));
  const commits: Commit[] = [];
  const told: string[] = [];
  const failed: unknown[] = [];
  const pages: number[] = [];
  const store: SessionStore = {
    ...new MemoryDatabase().process().store,
    versionsInUse: async () => [{ workflow: 'chore', version: 1, sessions: rows.length }],
    setStranded: async () => 0,
    stranded: async ({ after, limit }) => {
      const page = rows.filter(({ id }) => after === null || id > after).slice(0, limit);
      pages.push(page.length);
      return page;
    },
    commit: async (written) => {
      commits.push(...written);
      return written.map(() => true);
    },
  };
  const log = {
    info: (_: object, message: string) => void told.push(message),
    warn: () => {},
    error: (fields: Readonly<Record<string, unknown>>, message: string) => {
      told.push(message);
      if ('session' in fields) failed.push(fields['session']);
    },
  };
  const left = await settleVersions(store, new Workflows([chore(migrate)], seed), now, log);
  return { commits, told, failed, pages, left };
}

describe('a session of a removed version', () => {
  test('becomes one of the newest in one commit, which its history shows', async () => {
    const before = of({ timers: [timer], tasks: [{ ...work, retryAt: 8_000 }], revision: 7 });
    const { commits, left, told } = await settle([before]);
    expect(commits).toEqual([
      {
        session: { ...before, version: 2, revision: 8, status: 'active', updatedAt: now },
        from: 7,
        history: [{ at: now, event: 'migrate', from: 'working', to: 'working', refusal: null }],
        dueAt: 8_000,
        lease: 'none',
      },
    ]);
    expect([left, told]).toEqual([[], ['sessions were migrated']]);
  });

  test('maps its history states as the migration says, and keeps them where the machine lacks a state', async () => {
    const before = of({ historyValue: { 'chore.gone': ['chore.gone.a'] } });
    expect((await settle([before])).failed).toEqual([before.id]);
    const { commits } = await settle([before], (older) => ({ ...older, historyValue: null }));
    expect(commits[0]?.session.historyValue).toBeNull();
  });

  test('whose attempt was under way repeats it at once: its result would reach no session', async () => {
    const { commits } = await settle([of({ tasks: [work] }), of({ tasks: [{ ...work, child: 'child' }] })]);
    expect(commits.map(({ session: { tasks }, lease }) => [tasks[0]?.child ?? null, lease]).sort()).toEqual([
      [null, { ms: 0 }],
      ['child', 'none'],
    ]);
  });

  test('does not go back in time, and if ended, stays in its state', async () => {
    const { commits } = await settle([of({ updatedAt: now + 9, endedAt: now, value: 'done' })]);
    expect(commits).toMatchObject([{ session: { status: 'done', updatedAt: now + 9, endedAt: now }, history: [{ at: now + 9 }] }]);
  });

  test.each([0, 1, 64, 65, 130])('is migrated with all others, however many there are: %i', async (count) => {
    const { commits, pages } = await settle(Array.from({ length: count }, () => of()));
    expect(commits).toHaveLength(count);
    expect(Math.max(...pages)).toBe(Math.min(64, count));
  });

  test.each<[string, Partial<Session>, Migration]>([
    ['a state that is none', {}, (before) => ({ ...before, value: 'nowhere' })],
    ['no state at all', {}, (before) => ({ ...before, value: '' })],
    ['a timer of another state', { timers: [timer] }, (before) => ({ ...before, value: 'done' })],
    ['a task of another state', { tasks: [work] }, (before) => ({ ...before, value: 'done' })],
    [
      'an unknown value',
      {},
      () => {
        throw new Error('unfit');
      },
    ],
  ])('is left unchanged if its migration leads to %s, and the others are migrated', async (_, part, migrate) => {
    const [unfit, fit] = [of({ ...part, context: { unfit: true } }), of()];
    const { commits, left, told } = await settle([unfit, fit], (before) => (before.context['unfit'] === true ? migrate(before) : before));
    expect([commits.map(({ session: { id } }) => id), left]).toEqual([[fit.id], [{ workflow: 'chore', version: 1, sessions: 1 }]]);
    expect(told).toContain('a session cannot be migrated');
  });

  test('is logged once, for the first of several', async () => {
    const [one, other] = [of({ id: '00000000-0000-7000-8000-000000000001' }), of({ id: '00000000-0000-7000-8000-000000000002' })];
    const { failed } = await settle([other, one], (before) => ({ ...before, value: 'nowhere' }));
    expect(failed).toEqual([one.id]);
  });

  test('keeps tasks that no machine waits for, in any state', async () => {
    const notice = { ...work, id: 'notifyOwner', src: 'notifyOwner', detached: true, retryAt: 6_000 };
    const { commits } = await settle([of({ value: 'done', endedAt: 500, tasks: [notice] })]);
    expect(commits).toMatchObject([{ session: { tasks: [notice] }, dueAt: 6_000, lease: 'none' }]);
  });
});
