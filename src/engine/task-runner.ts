/**
 * Runs attempts at tasks after the commit that began them, and reports each end back to the session.
 * It decides nothing that must survive a crash: the attempt was counted before it came here.
 */
import type { Log, Observer, TaskHandler, TaskResult, Vault } from './ports.ts';
import type { Session, Task } from './session.ts';
import { attemptOf, taskKey } from './task-attempt.ts';
import { attemptTimeoutMs, leaseMs, retryDelayMs } from './task-limits.ts';
import type { Request } from './turn.ts';

export interface TaskRunnerParts {
  readonly handlers: Readonly<Record<string, TaskHandler>>;
  readonly vault: Vault;
  readonly log: Log;
  readonly observer: Observer;
  /** Gives the end of an attempt to its session. */
  readonly report: (sessionId: string, end: Request) => Promise<unknown>;
}

/** How long to wait before an end that could not be stored is reported again. */
const reportAgainMs = 1000;

export class TaskRunner {
  readonly #parts: TaskRunnerParts;
  /** By name. */
  readonly #running = new Map<string, Promise<void>>();
  /** Those that somebody waits for, by session and generation: few of a session, and of many sessions. */
  readonly #awaited = new Map<string, Map<number, Promise<void>>>();

  constructor(parts: TaskRunnerParts) {
    this.#parts = parts;
  }

  /** Whether an attempt at the task is under way in this process. */
  isRunning(sessionId: string, task: Task): boolean {
    return this.#running.has(taskKey(sessionId, task));
  }

  /** Begins an attempt; its end goes to the session by itself. */
  begin(session: Session, task: Task): void {
    const key = taskKey(session.id, task);
    const attempt = this.#attempt(session, task).finally(() => {
      this.#running.delete(key);
      this.#forget(session.id, task);
    });
    this.#running.set(key, attempt);
    if (task.detached) return;
    const awaited = this.#awaited.get(session.id) ?? new Map<number, Promise<void>>();
    this.#awaited.set(session.id, awaited.set(task.generation, attempt));
  }

  /**
   * Resolves when no attempt of the session that its machine waits for is under way in this process; those that its ends lead to
   * are waited for as well. At the latest when the time is up.
   */
  async settled(sessionId: string, timeoutMs: number): Promise<void> {
    if (!this.#awaited.has(sessionId)) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const timeUp = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, timeoutMs);
    });
    await Promise.race([this.#settled(sessionId), timeUp]);
    clearTimeout(timer);
  }

  async #settled(sessionId: string): Promise<void> {
    for (let awaited = this.#awaited.get(sessionId); awaited; awaited = this.#awaited.get(sessionId)) await Promise.all(awaited.values());
  }

  /** Resolves when no attempt at all is under way in this process. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  #forget(sessionId: string, { generation }: Task): void {
    const awaited = this.#awaited.get(sessionId);
    if (awaited?.delete(generation) && awaited.size === 0) this.#awaited.delete(sessionId);
  }

  async #attempt(session: Session, task: Task): Promise<void> {
    const { log, observer } = this.#parts;
    const fields = { session: session.id, workflow: session.workflow, task: task.id, attempt: task.attempts };
    const result = await this.#run(session, task);
    observer.attempted({ task: task.id, outcome: result.outcome });
    if (result.outcome !== 'done')
      log.warn({ ...fields, outcome: result.outcome, reason: result.reason }, 'a task attempt did not succeed');
    await this.#report(session.id, endOf(task, result));
  }

  async #run(session: Session, task: Task): Promise<TaskResult> {
    const handler = this.#parts.handlers[task.src];
    if (!handler) return { outcome: 'retry', reason: `no handler '${task.src}' in this process` };
    // Cleared when the attempt ends: time-outs that nobody needs any more would add up to thousands.
    const timeUp = new AbortController();
    const timer = setTimeout(() => timeUp.abort(new DOMException('The attempt took too long', 'TimeoutError')), attemptTimeoutMs);
    try {
      return await handler.run(attemptOf(session, task, this.#parts.vault), timeUp.signal);
    } catch (error) {
      return { outcome: 'retry', reason: error instanceof Error ? error.name : 'unknown' };
    } finally {
      clearTimeout(timer);
    }
  }

  /** The database may be away just now. What can't be stored within the lease, another process finds out by trying again. */
  async #report(sessionId: string, end: Request): Promise<void> {
    for (let waitedMs = 0; ; waitedMs += reportAgainMs) {
      try {
        await this.#parts.report(sessionId, end);
        return;
      } catch (error) {
        if (waitedMs >= leaseMs) {
          this.#parts.log.error({ session: sessionId, err: error }, 'the end of a task could not be stored');
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, reportAgainMs));
      }
    }
  }
}

function endOf({ generation, attempts }: Task, result: TaskResult): Request {
  switch (result.outcome) {
    case 'done':
      return { kind: 'task-done', generation, output: result.output ?? null };
    case 'failed':
      return { kind: 'task-failed', generation, reason: result.reason };
    case 'retry': {
      const afterMs = retryDelayMs(attempts, Math.random());
      if (afterMs === null) return { kind: 'task-failed', generation, reason: result.reason };
      return { kind: 'task-retry', generation, afterMs: result.retryAfterMs ?? afterMs };
    }
    default:
      return result satisfies never;
  }
}
