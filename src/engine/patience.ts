/** How often each kind of task is tried, and how long is waited in between. */
import { isLasting, isNotice } from './family-tasks.ts';
import type { Task } from './session.ts';
import { attemptLimit, lastingDelayMs, noticeAttempts, retryDelayMs } from './task-limits.ts';

/** Whether there is no further attempt. */
export function isUsedUp(task: Task): boolean {
  if (isLasting(task)) return false;
  return task.attempts >= (isNotice(task) ? noticeAttempts : attemptLimit);
}

/**
 * How long to wait after the attempt that failed; null when it was the last one.
 * @param random from 0 (inclusive) to 1
 */
export function pauseMs(task: Task, random: number): number | null {
  if (isUsedUp(task)) return null;
  return isLasting(task) || isNotice(task) ? lastingDelayMs(task.attempts, random) : retryDelayMs(task.attempts, random);
}
