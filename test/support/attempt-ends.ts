/** Ends of attempts at tasks, as they reach a session, and the retry policies of tests. */
import type { Task } from '../../src/engine/task.ts';
import { noticeDelaysMs } from '../../src/engine/task-limits.ts';
import type { AttemptEnded } from '../../src/engine/tasks/attempt-end.ts';
import { type Retrying, type RetryPolicy, retryPolicyOf } from '../../src/engine/tasks/retry-policy.ts';

export function attemptEnded(
  result: AttemptEnded['result'],
  of: Partial<Pick<AttemptEnded, 'generation' | 'attempt' | 'random'>> = {},
): AttemptEnded {
  return { kind: 'attempt-ended', generation: 1, attempt: 1, random: 0, ...of, result };
}

/** The retry policy of a handler without one. */
export function standardRetries(task: Task): RetryPolicy {
  return retryPolicyOf(task, undefined);
}

/** The retries of a notice. */
export const notice: Retrying = { isNotice: true, retryDelaysMs: noticeDelaysMs };
