/**
 * The tasks between a session and its children. A session touches no other one: what it has to tell the other is a
 * task of its own, committed with the step that leads to it, and tried until it is told.
 */
import type { Workflow } from '../../../machines/workflow.ts';
import type { Personal } from '../ports.ts';
import { type Task, type Tasks, withTask } from '../task.ts';

/** Tells the parent how its child ended. Stored tasks and the metrics carry the older name. */
export const notifyParent = 'tellParent';
/** Sees to it that a child which nobody waits for does not run on. */
export const cancelChild = 'cancelChild';

/** The input of `cancelChild`. */
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

/** After these tasks were stopped: the children among them that may be there by now are to be cancelled. */
export function withCancelledChildren<T extends Tasks>(session: T, stopped: readonly Task[], at: number): T {
  // A child that was never started has no session.
  const children = stopped.filter(({ child, attempts }) => child !== undefined && attempts > 0);
  return children.reduce(
    (after, { src, generation }) =>
      withTask(after, { src: cancelChild, input: { workflow: src, generation } satisfies CancelledChild }, at),
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

/** The end of a child on its way to its parent, with the personal details that the child gives back. */
export interface ChildEnded {
  readonly kind: 'child-ended';
  /** The task of the parent. */
  readonly generation: number;
  readonly end: ChildEnd;
  readonly personal: Personal;
}

/** The session has ended, and another one waits for that. */
export function withParentNotice<T extends Tasks>(session: T, { outcome, output }: ChildEnd, at: number): T {
  return withTask(session, { src: notifyParent, input: output === undefined ? { outcome } : { outcome, output } }, at);
}
