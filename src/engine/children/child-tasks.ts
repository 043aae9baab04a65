/**
 * The tasks between a session and its children. A session never writes another one. Its message is a task, committed with the step that
 * causes it and retried until it is delivered.
 */
import type { Workflow } from '../../../machines/workflow.ts';
import type { Personal } from '../ports.ts';
import { type Task, type Tasks, withTask } from '../task.ts';

/** Reports the end of a child to its parent. Stored tasks and the metrics use the older name. */
export const notifyParent = 'tellParent';
/** Cancels a child that its parent has stopped waiting for. */
export const cancelChild = 'cancelChild';

/** The input of `cancelChild`. */
export interface CancelledChild {
  readonly workflow: string;
  /** The generation of the stopped task. */
  readonly generation: number;
}

/** @returns the workflow that an invocation starts as a child session; null for any other task */
export function invokedWorkflow({ children = {} }: Workflow, src: string, input: unknown): string | null {
  if (Object.hasOwn(children, src) && children[src]?.as === undefined) return src;
  const { workflow } = (input ?? {}) as { readonly workflow?: unknown };
  return typeof workflow === 'string' && children[workflow]?.as === src ? workflow : null;
}

/** Adds a cancellation for each stopped task whose child may exist. */
export function withCancelledChildren<T extends Tasks>(session: T, stopped: readonly Task[], at: number): T {
  // Without an attempt, no child was started.
  const children = stopped.filter(({ child, attempts }) => child !== undefined && attempts > 0);
  return children.reduce(
    (after, { src, generation }) =>
      withTask(after, { src: cancelChild, input: { workflow: src, generation } satisfies CancelledChild }, at),
    session,
  );
}

/** The end of a session, as reported to its parent. */
export interface ChildEnd {
  /** The path of the final state. */
  readonly outcome: string;
  /** The output of its machine; absent if it has none. */
  readonly output?: unknown;
}

/** The end of a child with the personal details that the child returns. */
export interface ChildEnded {
  readonly kind: 'child-ended';
  /** The generation of the parent's task. */
  readonly generation: number;
  readonly end: ChildEnd;
  readonly personal: Personal;
}

/** Adds the report to the parent, for a child session that has ended. */
export function withParentNotice<T extends Tasks>(session: T, { outcome, output }: ChildEnd, at: number): T {
  return withTask(session, { src: notifyParent, input: output === undefined ? { outcome } : { outcome, output } }, at);
}
