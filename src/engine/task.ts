/** A durable task of a session: work outside the machine. The session counts its attempts. */
import { isDeepStrictEqual } from 'node:util';
import type { PendingTask } from '../../machines/workflow.ts';

/** A task with its attempts. */
export interface Task extends PendingTask {
  /** Attempts begun so far, including the present one. */
  readonly attempts: number;
  /** The time at which the next attempt may begin; null during an attempt, and while the child runs. */
  readonly retryAt: number | null;
  /**
   * For a task that is a child session: the id of the child, null until the child is known to exist. From then on there are no attempts:
   * the task waits for the end of the child. Absent in all other tasks.
   */
  readonly child?: string | null;
  /**
   * The end of the wait for an answer from outside, in milliseconds since the epoch. Until then there are no attempts, and no process holds
   * the task. Absent in a task that waits for no answer.
   */
  readonly answerBy?: number;
  /** The machine does not handle the failure, so the task is retried until it is done. Absent if the machine handles it. */
  readonly lasting?: true;
}

/** Identifies a task among the tasks of all sessions. Every attempt has the same key. */
export function taskKey(sessionId: string, task: Pick<Task, 'generation'>): string {
  return `${sessionId}.${task.generation}`;
}

/** The tasks that the machine waits for. */
export function awaitedTasks({ tasks }: { readonly tasks: readonly Task[] }): readonly Task[] {
  return tasks.filter(({ detached }) => !detached);
}

/** True if the stored session has an attempt at the task under way. */
export function isUnderWay({ retryAt, child, answerBy }: Task): boolean {
  return retryAt === null && typeof child !== 'string' && answerBy === undefined;
}

/** The part of a session that holds its tasks. */
export interface Tasks {
  readonly tasks: readonly Task[];
  /** The number of tasks so far; the next task gets the next generation. */
  readonly generations: number;
}

/** Adds a detached task that is due at once. */
export function withTask<T extends Tasks>(session: T, { src, input }: Pick<Task, 'src' | 'input'>, at: number): T {
  const generation = session.generations + 1;
  const task: Task = { id: src, detached: true, src, input, createdAt: at, generation, attempts: 0, retryAt: at };
  return { ...session, tasks: [...session.tasks, task], generations: generation };
}

/** Adds a detached task that no machine requested, unless an equal one is pending. */
export function withDetachedTask<T extends Tasks & { readonly updatedAt: number }>(
  session: T,
  { src, input }: Pick<Task, 'src' | 'input'>,
  at: number,
): T {
  return hasPendingDetached(session, { src, input }) ? session : { ...withTask(session, { src, input }, at), updatedAt: at };
}

/**
 * True if an equal detached task waits for an attempt: it will have the effect of another one too. An attempt under way may have had its
 * effect before the cause of another one. A task that the machine waits for ends with its state, so it stands for no detached one.
 */
export function hasPendingDetached({ tasks }: Pick<Tasks, 'tasks'>, { src, input }: Pick<Task, 'src' | 'input'>): boolean {
  // A jsonb column changes the order of members, so texts can't be compared.
  return tasks.some((task) => task.detached && task.retryAt !== null && task.src === src && isDeepStrictEqual(task.input, input));
}
