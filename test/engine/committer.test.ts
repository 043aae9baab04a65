/** Waiting commits are written together, and a failed one does not affect the others. */
import { describe, expect, test } from 'vitest';
import type { Commit } from '../../src/engine/session-store.ts';
import { Committer } from '../../src/engine/sessions/committer.ts';
import { startSession } from '../../src/engine/steps/step.ts';
import { workflowNamed } from '../support/workflows.ts';

const commitOf = (id: string): Commit => {
  const { session, history } = startSession(
    workflowNamed('email-verification'),
    { id, keyId: 'k', sealed: null, startFingerprint: null },
    null,
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

/** Resolves when all waiting commits are handed over and their results are processed. */
const turn = async () => {
  for (let round = 0; round < 3; round += 1) await new Promise((resolve) => setImmediate(resolve));
};

describe('the committer', () => {
  test('writes together what arrived together, as soon as nothing more is arriving', async () => {
    const store = manualStore();
    const committer = new Committer(store);
    const written = ['a', 'b'].map((id) => committer.commit(commitOf(id)));
    expect(store.statements).toEqual([]);
    await turn();
    expect(store.statements.map(({ ids }) => ids)).toEqual([['a', 'b']]);
    store.statements[0]?.end([true, false]);
    expect(await Promise.all(written)).toEqual([true, false]);
  });

  test('has at most two statements under way, and batches what waits meanwhile', async () => {
    const store = manualStore();
    const committer = new Committer(store);
    const written: Promise<boolean>[] = [];
    for (const id of ['a', 'b', 'c', 'd']) {
      written.push(committer.commit(commitOf(id)));
      await turn();
    }
    expect(store.statements.map(({ ids }) => ids)).toEqual([['a'], ['b']]);
    store.statements[0]?.end([true]);
    await turn();
    expect(store.statements.map(({ ids }) => ids)).toEqual([['a'], ['b'], ['c', 'd']]);
    store.statements[1]?.end([false]);
    store.statements[2]?.end([true, false]);
    expect(await Promise.all(written)).toEqual([true, false, true, false]);
  });

  test('continues after a failed statement', async () => {
    const store = manualStore();
    const committer = new Committer(store);
    const lost = committer.commit(commitOf('a'));
    await turn();
    store.statements[0]?.fail(new Error('gone'));
    await expect(lost).rejects.toThrow('gone');
    const next = committer.commit(commitOf('b'));
    await turn();
    store.statements[1]?.end([true]);
    expect(await next).toBe(true);
  });

  test('puts two commits of one session into different statements', async () => {
    const store = manualStore();
    const committer = new Committer(store);
    const written = ['a', 'b', 'c', 'c', 'd'].map((id) => committer.commit(commitOf(id)));
    await turn();
    expect(store.statements.map(({ ids }) => ids)).toEqual([['a', 'b', 'c', 'd'], ['c']]);
    for (const { ids, end } of store.statements) end(ids.map(() => true));
    expect(await Promise.all(written)).toHaveLength(5);
  });

  test('puts at most 64 commits into a statement', async () => {
    const store = manualStore();
    const committer = new Committer(store);
    const written = Array.from({ length: 164 }, (_, index) => committer.commit(commitOf(String(index))));
    await turn();
    for (const { ids, end } of store.statements) end(ids.map(() => true));
    await turn();
    expect(store.statements.map(({ ids }) => ids.length)).toEqual([64, 64, 36]);
    store.statements[2]?.end(Array<boolean>(36).fill(true));
    expect(await Promise.all(written)).toHaveLength(164);
  });
});
