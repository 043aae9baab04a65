/** The steps of a graph that promises name. */
import type { Cause, Promises } from '../../../machines/promises.ts';
import { type AnyPublicEvent, sendersOf, type Workflow } from '../../../machines/workflow.ts';
import { awaitedTasks, type Session, statePath } from '../../engine/session.ts';
import type { Move } from '../graph/move.ts';
import { withAncestors } from '../graph/pairs.ts';
import type { StepGraph } from '../graph/step-graph.ts';
import type { FigureValues } from './ledger.ts';
import { type Fields, fieldOf, holds, holdsIn, type Lookup } from './values.ts';

/** A workflow whose graph was explored, with its promises and the figures of the deployment. */
export interface Explored {
  readonly graph: StepGraph;
  readonly workflow: Workflow;
  readonly promises: Promises;
  readonly figures: FigureValues;
}

/** The part of a session that promises read. */
export type Before = Pick<Session, 'context' | 'timers'>;

/** @throws Error for a figure that is not stated */
export function lookupIn(figures: FigureValues): Lookup {
  return (name) => {
    const figure = figures[name];
    if (figure === undefined) throw new Error(`The promises name the figure '${name}', which is not stated`);
    return figure;
  };
}

/** True if the context satisfies the tests. */
export function knows(context: Fields, condition: Readonly<Record<string, unknown>> | undefined, figures: FigureValues): boolean {
  const lookup: Lookup = (name) => (Object.hasOwn(context, name) ? fieldOf(context, name) : lookupIn(figures)(name));
  return holds(condition as Parameters<typeof holds>[0], lookup);
}

/** True if the move is the promised step in a session. */
export function isCause(cause: Cause, move: Move, before: Before, { events }: Workflow, figures: FigureValues): boolean {
  if ('task' in cause) {
    if (move.kind !== 'task-end' || move.task !== cause.task) return false;
    return 'fails' in cause ? !move.well : move.well && (cause.outcome === undefined || move.outcome === cause.outcome);
  }
  if (move.kind !== 'event' || move.type !== cause.event) return false;
  const { secondFactor = false } = events[move.type] ?? {};
  return (
    holdsIn(cause.with, move.payload, lookupIn(figures)) &&
    knows(before.context, cause.when, figures) &&
    (cause.before === undefined || before.timers.some(({ delay }) => delay === cause.before)) &&
    (cause.sender === undefined || cause.sender === onlySenderOf(events[move.type], move.payload)) &&
    (cause.secondFactor === undefined || cause.secondFactor === secondFactor)
  );
}

/** The role that sends an event with this payload; undefined if several roles may. */
function onlySenderOf(event: AnyPublicEvent | undefined, payload: Readonly<Record<string, unknown>>): unknown {
  if (event === undefined) return undefined;
  if (event.senderIn !== undefined) return payload[event.senderIn];
  const [only, ...others] = sendersOf(event);
  return others.length === 0 ? only : undefined;
}

/** True if the session is in one of the states, or awaits one of the tasks. */
export function isIn(session: Session, states: readonly string[], tasks: readonly string[] = []): boolean {
  return (
    withAncestors(statePath(session.value)).some((path) => states.includes(path)) ||
    awaitedTasks(session).some(({ id }) => tasks.includes(id))
  );
}
