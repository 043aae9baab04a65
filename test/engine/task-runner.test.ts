/** Attempts at tasks in one process: how many there may be, and their fate when the process stops. */
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { TaskHandler, TaskResult } from '../../src/engine/ports.ts';
import type { Session, Task } from '../../src/engine/session.ts';
import { takeTurn } from '../../src/engine/sessions/turn.ts';
import { startSession } from '../../src/engine/steps/step.ts';
import { mostAttempts } from '../../src/engine/task-limits.ts';
import { type AttemptEnded, endAttempt } from '../../src/engine/tasks/attempt-end.ts';
import { claimTasks } from '../../src/engine/tasks/claim.ts';
import { TaskRunner } from '../../src/engine/tasks/task-runner.ts';
import { attemptEnded, standardRetries } from '../support/attempt-ends.ts';
import { workflowNamed } from '../support/workflows.ts';

const workflow = workflowNamed('email-verification');
const at = Date.UTC(2026, 0, 1);
const vault = { seal: () => '', open: () => ({}) };
const silent = { info: () => {}, warn: () => {}, error: () => {} };

function started(id: string): Session {
  const blank = { id, keyId: 'k', sealed: null, startFingerprint: null };
  return startSession(workflow, blank, { type: 'START', channel: 'email' }, at).session;
}

/**
 * A runner with one kind of task, which ends when the test says so.
 * @param failure the error of the store; null if it works
 * @param run the handler; by default one that the test ends
 */
function manual(failure: Error | null = null, run?: TaskHandler['run']) {
  const reports: { id: string; end: AttemptEnded }[] = [];
  const lines: object[] = [];
  const attempts: { end: (result: TaskResult) => void; signal: AbortSignal }[] = [];
  const runner = new TaskRunner({
    handlers: { deliverCode: { run: run ?? ((_, signal) => new Promise((end) => attempts.push({ end, signal }))) } },
    vault,
    log: { ...silent, warn: (fields) => lines.push(fields), error: (fields) => lines.push(fields) },
    store: { load: () => Promise.reject(new Error('No claim here is old enough to be confirmed')) },
    observer: { committed: () => {}, attempted: () => {}, conflicted: () => {}, woken: () => {} },
    report: async (id, end) => {
      reports.push({ id, end });
      if (failure) throw failure;
    },
  });
  const begin = (id: string, of: Partial<Task> = {}) => {
    const session = started(id);
    const [task] = claimTasks(workflow, session, at, { orphaned: () => false, retryPolicy: standardRetries, room: 1 }).begun;
    if (!task) throw new Error('A session without a task');
    runner.begin(session, { ...task, ...of });
  };
  return { runner, reports, attempts, lines, begin };
}

const now = Promise.resolve();
const never = new Promise<void>(() => {});

test('a stopping process waits for its attempts, and begins no more', async () => {
  const { runner, reports, attempts, begin } = manual();
  begin('a');
  const closed = runner.close(never);
  expect(runner.room).toBe(0);
  attempts[0]?.end({ outcome: 'done' });
  await closed;
  expect(reports).toMatchObject([{ id: 'a', end: { kind: 'attempt-ended', generation: 1, result: { outcome: 'done' } } }]);
});

test('an attempt that does not end in time is due again at once, for another process, and is aborted here', async () => {
  const { runner, reports, attempts, begin } = manual();
  begin('a');
  begin('b');
  attempts[1]?.end({ outcome: 'done' });
  await runner.close(now);
  expect(reports.find(({ id }) => id === 'a')?.end).toMatchObject({ generation: 1, attempt: 1, result: { outcome: 'handed-back' } });
  expect(attempts[0]?.signal.aborted).toBe(true);
  const before = reports.length;
  // The attempt was aborted, so its result is unknown and there is nothing to add.
  attempts[0]?.end({ outcome: 'retry', reason: 'given up' });
  await runner.idle();
  expect(reports).toHaveLength(before);
});

test('a handed-back attempt that succeeds after all is done', async () => {
  const { runner, reports, attempts, begin } = manual();
  begin('a');
  await runner.close(now);
  attempts[0]?.end({ outcome: 'done' });
  await runner.idle();
  expect(reports.at(-1)).toMatchObject({ id: 'a', end: { generation: 1, result: { outcome: 'done' } } });
});

test('an attempt whose result is known but cannot be stored is not handed back as due', async () => {
  const { runner, reports, attempts, begin } = manual(new Error('The database is away'));
  begin('a');
  attempts[0]?.end({ outcome: 'done' });
  await vi.waitFor(() => expect(reports).toHaveLength(1));
  await runner.close(now);
  expect(reports.filter(({ end }) => end.result.outcome === 'handed-back')).toEqual([]);
});

test('the late result of an attempt whose lease ran out does not affect the attempt that began after it', async () => {
  const session = started('a');
  const orphaned = () => true;
  const first = claimTasks(workflow, session, at, { orphaned, retryPolicy: standardRetries, room: 1 }).session;
  const second = claimTasks(workflow, first, at, { orphaned, retryPolicy: standardRetries, room: 1 }).session;
  const word = (attempt: number) => attemptEnded({ outcome: 'handed-back' }, { attempt });
  const parts = { resolvers: {}, handlers: {}, vault };
  expect((await takeTurn(workflow, second, [word(1)], at, parts)).session).toBe(second);
  expect((await takeTurn(workflow, second, [word(2)], at, parts)).session.tasks[0]?.retryAt).toBe(at);
});

test('the number of attempts is limited, including those whose commit is under way', async () => {
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

test('a task without room stays unchanged, due for a process with room', () => {
  const session = started('a');
  const orphaned = (_: Task) => false;
  expect(claimTasks(workflow, session, at, { orphaned, retryPolicy: standardRetries, room: 0 })).toEqual({
    session,
    history: [],
    begun: [],
  });
  expect(claimTasks(workflow, session, at, { orphaned, retryPolicy: standardRetries, room: 1 }).begun).toHaveLength(1);
});

describe('an attempt that failed', () => {
  /** The session after the report. @param of the task, after a number of attempts */
  const sessionAfter = async (result: TaskResult, of: Partial<Task> = {}, random = 0) => {
    vi.spyOn(Math, 'random').mockReturnValue(random);
    onTestFinished(() => void vi.restoreAllMocks());
    const { runner, reports, attempts, begin } = manual();
    begin('a', of);
    attempts[0]?.end(result);
    await runner.idle();
    const session = started('a');
    const tasks = session.tasks.map((task): Task => ({ ...task, attempts: 1, retryAt: null, ...of }));
    const [report] = reports;
    if (!report || reports.length > 1) throw new Error('An attempt has one end');
    const step = endAttempt(workflow, { ...session, tasks }, report.end, at, { handlers: {}, vault });
    return step.history.length > 0 ? step.history.map(({ event }) => event) : step.session.tasks.map(({ retryAt }) => (retryAt ?? at) - at);
  };
  const away = { outcome: 'retry', reason: 'away' } as const;

  test('is followed by another one after the pause of its number, with the jitter of that moment', async () => {
    expect(await sessionAfter(away)).toEqual([3_000]);
    expect(await sessionAfter(away, { attempts: 3 }, 1 - Number.EPSILON)).toEqual([30_000]);
  });

  test.each([40, 2_500, 90_000])('is followed by another one at the time that the provider names: after %i ms', async (retryAfterMs) => {
    expect(await sessionAfter({ ...away, retryAfterMs })).toEqual([retryAfterMs]);
  });

  test('was the last one, whatever the provider says', async () => {
    expect(await sessionAfter({ ...away, retryAfterMs: 1 }, { attempts: 4 })).toEqual(['deliverCode.failed']);
  });

  test('for good ends its task, unless the machine does not handle the failure', async () => {
    const refused = { outcome: 'failed', reason: 'refused' } as const;
    expect(await sessionAfter(refused)).toEqual(['deliverCode.failed']);
    expect(await sessionAfter(refused, { lasting: true, attempts: 9 })).toEqual([60_000]);
  });

  test('is reported too if this process has no handler for the task', async () => {
    const { runner, reports, begin } = manual();
    begin('a', { src: 'unknown' });
    await runner.idle();
    expect(reports).toMatchObject([{ end: { result: { outcome: 'retry', reason: "no handler 'unknown' in this process" } } }]);
  });
});

test('an attempt is aborted after ten seconds', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const { attempts, begin } = manual();
  begin('a');
  await vi.advanceTimersByTimeAsync(9_999);
  expect(attempts[0]?.signal.aborted).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(attempts[0]?.signal.aborted).toBe(true);
});

test.each([
  ['the time limit', 10_000],
  ['the stop of its process', 0],
])('an attempt whose handler ignores the abort after %s gives its place back two seconds later', async (why, abortedAfterMs) => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const { runner, reports, begin } = manual();
  begin('a');
  const closed = why === 'the time limit' ? null : runner.close(now);
  await vi.advanceTimersByTimeAsync(abortedAfterMs + 1_999);
  expect(runner.underWay).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  await closed;
  expect(runner.underWay).toBe(0);
  const outcomes = reports.map(({ end: { result } }) => (result.outcome === 'retry' ? result.reason : result.outcome));
  expect(outcomes).toEqual(why === 'the time limit' ? ['its handler ignored the abort'] : ['handed-back']);
});

describe('a handler that', () => {
  /** The reasons of the ends and the lines of the log, after one attempt by a handler of a module. */
  const afterRunning = async (run: () => unknown) => {
    const { runner, reports, lines, begin } = manual(null, async () => run() as TaskResult);
    begin('a');
    await runner.idle();
    return { results: reports.map(({ end }) => end.result), lines };
  };

  test('throws leaves the frames of the stack in the log, and no message: messages can hold personal details', async () => {
    const secret = 'jane@example.com\n    at Elm Road (1:2:3)';
    const { results, lines } = await afterRunning(function deliverBadly() {
      throw new TypeError(secret, { cause: new RangeError(secret) });
    });
    expect(results).toEqual([{ outcome: 'retry', reason: 'TypeError' }]);
    expect(lines[0]).toMatchObject({
      session: 'a',
      task: 'deliverCode',
      attempt: 1,
      thrown: [
        { name: 'TypeError', frames: expect.arrayContaining([expect.stringMatching(/deliverBadly .*task-runner\.test\.ts:\d+:\d+/)]) },
        { name: 'RangeError', frames: expect.arrayContaining([expect.stringContaining('deliverBadly')]) },
      ],
    });
    expect(JSON.stringify(lines)).not.toMatch(/jane|Elm/);
  });

  test.each([
    ['a message that was replaced', Object.assign(new Error('jane\n    at Elm Road'), { message: 'other' })],
    ['a stack that was replaced', Object.assign(new Error('jane'), { stack: 'jane\n    at Elm Road' })],
    ['a stack that is not text', Object.assign(new Error('jane'), { stack: 7 })],
    ['no error', 'jane'],
    [
      'itself as its cause',
      Object.defineProperty(new Error('jane'), 'cause', {
        get() {
          return this;
        },
      }),
    ],
  ])('throws %s reveals no message either', async (_, thrown) => {
    const { results, lines } = await afterRunning(() => Promise.reject(thrown));
    expect(results).toMatchObject([{ outcome: 'retry' }]);
    expect(JSON.stringify(lines)).not.toMatch(/jane|Elm/);
  });

  test.each([[undefined], [null], ['done'], [{}], [{ outcome: 'sent' }], [{ outcome: 'failed' }]])(
    'returns %j instead of a result is tried again',
    async (result) => {
      const { results } = await afterRunning(() => result);
      expect(results).toEqual([{ outcome: 'retry', reason: 'its handler returned no result' }]);
    },
  );

  test.each([Number.NaN, Number.POSITIVE_INFINITY, -1])('asks for a pause of %d ms gets the pause of the policy', async (retryAfterMs) => {
    const { results } = await afterRunning(() => ({ outcome: 'retry', reason: 'busy', retryAfterMs }));
    expect(results).toEqual([{ outcome: 'retry', reason: 'busy' }]);
  });
});

test('a result that could not be stored is reported again every second until it is', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const failure = new Error('The database is away');
  const { reports, attempts, begin } = manual(failure);
  begin('a');
  attempts[0]?.end({ outcome: 'done' });
  await vi.advanceTimersByTimeAsync(999);
  expect(reports).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(reports).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(60_000);
  // Until its lease ends. Then another process repeats the attempt.
  expect(reports).toHaveLength(31);
});
