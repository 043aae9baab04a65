/**
 * How a task can end in a run, and how that is brought about. A delivery ends as the sandbox is told to make it end. A child session
 * ends as somebody makes it end who holds it. Whatever else there is ends at once and well: nobody can come in between.
 */
import type { MachineEvent, Workflow } from '../../machines/workflow.ts';
import { type Session, statePath, type Task } from '../../src/engine/session.ts';
import { startSession } from '../../src/engine/steps/step.ts';

export interface Ending {
  readonly well: boolean;
  /** What the done event says of it. */
  readonly outcome?: string;
}

/** What the sandbox can delay, and make fail. */
const delivery = 'deliverCode';

/**
 * `driven`: what a run can bring about. `any`: whatever the engine can, a start of a child that fails for good and a task that takes
 * until after its session's time included: nobody can make a service do that at will, so that it is explored and not driven.
 */
export type Ends = 'driven' | 'any';

/** Both of the ends that somebody who holds a child can give it. */
const childOutcomes = ['verified', 'cancelled'];

export function endingsOf(workflow: Workflow, session: Pick<Session, 'context'>, task: Task, ends: Ends = 'driven'): readonly Ending[] {
  const driven = drivenEndings(workflow, session, task);
  if (ends === 'driven' || task.src === delivery) return driven;
  const others = task.child === undefined ? [] : [{ well: true, outcome: 'abandoned' }];
  return [...driven, ...others, ...(task.lasting ? [] : [{ well: false }])];
}

function drivenEndings({ outcomes = {} }: Workflow, { context }: Pick<Session, 'context'>, { src, child }: Task): readonly Ending[] {
  if (src === delivery) return [{ well: true }, { well: false }];
  if (child !== undefined) return childOutcomes.map((outcome) => ({ well: true, outcome }));
  const possible = outcomes[src]?.filter((outcome) => canComeTo(outcome, context));
  return possible?.map((outcome) => ({ well: true, outcome })) ?? [{ well: true }];
}

/** An address alone can be somebody's by then; and what one request does whole, another can come before, but not in between. */
function canComeTo(outcome: string, { kind, linked }: Session['context']): boolean {
  if (outcome === 'link-taken') return linked === true;
  if (kind === undefined) return true;
  return outcome === 'taken' ? kind === 'email' : outcome === 'superseded' ? kind !== 'password' : true;
}

/** Whether nothing can happen before it ends. */
export function endsAtOnce({ src, child }: Task): boolean {
  return src !== delivery && child === undefined;
}

/** Whether a session is never seen in the state, because it is left at once. */
export function isPassing(workflow: Workflow, path: string): boolean {
  const { machine, children = {} } = workflow;
  if (isOpening(workflow, path)) return true;
  const sessions = Object.entries(children).map(([name, { as = name }]) => as);
  let node = machine.root;
  for (const key of path.split('.')) node = node.states[key] ?? node;
  return node.invoke.some(({ src }) => typeof src === 'string' && src !== delivery && !sessions.includes(src));
}

/** Whether a session begins there and has left with what starts it. */
function isOpening(workflow: Workflow, path: string): boolean {
  const blank = { id: '', keyId: '', sealed: null, startFingerprint: null };
  const after = (opening: MachineEvent | null) => statePath(startSession(workflow, blank, opening, 0).session.value);
  return after(null) === path && workflow.start.events.every((opening) => after(opening) !== path);
}
