/** Attempts at tasks in one process: how many there may be, and what becomes of them when it ends. */
import { expect, test, vi } from 'vitest';
import { claimTasks } from '../../src/engine/claim.ts';
import type { TaskResult } from '../../src/engine/ports.ts';
import type { Session, Task } from '../../src/engine/session.ts';
import { startSession } from '../../src/engine/step.ts';
import { mostAttempts } from '../../src/engine/task-limits.ts';
import { TaskRunner } from '../../src/engine/task-runner.ts';
import { type Request, takeTurn } from '../../src/engine/turn.ts';
import { workflowNamed } from '../support/workflows.ts';

const workflow = workflowNamed('email-verification');
const at = Date.UTC(2026, 0, 1);
const vault = { seal: () => '', open: () => ({}) };
const silent = { info: () => {}, warn: () => {}, error: () => {} };

function started(id: string): Session {
  const birth = { id, keyId: 'k', sealed: null, startFingerprint: null };
  return startSession(workflow, birth, { type: 'START', channel: 'email' }, at).session;
}

/** A runner whose one kind of task ends when it is told to. @param failure why nothing can be stored */
function manual(failure: Error | null = null) {
  const reports: { id: string; end: Request }[] = [];
  const attempts: { end: (result: TaskResult) => void; signal: AbortSignal }[] = [];
  const runner = new TaskRunner({
    handlers: { deliverCode: { run: (_, signal) => new Promise((end) => attempts.push({ end, signal })) } },
    vault,
    log: silent,
    observer: { committed: () => {}, attempted: () => {}, conflicted: () => {}, woken: () => {} },
    report: async (id, end) => {
      reports.push({ id, end });
      if (failure) throw failure;
    },
  });
  const begin = (id: string) => {
    const session = started(id);
    const [task] = claimTasks(workflow, session, at, { orphaned: () => false, room: 1 }).begun;
    if (!task) throw new Error('A session without a task');
    runner.begin(session, task);
  };
  return { runner, reports, attempts, begin };
}

const now = Promise.resolve();
const never = new Promise<void>(() => {});

test('a process that ends lets its attempts end, and begins no more', async () => {
  const { runner, reports, attempts, begin } = manual();
  begin('a');
  const closed = runner.close(never);
  expect(runner.room).toBe(0);
  attempts[0]?.end({ outcome: 'done' });
  await closed;
  expect(reports).toEqual([{ id: 'a', end: { kind: 'task-done', generation: 1, output: null } }]);
});

test('what has not ended in time is due again at once, for another process, and is given up here', async () => {
  const { runner, reports, attempts, begin } = manual();
  begin('a');
  begin('b');
  attempts[1]?.end({ outcome: 'done' });
  await runner.close(now);
  expect(reports).toContainEqual({ id: 'a', end: { kind: 'task-retry', generation: 1, attempt: 1, afterMs: 0 } });
  expect(attempts[0]?.signal.aborted).toBe(true);
  const before = reports.length;
  // It was given up, so that nobody knows what became of it: nothing to add to what was said.
  attempts[0]?.end({ outcome: 'retry', reason: 'given up' });
  await runner.idle();
  expect(reports).toHaveLength(before);
});

test('one that was handed back and is done after all is done', async () => {
  const { runner, reports, attempts, begin } = manual();
  begin('a');
  await runner.close(now);
  attempts[0]?.end({ outcome: 'done' });
  await runner.idle();
  expect(reports.at(-1)).toEqual({ id: 'a', end: { kind: 'task-done', generation: 1, output: null } });
});

test('one whose end is known and can not be stored is handed to nobody as due', async () => {
  const { runner, reports, attempts, begin } = manual(new Error('The database is away'));
  begin('a');
  attempts[0]?.end({ outcome: 'done' });
  await vi.waitFor(() => expect(reports).toHaveLength(1));
  await runner.close(now);
  expect(reports.filter(({ end }) => end.kind === 'task-retry')).toEqual([]);
});

test('the late word of an attempt whose lease ran out changes nothing of the one that was begun after it', async () => {
  const session = started('a');
  const orphaned = () => true;
  const first = claimTasks(workflow, session, at, { orphaned, room: 1 }).session;
  const second = claimTasks(workflow, first, at, { orphaned, room: 1 }).session;
  const word = (attempt: number) => ({ kind: 'task-retry', generation: 1, attempt, afterMs: 0 }) as const;
  const parts = { resolvers: {}, handlers: {}, vault };
  expect((await takeTurn(workflow, second, [word(1)], at, parts)).session).toBe(second);
  expect((await takeTurn(workflow, second, [word(2)], at, parts)).session.tasks[0]?.retryAt).toBe(at);
});

test('there is room for a bounded number of attempts, those included whose commit is under way', async () => {
  const { runner, attempts, begin } = manual();
  for (let count = 1; count < mostAttempts; count += 1) begin(String(count));
  expect(runner.room).toBe(1);
  let write: (written: boolean) => void = () => {};
  const commit = runner.reserved(
    1,
    new Promise<boolean>((resolve) => {
      write = resolve;
    }),
  );
  expect(runner.room).toBe(0);
  write(true);
  expect(await commit).toBe(true);
  expect(runner.room).toBe(1);
  for (const { end } of attempts) end({ outcome: 'done' });
  await runner.idle();
  expect(runner.room).toBe(mostAttempts);
});

test('a task that there is no room for stays as it is, due for whoever has room', () => {
  const session = started('a');
  const orphaned = (_: Task) => false;
  expect(claimTasks(workflow, session, at, { orphaned, room: 0 })).toEqual({ session, history: [], begun: [] });
  expect(claimTasks(workflow, session, at, { orphaned, room: 1 }).begun).toHaveLength(1);
});
