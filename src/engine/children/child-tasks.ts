/**
 * The tasks between a session and its children. A session touches no other one: what it has to tell the other is a
 * task of its own, committed with the step that leads to it, and tried until it is told.
 */
import type { Workflow } from '../../../machines/workflow.ts';
import type { Session, Task } from '../session.ts';

/** Tells the parent how its child ended. Stored tasks and the metrics carry the older name. */
export const notifyParent = 'tellParent';
/** Sees to it that a child which nobody waits for does not run on. */
export const cancelChild = 'cancelChild';

type Tasks = Pick<Session, 'tasks' | 'generations'>;

/** What `cancelChild` is told. */
export interface CancelledChild {
  readonly workflow: string;
  /** Of the task that it was. */
  readonly generation: number;
}

/** @returns the workflow that an invocation means, which is a session of its own then; null for any other task */
export function invokedWorkflow({ children = {} }: Workflow, src: string, input: unknown): string | null {
  if (Object.hasOwn(children, src) && children[src]?.as === undefined) return src;
  const { workflow } = (input ?? {}) as { readonly workflow?: unknown };
  return typeof workflow === 'string' && children[workflow]?.as === src ? workflow : null;
}

/** Whether it says something to somebody, and does nothing. */
export function isNotice({ src }: Pick<Task, 'src'>): boolean {
  return src === 'notifyOwner' || src === 'sendMessage';
}

/**
 * Whether it is tried for as long as it takes. A lost hand-over would let a parent wait for ever, or leave a child running that
 * nobody waits for; of what a machine only asks to be done, it never hears that it was not; and one that waits for a task and has no
 * answer to its failure would wait for ever, too.
 */
export function isLasting(task: Pick<Task, 'src' | 'child' | 'detached' | 'lasting'>): boolean {
  return task.child !== undefined || task.lasting === true || (task.detached && !isNotice(task));
}

/** Whether an answer waits for it: the machine does, or what the caller may well ask for next rests on it. */
export function isWaitedFor(task: Task): boolean {
  return !task.detached || isLasting(task);
}

/** After these tasks were stopped: the children among them that may be there by now are to be cancelled. */
export function withCancelledChildren<T extends Tasks>(session: T, stopped: readonly Task[], at: number): T {
  // What was never begun is nowhere.
  const children = stopped.filter(({ child, attempts }) => child !== undefined && attempts > 0);
  return children.reduce(
    (after, { src, generation }) => adding(after, cancelChild, { workflow: src, generation } satisfies CancelledChild, at),
    session,
  );
}

/** The end of a session, as its parent is told of it. */
export interface ChildEnd {
  /** The path of the final state. */
  readonly outcome: string;
  /** The output of its machine; absent if it has none. */
  readonly output?: unknown;
}

/** The session has ended, and another one waits for that. */
export function withParentNotice<T extends Tasks>(session: T, { outcome, output }: ChildEnd, at: number): T {
  return adding(session, notifyParent, output === undefined ? { outcome } : { outcome, output }, at);
}

function adding<T extends Tasks>(session: T, src: string, input: unknown, at: number): T {
  const generation = session.generations + 1;
  const task: Task = { id: src, detached: true, src, input, createdAt: at, generation, attempts: 0, retryAt: at };
  return { ...session, tasks: [...session.tasks, task], generations: generation };
}

/** Inputs are flat and made by the same code, so equal inputs have their members in the same order. */
export function sameInput(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Adds a detached task that no machine requested. An equal task that is not done yet is not added twice. */
export function withDetachedTask(session: Session, { src, input }: Pick<Task, 'src' | 'input'>, at: number): Session {
  const isThere = session.tasks.some((task) => task.detached && task.src === src && sameInput(task.input, input));
  return isThere ? session : { ...adding(session, src, input, at), updatedAt: at };
}
