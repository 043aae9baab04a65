/** The ends of tasks in a run. */
import type { MachineEvent, Workflow } from '../../../machines/workflow.ts';
import { type Session, statePath, type Task } from '../../engine/session.ts';
import { exampleStart } from '../../engine/steps/example-start.ts';
import { startSession } from '../../engine/steps/step.ts';
import { outcomesOf } from '../../engine/tasks/handlers.ts';
import { controlOf, controlOfSource } from './task-control.ts';

export interface Ending {
  readonly well: boolean;
  /** The outcome in the done event. */
  readonly outcome?: string;
}

/**
 * `driven`: ends that a run can cause. `any`: every end that the engine can produce, including the permanent failure of a child's start and
 * a task that outlasts its session. No run can cause these at will, so they are explored and not driven.
 */
export type Ends = 'driven' | 'any';

/** Both ends that the holder of a child can cause. */
const childOutcomes = ['verified', 'cancelled'];

export function endingsOf(workflow: Workflow, session: Pick<Session, 'context'>, task: Task, ends: Ends = 'driven'): readonly Ending[] {
  const driven = drivenEndings(workflow, session, task);
  const control = controlOf(task);
  if (ends === 'driven' || control === 'sandbox' || control === 'test') return driven;
  const others = control === 'holder' ? [{ well: true, outcome: 'abandoned' }] : [];
  return [...driven, ...others, ...(task.lasting ? [] : [{ well: false }])];
}

function drivenEndings(workflow: Workflow, session: Pick<Session, 'context'>, task: Task): readonly Ending[] {
  switch (controlOf(task)) {
    case 'sandbox':
      return [{ well: true }, { well: false }];
    case 'holder':
      return childOutcomes.map((outcome) => ({ well: true, outcome }));
    case 'service':
      return successes(workflow, task).filter(({ outcome }) => canComeTo(outcome, session.context));
    case 'test':
      // The engine retries a task whose failure the machine does not handle, so the test never fails it.
      return [...successes(workflow, task), ...(task.lasting ? [] : [{ well: false }])];
  }
}

function successes(workflow: Workflow, task: Task): readonly Ending[] {
  const declared = outcomesOf(workflow, task);
  return declared.length === 0 ? [{ well: true }] : declared.map((outcome) => ({ well: true, outcome }));
}

/**
 * Of all changes of the built-in modules, only that of the address can end as `taken`. A new password is applied in the request that confirms it, so nothing can
 * change the account in between.
 */
function canComeTo(outcome: string | undefined, { kind, linked }: Session['context']): boolean {
  if (outcome === 'link-taken') return linked === true;
  if (kind === undefined) return true;
  return outcome === 'taken' ? kind === 'email' : outcome === 'superseded' ? kind !== 'password' : true;
}

/** True if nothing can happen before the task ends. */
export function endsAtOnce(task: Task): boolean {
  return controlOf(task) === 'service';
}

/** True if a session is never seen in the state, because it leaves the state at once. */
export function isPassing(workflow: Workflow, path: string): boolean {
  const { machine, children = {} } = workflow;
  if (isOpening(workflow, path)) return true;
  const sessions = Object.entries(children).map(([name, { as = name }]) => as);
  let node = machine.root;
  for (const key of path.split('.')) node = node.states[key] ?? node;
  if (node.always?.some(({ guard }) => guard === undefined)) return true;
  return node.invoke.some(({ src }) => typeof src === 'string' && !sessions.includes(src) && controlOfSource(src) === 'service');
}

/** True if a session begins in the state and leaves it with its start. */
function isOpening(workflow: Workflow, path: string): boolean {
  const after = (opening: MachineEvent | null) => statePath(startSession(workflow, exampleStart(workflow), opening, 0).session.value);
  return after(null) === path && workflow.start.events.every((opening) => after(opening) !== path);
}
