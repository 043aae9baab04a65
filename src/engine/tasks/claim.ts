/** The tasks that a commit begins: due tasks, and tasks whose process died. */
import type { Workflow } from '../../../machines/workflow.ts';
import { type HistoryEntry, isUnderWay, type Session, type Task } from '../session.ts';
import { failTask } from './attempt-end.ts';
import type { RetryPolicy } from './retry-policy.ts';

/** The attempts to begin, and the session that has counted them. */
export interface Claim {
  readonly session: Session;
  readonly history: readonly HistoryEntry[];
  readonly begun: readonly Task[];
}

export interface Claiming {
  /** True if an attempt under way has lost its process. */
  readonly orphaned: (task: Task) => boolean;
  readonly retryPolicy: (task: Task) => RetryPolicy;
  /** The number of attempts that may begin. */
  readonly room: number;
}

/**
 * Begins due tasks, and tasks whose process died. An attempt is counted before it runs, so that no crash can repeat it more often than the
 * limit. Tasks without room stay due, for any process with room.
 */
export function claimTasks(workflow: Workflow, before: Session, at: number, { orphaned, retryPolicy, room }: Claiming): Claim {
  let session = before;
  const history: HistoryEntry[] = [];
  const begun: Task[] = [];
  if (before.status === 'suspended') return { session, history, begun };
  for (const task of before.tasks) {
    const due = task.retryAt === null ? isUnderWay(task) && orphaned(task) : task.retryAt <= at;
    if (!due) continue;
    if (task.attempts >= retryPolicy(task).mostAttempts) {
      const failed = failTask(workflow, session, task, 'attempts-exhausted', at);
      session = failed.session;
      history.push(...failed.history);
      continue;
    }
    if (begun.length >= room) continue;
    const attempt = { ...task, attempts: task.attempts + 1, retryAt: null };
    session = { ...session, tasks: session.tasks.map((other) => (other.generation === task.generation ? attempt : other)) };
    begun.push(attempt);
  }
  // The failure of one task may have stopped another or started a new one.
  const current = begun.filter((task) => session.tasks.includes(task));
  return history.length > 0
    ? withLater(workflow, session, history, current, at, { orphaned, retryPolicy, room })
    : { session, history, begun: current };
}

function withLater(
  workflow: Workflow,
  session: Session,
  history: HistoryEntry[],
  begun: Task[],
  at: number,
  { orphaned, retryPolicy, room }: Claiming,
): Claim {
  const later = claimTasks(workflow, session, at, {
    orphaned: (task) => !begun.includes(task) && orphaned(task),
    retryPolicy,
    room: room - begun.length,
  });
  return { session: later.session, history: [...history, ...later.history], begun: [...begun, ...later.begun] };
}
