/**
 * Runs attempts at tasks after the commit that began them, and reports each end back to the session.
 * It decides nothing that must survive a crash: the attempt was counted before it came here.
 */

import { monotonicMs } from '../database-clock.ts';
import { SessionSuspended } from '../errors.ts';
import { claimLost, type Log, type Observer, type TaskHandler, type TaskResult, type Vault } from '../ports.ts';
import type { Session, Task } from '../session.ts';
import type { SessionStore } from '../session-store.ts';
import { taskKey } from '../task.ts';
import { attemptTimeoutMs, handBackMs, leaseMs, mostAttempts } from '../task-limits.ts';
import type { AttemptEnded } from './attempt-end.ts';
import type { Claiming } from './claim.ts';
import { type Claimed, claimCheck } from './claim-check.ts';
import { isWaitedFor, retryPolicyOf } from './retry-policy.ts';
import { attemptOf } from './task-attempt.ts';

export interface TaskRunnerDeps {
  readonly handlers: Readonly<Record<string, TaskHandler>>;
  readonly vault: Vault;
  readonly log: Log;
  readonly observer: Observer;
  /** Claims are confirmed against its stored sessions. */
  readonly store: Pick<SessionStore, 'load'>;
  /** Gives the end of an attempt to its session. */
  readonly report: (sessionId: string, end: AttemptEnded) => Promise<unknown>;
}

/** How long to wait before an end that could not be stored is reported again. */
const reportAgainMs = 1000;

interface Running {
  readonly sessionId: string;
  readonly task: Task;
  readonly ended: Promise<void>;
  readonly giveUp: () => void;
}

export class TaskRunner {
  readonly #parts: TaskRunnerDeps;
  /** By name. */
  readonly #running = new Map<string, Running>();
  /** Those that somebody waits for, by session and generation: few of a session, and of many sessions. */
  readonly #awaited = new Map<string, Map<number, Promise<void>>>();
  /** The names of those whose end is known and is being stored. */
  readonly #known = new Set<string>();
  /** Attempts that begin as soon as their commit is written. */
  #reserved = 0;
  #closing = false;
  #handedBack = false;

  constructor(parts: TaskRunnerDeps) {
    this.#parts = parts;
  }

  /** Whether an attempt at the task is under way in this process. */
  isRunning(sessionId: string, task: Task): boolean {
    return this.#running.has(taskKey(sessionId, task));
  }

  /** Whether an answer waits for the task. */
  isWaitedFor(task: Task): boolean {
    return isWaitedFor(task, this.#parts.handlers[task.src]);
  }

  /** How many attempts are under way. */
  get underWay(): number {
    return this.#running.size;
  }

  /** How many more attempts may be begun: none from the moment it is closed. */
  get room(): number {
    return this.#closing ? 0 : Math.max(0, mostAttempts - this.#running.size - this.#reserved);
  }

  /**
   * The facts of this process that a claim of tasks rests on.
   * @param orphaned null for a new session, which has no attempt under way
   */
  claiming(orphaned: ((task: Task) => boolean) | null): Claiming {
    return {
      orphaned: orphaned ?? (() => false),
      retryPolicy: (task) => retryPolicyOf(task, this.#parts.handlers[task.src]),
      room: this.room,
    };
  }

  /** Keeps room for attempts until their commit has ended. */
  async reserved<Written>(attempts: number, commit: Promise<Written>): Promise<Written> {
    this.#reserved += attempts;
    try {
      return await commit;
    } finally {
      this.#reserved -= attempts;
    }
  }

  /**
   * Begins an attempt, which reports its end to the session.
   * @param claimedAt when its claim was sent to the database, on the monotonic clock
   */
  begin(session: Session, task: Task, claimedAt = monotonicMs()): void {
    const key = taskKey(session.id, task);
    const stop = new AbortController();
    const giveUp = () => stop.abort(new DOMException('The attempt is given up', 'TimeoutError'));
    // Cleared when the attempt ends: time-outs that nobody needs any more would add up to thousands.
    const timer = setTimeout(giveUp, this.#parts.handlers[task.src]?.timeoutMs ?? attemptTimeoutMs);
    const ended = this.#attempt(session, { sessionId: session.id, task, claimedAt }, stop.signal).finally(() => {
      clearTimeout(timer);
      this.#running.delete(key);
      this.#known.delete(key);
      this.#forget(session.id, task);
    });
    this.#running.set(key, { sessionId: session.id, task, ended, giveUp });
    if (!this.isWaitedFor(task)) return;
    const awaited = this.#awaited.get(session.id) ?? new Map<number, Promise<void>>();
    this.#awaited.set(session.id, awaited.set(task.generation, ended));
  }

  /**
   * Resolves when no attempt that is waited for is under way in this process; those that its ends lead to are waited for as well. At
   * the latest when the time is up.
   * @param sessions whose attempts these are, as it is just then
   */
  async settled(sessions: () => Iterable<string>, timeoutMs: number): Promise<void> {
    const busy = () => [...sessions()].flatMap((id) => [...(this.#awaited.get(id)?.values() ?? [])]);
    if (busy().length > 0) await within(timeoutMs, settledAll(busy));
  }

  /** Resolves when no attempt at all is under way in this process. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  /**
   * Begins nothing any more, and lets what is under way end. What has not when the time is up goes back to its session as due at
   * once, for any other process, or for the next start of this one: its lease would keep it for longer than people wait.
   */
  async close(timeUp: Promise<void>): Promise<void> {
    this.#closing = true;
    await Promise.race([this.idle(), timeUp]);
    // An attempt whose end is known but not stored yet has done its work: nobody is to do it again before they must.
    const unfinished = [...this.#running].flatMap(([key, running]) => (this.#known.has(key) ? [] : [running]));
    this.#handedBack = true;
    const back = unfinished.map(({ sessionId, task: { generation, attempts } }) =>
      this.#parts.report(sessionId, endOf(generation, attempts, { outcome: 'handed-back' })),
    );
    await within(handBackMs, Promise.allSettled(back));
    for (const { giveUp } of unfinished) giveUp();
  }

  #forget(sessionId: string, { generation }: Task): void {
    const awaited = this.#awaited.get(sessionId);
    if (awaited?.delete(generation) && awaited.size === 0) this.#awaited.delete(sessionId);
  }

  async #attempt(session: Session, claimed: Claimed, signal: AbortSignal): Promise<void> {
    const { log, observer } = this.#parts;
    const { task } = claimed;
    const fields = { session: session.id, workflow: session.workflow, task: task.id, attempt: task.attempts };
    const result = await this.#run(session, claimed, signal);
    // It went back as due at once already; only a certain end has something to add.
    if (this.#handedBack && result.outcome === 'retry') return;
    this.#known.add(taskKey(session.id, task));
    observer.attempted({ task: task.id, outcome: result.outcome });
    if (result.outcome === 'failed' || result.outcome === 'retry')
      log.warn({ ...fields, outcome: result.outcome, reason: result.reason }, 'a task attempt did not succeed');
    await this.#report(session.id, endOf(task.generation, task.attempts, result));
  }

  async #run(session: Session, claimed: Claimed, signal: AbortSignal): Promise<TaskResult> {
    const { handlers, vault, store } = this.#parts;
    const { task } = claimed;
    const handler = handlers[task.src];
    if (!handler) return { outcome: 'retry', reason: `no handler '${task.src}' in this process` };
    const isStillClaimed = claimCheck(claimed, store, signal);
    try {
      // A reported retry changes nothing if the task is gone, or another process has taken it over.
      const isClaimed = isStillClaimed();
      if (isClaimed !== true && !(await isClaimed)) return claimLost;
      return await handler.run(attemptOf(session, task, vault), signal, isStillClaimed);
    } catch (error) {
      return { outcome: 'retry', reason: error instanceof Error ? error.name : 'unknown' };
    }
  }

  /** The database may be away just now. What can't be stored within the lease, another process finds out by trying again. */
  async #report(sessionId: string, end: AttemptEnded): Promise<void> {
    for (let waitedMs = 0; ; waitedMs += reportAgainMs) {
      try {
        await this.#parts.report(sessionId, end);
        return;
      } catch (error) {
        // The log has the fault already; the attempt is made again once the session is taken back.
        if (error instanceof SessionSuspended) return;
        if (waitedMs >= leaseMs || this.#handedBack) {
          this.#parts.log.error({ session: sessionId, err: error }, 'the end of a task could not be stored');
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, reportAgainMs));
      }
    }
  }
}

async function within(timeoutMs: number, ending: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeUp = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([ending, timeUp]);
  clearTimeout(timer);
}

async function settledAll(busy: () => readonly Promise<void>[]): Promise<void> {
  for (let under = busy(); under.length > 0; under = busy()) await Promise.all(under);
}

function endOf(generation: number, attempt: number, result: AttemptEnded['result']): AttemptEnded {
  return { kind: 'attempt-ended', generation, attempt, result, random: Math.random() };
}
