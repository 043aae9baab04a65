/**
 * Runs attempts at tasks after the commit that began them, and reports each end to the session. It decides nothing that must survive a
 * crash: the commit has already counted the attempt.
 */
import { monotonicMs } from '../database-clock.ts';
import { SessionSuspended } from '../errors.ts';
import { claimLost, type Log, type Observer, type TaskResult, type Vault } from '../ports.ts';
import type { Session, Task } from '../session.ts';
import type { SessionStore } from '../session-store.ts';
import { taskKey } from '../task.ts';
import { attemptTimeoutMs, handBackMs, leaseMs, mostAttempts } from '../task-limits.ts';
import type { AttemptEnded } from './attempt-end.ts';
import type { Claiming } from './claim.ts';
import { type Claimed, claimCheck } from './claim-check.ts';
import { handlerRun } from './handler-run.ts';
import { type Handlers, handlerOf } from './handlers.ts';
import { isWaitedFor, retryPolicyOf } from './retry-policy.ts';
import { attemptOf } from './task-attempt.ts';

export interface TaskRunnerDeps {
  readonly handlers: Handlers;
  readonly vault: Vault;
  readonly log: Log;
  readonly observer: Observer;
  /** The stored sessions, against which claims are confirmed. */
  readonly store: Pick<SessionStore, 'load'>;
  /** Reports the end of an attempt to its session. */
  readonly report: (sessionId: string, end: AttemptEnded) => Promise<unknown>;
}

/** The pause before an end that could not be stored is reported again. */
const reportAgainMs = 1000;

interface Running {
  readonly sessionId: string;
  readonly task: Task;
  readonly ended: Promise<void>;
  readonly giveUp: () => void;
}

export class TaskRunner {
  readonly #parts: TaskRunnerDeps;
  /** The running attempts by task key. */
  readonly #running = new Map<string, Running>();
  /** The awaited attempts, by session and generation: few for each session, over many sessions. */
  readonly #awaited = new Map<string, Map<number, Promise<void>>>();
  /** The keys of attempts whose known end is being stored. */
  readonly #known = new Set<string>();
  /** Attempts that begin as soon as their commit is written. */
  #reserved = 0;
  #closing = false;
  #handedBack = false;

  constructor(parts: TaskRunnerDeps) {
    this.#parts = parts;
  }

  /** True if an attempt at the task is under way in this process. */
  isRunning(sessionId: string, task: Task): boolean {
    return this.#running.has(taskKey(sessionId, task));
  }

  /** True if an answer waits for the task. */
  isWaitedFor(session: Pick<Session, 'workflow' | 'version'>, task: Task): boolean {
    return isWaitedFor(task, handlerOf(this.#parts.handlers, session, task));
  }

  /** The number of attempts under way. */
  get underWay(): number {
    return this.#running.size;
  }

  /** The number of attempts that may still begin; zero after `close`. */
  get room(): number {
    return this.#closing ? 0 : Math.max(0, mostAttempts - this.#running.size - this.#reserved);
  }

  /**
   * The facts about this process that a claim of tasks needs.
   * @param orphaned null for a new session, which has no attempt under way
   */
  claiming(session: Pick<Session, 'workflow' | 'version'>, orphaned: ((task: Task) => boolean) | null): Claiming {
    return {
      orphaned: orphaned ?? (() => false),
      retryPolicy: (task) => retryPolicyOf(task, handlerOf(this.#parts.handlers, session, task)),
      room: this.room,
    };
  }

  /** Reserves room for attempts until their commit has ended. */
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
   * @param claimedAt the time at which its claim was sent to the database, on the monotonic clock
   */
  begin(session: Session, task: Task, claimedAt = monotonicMs()): void {
    const key = taskKey(session.id, task);
    const stop = new AbortController();
    const giveUp = () => stop.abort(new DOMException('The attempt is given up', 'TimeoutError'));
    // Cleared when the attempt ends: unused time-outs would add up to thousands.
    const timer = setTimeout(giveUp, handlerOf(this.#parts.handlers, session, task)?.timeoutMs ?? attemptTimeoutMs);
    const ended = this.#attempt(session, { sessionId: session.id, task, claimedAt }, stop.signal).finally(() => {
      clearTimeout(timer);
      this.#running.delete(key);
      this.#known.delete(key);
      this.#forget(session.id, task);
    });
    this.#running.set(key, { sessionId: session.id, task, ended, giveUp });
    if (!this.isWaitedFor(session, task)) return;
    const awaited = this.#awaited.get(session.id) ?? new Map<number, Promise<void>>();
    this.#awaited.set(session.id, awaited.set(task.generation, ended));
  }

  /**
   * Resolves when no awaited attempt is under way in this process, including those that follow from ended ones, or when the time is up.
   * @param sessions reads the current ids of the sessions
   */
  async settled(sessions: () => Iterable<string>, timeoutMs: number): Promise<void> {
    const busy = () => [...sessions()].flatMap((id) => [...(this.#awaited.get(id)?.values() ?? [])]);
    if (busy().length > 0) await within(timeoutMs, settledAll(busy));
  }

  /** Resolves when no attempt is under way in this process. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  /**
   * Begins no more attempts and lets running ones end. When the time is up, the rest return to their sessions as due at once, for any
   * process or the next start of this one. Their leases would hold them for longer than people wait.
   */
  async close(timeUp: Promise<void>): Promise<void> {
    this.#closing = true;
    await Promise.race([this.idle(), timeUp]);
    // An attempt whose known end is not stored yet has done its work, so it should not be repeated early.
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
    const { result, thrown } = await handlerRun(() => this.#run(session, claimed, signal), signal);
    // The task was already returned as due at once, so only a certain end adds something.
    if (this.#handedBack && result.outcome === 'retry') return;
    this.#known.add(taskKey(session.id, task));
    observer.attempted({ task: task.id, outcome: result.outcome });
    if (result.outcome === 'failed' || result.outcome === 'retry') {
      const reason = { outcome: result.outcome, reason: result.reason, ...(thrown.length > 0 ? { thrown } : {}) };
      log.warn({ ...fields, ...reason }, 'a task attempt did not succeed');
    }
    await this.#report(session.id, endOf(task.generation, task.attempts, result));
  }

  async #run(session: Session, claimed: Claimed, signal: AbortSignal): Promise<TaskResult> {
    const { handlers, vault, store } = this.#parts;
    const { task } = claimed;
    const handler = handlerOf(handlers, session, task);
    if (!handler) return { outcome: 'retry', reason: `no handler '${task.src}' in this process` };
    const isStillClaimed = claimCheck(claimed, store, signal);
    // A reported retry changes nothing if the task is gone, or another process has taken it over.
    const isClaimed = isStillClaimed();
    if (isClaimed !== true && !(await isClaimed)) return claimLost;
    return await handler.run(attemptOf(session, task, vault), signal, isStillClaimed);
  }

  /** The database may be unreachable. If the end can't be stored within the lease, another process repeats the attempt. */
  async #report(sessionId: string, end: AttemptEnded): Promise<void> {
    for (let waitedMs = 0; ; waitedMs += reportAgainMs) {
      try {
        await this.#parts.report(sessionId, end);
        return;
      } catch (error) {
        // The log has the fault already. The attempt is repeated after the session is taken back.
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
