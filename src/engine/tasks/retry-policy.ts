/** How often each kind of task is tried, and how long is waited in between. */
import { isLasting, isNotice } from '../children/child-tasks.ts';
import type { Task } from '../session.ts';
import { attemptLimit, lastingDelayMs, noticeAttempts, retryDelayMs } from '../task-limits.ts';

/**
 * Whether there is no further attempt.
 * @param delaysMs the pauses between attempts, where the task has its own
 */
export function isUsedUp(task: Task, delaysMs?: readonly number[]): boolean {
  if (isLasting(task)) return false;
  if (isNotice(task)) return task.attempts >= noticeAttempts;
  return task.attempts >= (delaysMs === undefined ? attemptLimit : delaysMs.length + 1);
}

/**
 * How long to wait after the attempt that failed; null when it was the last one.
 * @param random from 0 (inclusive) to 1
 * @param delaysMs the pauses between attempts, where the task has its own
 */
export function pauseMs(task: Task, random: number, delaysMs?: readonly number[]): number | null {
  if (isUsedUp(task, delaysMs)) return null;
  return isLasting(task) || isNotice(task) ? lastingDelayMs(task.attempts, random) : retryDelayMs(task.attempts, random, delaysMs);
}
