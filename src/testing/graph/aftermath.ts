/** The expected session long after the last step of a schedule, when its timers fire late. */
import type { Workflow } from '../../../machines/workflow.ts';
import { awaitedTasks, type Session } from '../../engine/session.ts';
import { type Moved, makeMove, type Stepper } from './move.ts';
import type { Aftermath } from './schedule.ts';
import { controlOf } from './task-control.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** After so long every timer of a session fires late: the longest fixed delay of the machine and a day, two days at least. */
export function longestWaitMs({ machine }: Workflow): number {
  const fixed = Object.values(machine.implementations.delays).filter((delay) => typeof delay === 'number');
  return Math.max(dayMs, ...fixed) + dayMs;
}

/** The session after its last step, and the functions that run it. */
interface Ended {
  readonly workflow: Workflow;
  readonly stepper: Stepper;
  readonly session: Session;
}

/** @returns the function that tells the aftermath at a time */
export function laterAt({ workflow, stepper, session }: Ended): (at: number) => Aftermath {
  return (at) => {
    const made = withAsidesDone(workflow, stepper, makeMove(workflow, stepper, session, { kind: 'time' }, at), at);
    const { history, taken } = made;
    return { at, session: withDeliveriesDone({ workflow, stepper, session: made.session }, at), rejection: null, taken, history };
  };
}

/** A message that a timer sends is delivered at once. */
function withDeliveriesDone({ workflow, stepper, session }: Ended, at: number): Session {
  const delivery = awaitedTasks(session).find((task) => controlOf(task) === 'sandbox');
  if (delivery === undefined || session.status !== 'active') return session;
  const end = { kind: 'task-done', generation: delivery.generation, output: null } as const;
  return stepper.step(workflow, session, end, at).session;
}

/** Detached tasks are done at once. @returns with their names; a message is named by its notice */
export function withAsidesDone(
  workflow: Workflow,
  stepper: Stepper,
  moved: Moved,
  at: number,
): Moved & { readonly asides: readonly string[] } {
  const pending = moved.session.tasks.filter(({ detached }) => detached);
  const session = pending.reduce((before, { generation }) => {
    const end = { kind: 'task-done', generation, output: null } as const;
    return stepper.step(workflow, before, end, at).session;
  }, moved.session);
  const asides = pending.map(({ src, input }) => (src === 'notifyOwner' ? String((input as { notice?: unknown }).notice) : src));
  return { ...moved, session, asides };
}
