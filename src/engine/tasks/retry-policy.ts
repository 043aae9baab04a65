/** The retry policy of a task: its number of attempts, and the pauses between them. */
import type { TaskHandler } from '../ports.ts';
import type { Task } from '../task.ts';
import { lastingDelayMs, retryDelayMs, retryDelaysMs } from '../task-limits.ts';

export interface RetryPolicy {
  readonly mostAttempts: number;
  /**
   * The pause after a failed attempt, in milliseconds.
   * @param random from 0 (inclusive) to 1
   */
  readonly pauseMs: (attempts: number, random: number) => number;
}

/** The part of a handler that determines the retries of its tasks. */
export type Retrying = Pick<TaskHandler, 'isNotice' | 'retryDelaysMs'>;

const lasting: RetryPolicy = { mostAttempts: Number.POSITIVE_INFINITY, pauseMs: lastingDelayMs };

/** @param handler undefined if this process has no handler for the task */
export function retryPolicyOf(task: Task, handler: Retrying | undefined): RetryPolicy {
  if (isLasting(task, handler)) return lasting;
  const delaysMs = handler?.retryDelaysMs ?? retryDelaysMs;
  return { mostAttempts: delaysMs.length + 1, pauseMs: (attempts, random) => retryDelayMs(attempts, random, delaysMs) };
}

/**
 * True if the task is retried until it is done. There are three kinds. A message between sessions: if it were lost, a parent would wait for
 * ever, or a child would run on. A detached task: its machine never hears of a failure. A task whose failure the machine does not handle:
 * the machine would wait for ever.
 */
export function isLasting({ child, lasting: isUnheard, detached }: Task, handler: Retrying | undefined): boolean {
  return child !== undefined || isUnheard === true || (detached && handler?.isNotice !== true);
}

/** True if an answer waits for the task: the machine waits for it, or the client's next request depends on it. */
export function isWaitedFor(task: Task, handler: Retrying | undefined): boolean {
  return !task.detached || isLasting(task, handler);
}
