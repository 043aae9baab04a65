/**
 * The ends of tasks in a run, and how the run causes them. A delivery ends as the sandbox is told. A child session ends as its holder
 * decides. All other tasks succeed at once, and nothing can happen in between.
 */
import type { MachineEvent, Workflow } from '../../../machines/workflow.ts';
import { type Session, statePath, type Task } from '../../engine/session.ts';
import { startSession } from '../../engine/steps/step.ts';
import { outcomesOf } from '../../engine/tasks/handlers.ts';

export interface Ending {
  readonly well: boolean;
  /** The outcome in the done event. */
  readonly outcome?: string;
}

/** The deliveries that the sandbox can delay or fail. */
const delivery = 'deliverCode';

/**
 * `driven`: ends that a run can cause. `any`: every end that the engine can produce, including the permanent failure of a child's start and
 * a task that outlasts its session. No run can cause these at will, so they are explored and not driven.
 */
export type Ends = 'driven' | 'any';

/** Both ends that the holder of a child can cause. */
const childOutcomes = ['verified', 'cancelled'];

export function endingsOf(workflow: Workflow, session: Pick<Session, 'context'>, task: Task, ends: Ends = 'driven'): readonly Ending[] {
  const driven = drivenEndings(workflow, session, task);
  if (ends === 'driven' || task.src === delivery) return driven;
  const others = task.child === undefined ? [] : [{ well: true, outcome: 'abandoned' }];
  return [...driven, ...others, ...(task.lasting ? [] : [{ well: false }])];
}

function drivenEndings(workflow: Workflow, { context }: Pick<Session, 'context'>, task: Task): readonly Ending[] {
  const { src, child } = task;
  if (src === delivery) return [{ well: true }, { well: false }];
  if (child !== undefined) return childOutcomes.map((outcome) => ({ well: true, outcome }));
  const declared = outcomesOf(workflow, task);
  const possible = declared.filter((outcome) => canComeTo(outcome, context));
  return declared.length === 0 ? [{ well: true }] : possible.map((outcome) => ({ well: true, outcome }));
}

/**
 * Of all changes, only that of the address can end as `taken`. A new password is applied in the request that confirms it, so nothing can
 * change the account in between.
 */
function canComeTo(outcome: string, { kind, linked }: Session['context']): boolean {
  if (outcome === 'link-taken') return linked === true;
  if (kind === undefined) return true;
  return outcome === 'taken' ? kind === 'email' : outcome === 'superseded' ? kind !== 'password' : true;
}

/** True if nothing can happen before the task ends. */
export function endsAtOnce({ src, child }: Task): boolean {
  return src !== delivery && child === undefined;
}

/** True if a session is never seen in the state, because it leaves the state at once. */
export function isPassing(workflow: Workflow, path: string): boolean {
  const { machine, children = {} } = workflow;
  if (isOpening(workflow, path)) return true;
  const sessions = Object.entries(children).map(([name, { as = name }]) => as);
  let node = machine.root;
  for (const key of path.split('.')) node = node.states[key] ?? node;
  return node.invoke.some(({ src }) => typeof src === 'string' && src !== delivery && !sessions.includes(src));
}

/** True if a session begins in the state and leaves it with its start. */
function isOpening(workflow: Workflow, path: string): boolean {
  const blank = { id: '', keyId: '', sealed: null, startFingerprint: null };
  const after = (opening: MachineEvent | null) => statePath(startSession(workflow, blank, opening, 0).session.value);
  return after(null) === path && workflow.start.events.every((opening) => after(opening) !== path);
}
