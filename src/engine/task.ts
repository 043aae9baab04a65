/** A durable task of a session: work that is done outside, and whose attempts are counted in the session. */
import type { PendingTask } from '../../machines/workflow.ts';

/** A task with its attempts. */
export interface Task extends PendingTask {
  /** Attempts begun so far, the present one included. */
  readonly attempts: number;
  /** When the next attempt may begin; null while one is under way, and while the child runs. */
  readonly retryAt: number | null;
  /**
   * For a task that is a session of another workflow: the id of that session, null until the child is known to exist. From then on there
   * are no attempts: the task waits for the end of the child. Absent in all other tasks.
   */
  readonly child?: string | null;
  /** The machine has no transition for the failure: the task is retried until it is done. Absent if the machine has one. */
  readonly lasting?: true;
}

/** Names a task among those of all sessions: the same for every attempt at it. */
export function taskKey(sessionId: string, task: Pick<Task, 'generation'>): string {
  return `${sessionId}.${task.generation}`;
}

/** The tasks that the machine waits for. */
export function awaitedTasks({ tasks }: { readonly tasks: readonly Task[] }): readonly Task[] {
  return tasks.filter(({ detached }) => !detached);
}

/** Whether an attempt at the task is under way, as far as was stored. */
export function isUnderWay({ retryAt, child }: Task): boolean {
  return retryAt === null && typeof child !== 'string';
}

/** The part of a session that holds its tasks. */
export interface Tasks {
  readonly tasks: readonly Task[];
  /** Generations given to tasks so far. */
  readonly generations: number;
}

/** Adds a detached task that is due at once. */
export function withTask<T extends Tasks>(session: T, { src, input }: Pick<Task, 'src' | 'input'>, at: number): T {
  const generation = session.generations + 1;
  const task: Task = { id: src, detached: true, src, input, createdAt: at, generation, attempts: 0, retryAt: at };
  return { ...session, tasks: [...session.tasks, task], generations: generation };
}

/** Adds a detached task that no machine requested. An equal task that is not done yet is not added twice. */
export function withDetachedTask<T extends Tasks & { readonly updatedAt: number }>(
  session: T,
  { src, input }: Pick<Task, 'src' | 'input'>,
  at: number,
): T {
  const isThere = session.tasks.some((task) => task.detached && task.src === src && sameInput(task.input, input));
  return isThere ? session : { ...withTask(session, { src, input }, at), updatedAt: at };
}

/** Inputs are flat and made by the same code, so equal inputs have their members in the same order. */
export function sameInput(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
