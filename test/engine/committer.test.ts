/** Waiting commits go out together, and one that fails takes no other with it. */
import { describe, expect, test } from 'vitest';
import { Committer } from '../../src/engine/committer.ts';
import type { Commit } from '../../src/engine/session-store.ts';
import { startSession } from '../../src/engine/step.ts';
import { workflowNamed } from '../support/workflows.ts';

const commitOf = (id: string): Commit => {
  const { session, history } = startSession(
    workflowNamed('email-verification'),
    { id, keyId: 'k', sealed: null, startFingerprint: null },
    {},
    0,
  );
  return { session, from: 0, history, dueAt: null, lease: 'none' };
};

/** A store whose statements end when the test says so. */
function manualStore() {
  const statements: { ids: string[]; end: (written: boolean[]) => void; fail: (error: Error) => void }[] = [];
  const commit = (commits: readonly Commit[]) =>
    new Promise<boolean[]>((resolve, reject) => {
      statements.push({ ids: commits.map(({ session }) => session.id), end: resolve, fail: reject });
    });
  return { statements, commit };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('the committer', () => {
  test('writes at once when it is idle, two statements at most, and joins what waits meanwhile', async () => {
    const store = manualStore();
    const committer = new Committer(store);
    const written = ['a', 'b', 'c', 'd'].map((id) => committer.commit(commitOf(id)));
    expect(store.statements.map(({ ids }) => ids)).toEqual([['a'], ['b']]);
    store.statements[0]?.end([true]);
    await turn();
    expect(store.statements.map(({ ids }) => ids)).toEqual([['a'], ['b'], ['c', 'd']]);
    store.statements[1]?.end([false]);
    store.statements[2]?.end([true, false]);
    expect(await Promise.all(written)).toEqual([true, false, true, false]);
  });

  test('goes on after a statement that failed', async () => {
    const store = manualStore();
    const committer = new Committer(store);
    const lost = committer.commit(commitOf('a'));
    store.statements[0]?.fail(new Error('gone'));
    await expect(lost).rejects.toThrow('gone');
    const next = committer.commit(commitOf('b'));
    store.statements[1]?.end([true]);
    expect(await next).toBe(true);
  });

  test('puts two commits of one session into different statements', async () => {
    const store = manualStore();
    const committer = new Committer(store);
    const written = ['a', 'b', 'c', 'c', 'd'].map((id) => committer.commit(commitOf(id)));
    for (let index = 0; index < 4; index += 1) {
      const statement = store.statements[index];
      statement?.end(statement.ids.map(() => true));
      await turn();
    }
    expect(store.statements.map(({ ids }) => ids)).toEqual([['a'], ['b'], ['c', 'd'], ['c']]);
    expect(await Promise.all(written)).toHaveLength(5);
  });

  test('puts no more than 64 commits into a statement', async () => {
    const store = manualStore();
    const committer = new Committer(store);
    const written = Array.from({ length: 102 }, (_, index) => committer.commit(commitOf(String(index))));
    for (let index = 0; index < 4; index += 1) {
      const statement = store.statements[index];
      statement?.end(statement.ids.map(() => true));
      await turn();
    }
    expect(store.statements.map(({ ids }) => ids.length)).toEqual([1, 1, 64, 36]);
    expect(await Promise.all(written)).toHaveLength(102);
  });
});
