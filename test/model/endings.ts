/**
 * How a task can end in a run, and how that is brought about. A delivery ends as the sandbox is told to make it end. A child session
 * ends as somebody makes it end who holds it. Whatever else there is ends at once and well: nobody can come in between.
 */
import type { Workflow } from '../../machines/workflow.ts';
import type { Task } from '../../src/engine/session.ts';

export interface Ending {
  readonly well: boolean;
  /** What the done event says of it. */
  readonly outcome?: string;
}

/** What the sandbox can delay, and make fail. */
const delivery = 'deliverCode';

/** Both of the ends that somebody who holds a child can give it. */
const childOutcomes = ['verified', 'cancelled'];

export function endingsOf({ outcomes = {} }: Workflow, { src, child }: Task): readonly Ending[] {
  if (src === delivery) return [{ well: true }, { well: false }];
  if (child !== undefined) return childOutcomes.map((outcome) => ({ well: true, outcome }));
  return outcomes[src]?.map((outcome) => ({ well: true, outcome })) ?? [{ well: true }];
}

/** Whether nothing can happen before it ends. */
export function endsAtOnce({ src, child }: Task): boolean {
  return src !== delivery && child === undefined;
}

/** Whether a run can make the task fail. */
export function canFail(task: string | null): boolean {
  return task === delivery;
}

/** Whether a session is never seen in the state, because it is left at once. */
export function isPassing({ machine, children = {} }: Workflow, path: string): boolean {
  let node = machine.root;
  for (const key of path.split('.')) node = node.states[key] ?? node;
  return node.invoke.some(({ src }) => typeof src === 'string' && src !== delivery && !Object.hasOwn(children, src));
}
