/**
 * The next move of a session: an event is sent, a task ends, time passes until a timer falls due, or time passes until a new timer would
 * fall due after a running one. Moves are the alphabet of the graph; they contain no exact times, codes or addresses.
 */
import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import type { Payload, Workflow } from '../../../machines/workflow.ts';
import { transitionId } from '../../diagrams/machine-reader.ts';
import { leavesOf } from '../../engine/machines/state-value.ts';
import { hears } from '../../engine/machines/xstate-transition.ts';
import { awaitedTasks, type HistoryEntry, type Rejection, type Session, type Timer } from '../../engine/session.ts';
import { type Input, machineEventOf } from '../../engine/steps/step.ts';
import { type Ending, type Ends, endingsOf, endsAtOnce } from './endings.ts';
import { transitionsTaken } from './microsteps.ts';
import { isFromInvited } from './senders.ts';

export type Move =
  | { readonly kind: 'event'; readonly type: string; readonly payload: Payload }
  | ({ readonly kind: 'task-end'; readonly task: string } & Ending)
  | { readonly kind: 'time' }
  | { readonly kind: 'wait' };

/** The functions under test; a mutant replaces them. */
export type Stepper = Pick<typeof import('../../engine/steps/step.ts'), 'startSession' | 'step' | 'acceptedEvents'>;

/** A session at a moment. */
export interface Instant {
  readonly session: Session;
  readonly now: number;
}

/** Every possible next move of a session, without waits. An ended session is still sent every event, and accepts none. */
export function movesOf(workflow: Workflow, session: Session, possible: Ends = 'driven'): Move[] {
  const tasks = awaitedTasks(session);
  const ends = tasks.flatMap((task) =>
    endingsOf(workflow, session, task, possible).map((ending): Move => ({ kind: 'task-end', task: task.id, ...ending })),
  );
  if (possible === 'driven' && tasks.some(endsAtOnce)) return ends;
  const events = Object.entries(workflow.events).flatMap(([type, { payloads, possible: fits = always }]) =>
    payloads
      .filter((payload) => fits(payload, session.context))
      // An event without a transition in any active state has the same result for every payload, so one payload is enough.
      .filter((payload, index) => listensTo(workflow, session, type) || (index === 0 && !isFromInvited(workflow, type, payload)))
      .map((payload): Move => ({ kind: 'event', type, payload })),
  );
  return [...events, ...ends, ...(session.timers.length > 0 ? [{ kind: 'time' } as const] : [])];
}

/** True if an active state of the session has a transition for the event, guarded or not. */
function listensTo({ machine }: Workflow, { status, value }: Session, type: string): boolean {
  if (status !== 'active') return false;
  return leavesOf(value).some((leaf) => {
    const node = leaf.split('.').reduce((outer, key) => outer.states[key] ?? outer, machine.root);
    return hears(node, type);
  });
}

function always(): boolean {
  return true;
}

/** Unique among the moves of a configuration, and readable. */
export function labelOf(move: Move): string {
  switch (move.kind) {
    case 'event': {
      const details = Object.entries(move.payload).map(([name, value]) => `${name}: ${value}`);
      return details.length === 0 ? move.type : `${move.type} (${details.join(', ')})`;
    }
    case 'task-end':
      return `${move.task} ${move.outcome === undefined ? (move.well ? 'succeeds' : 'fails') : `ends as ${move.outcome}`}`;
    case 'time':
      return 'time passes';
    case 'wait':
      return 'a while passes';
    default:
      return move satisfies never;
  }
}

export interface Moved {
  readonly session: Session;
  readonly rejection: Rejection | null;
  readonly history: readonly HistoryEntry[];
  /** The taken transitions of the machine, in order. */
  readonly taken: readonly string[];
}

/** Only the session after a move: fast enough for the hundreds of thousands of moves of a graph. */
export function sessionAfter(workflow: Workflow, stepper: Stepper, session: Session, move: Move, at: number): Session {
  return stepper.step(workflow, session, inputOf(session, move) ?? { kind: 'time' }, at).session;
}

/** Makes a move at a time; timers that are due by then fire first. */
export function makeMove(workflow: Workflow, stepper: Stepper, before: Session, move: Move, at: number): Moved {
  const taken: string[] = [];
  const history: HistoryEntry[] = [];
  let session = before;
  for (let timer = firstTimer(session); timer !== null && timer.dueAt <= at; timer = firstTimer(session)) {
    taken.push(...transitionsFor(workflow, session, { type: timer.event }));
    const fired = stepper.step(workflow, session, { kind: 'time' }, timer.dueAt);
    if (firstTimer(fired.session) === timer) throw new Error(`The timer ${timer.id} is due and does not fire`);
    history.push(...fired.history);
    session = fired.session;
  }
  const input = inputOf(session, move);
  if (input === null) return { session, rejection: null, history, taken };
  taken.push(...transitionsFor(workflow, session, eventOf(input, session)));
  const moved = stepper.step(workflow, session, input, at);
  return { session: moved.session, rejection: moved.rejection, history: [...history, ...moved.history], taken };
}

/** The time of a move in a graph: events and ends of tasks come at once, otherwise time passes until the next timer is due. */
export function timeOfMove(workflow: Workflow, { session, now }: Instant, move: Move): number {
  if (move.kind === 'time') return firstTimer(session)?.dueAt ?? now;
  return move.kind === 'wait' ? (waitEnd(workflow, { session, now }) ?? now) : now;
}

/** Added to the last moment at which a delay still ends before a timer. From then on it ends too late. */
const pastMs = 1000;

/**
 * The next moment from which a new timer with one of the machine's delays would fall due after a running timer. Between two such moments
 * the possible events stay the same.
 * @returns null if a timer falls due before
 */
export function waitEnd({ machine }: Workflow, { session, now }: Instant): number | null {
  const due = firstTimer(session)?.dueAt ?? 0;
  const delays = Object.values(machine.implementations.delays).map(Number);
  const moments = session.timers.flatMap(({ dueAt }) => delays.map((delay) => dueAt - delay + pastMs)).filter((at) => at > now && at < due);
  return moments.length === 0 ? null : Math.min(...moments);
}

/** The number of the machine's delays that still fit before a timer. */
export function delaysThatFit({ machine }: Workflow, dueAt: number, now: number): number {
  return Object.values(machine.implementations.delays).filter((delay) => Number(delay) <= dueAt - now).length;
}

/** The timer that falls due first; of several at one moment, the one that was set first. */
export function firstTimer({ timers }: Session): Timer | null {
  return timers.reduce<Timer | null>((first, timer) => (first === null || timer.dueAt < first.dueAt ? timer : first), null);
}

export function inputOf(session: Session, move: Move): Exclude<Input, { kind: 'time' }> | null {
  if (move.kind === 'time' || move.kind === 'wait') return null;
  if (move.kind === 'event') return { kind: 'event', event: { ...move.payload, type: move.type } };
  const generation = session.tasks.find(({ id }) => id === move.task)?.generation ?? 0;
  const output = move.outcome === undefined ? null : { outcome: move.outcome };
  return move.well ? { kind: 'task-done', generation, output } : { kind: 'task-failed', generation, reason: 'model' };
}

/** The event that the machine hears. */
function eventOf(input: Exclude<Input, { kind: 'time' }>, session: Session): { type: string } {
  if (input.kind === 'event') return input.event;
  const task = session.tasks.find(({ generation }) => generation === input.generation);
  return task === undefined ? { type: 'none' } : machineEventOf(task, input);
}

/** The transitions that the machine itself reports. A machine is pure, so each answer is computed once. */
export function transitionsFor({ machine }: Workflow, session: Session, event: { type: string }): readonly string[] {
  if (session.status !== 'active') return [];
  const answers = reported.get(machine) ?? new Map<string, readonly string[]>();
  reported.set(machine, answers);
  const { value, context, historyValue } = session;
  const question = JSON.stringify([value, context, event, historyValue]);
  const known = answers.get(question);
  if (known !== undefined) return known;
  const answer = transitionsTaken(machine, snapshotOf(machine, session), event).map(transitionId);
  if (answers.size >= mostAnswers) answers.clear();
  answers.set(question, answer);
  return answer;
}

const reported = new WeakMap<AnyStateMachine, Map<string, readonly string[]>>();

/** The most kept answers of a machine: more than a driven graph has steps. A broken step, under test, asks about endless contexts. */
const mostAnswers = 20_000;

function snapshotOf(machine: AnyStateMachine, { value, context, historyValue }: Session): AnyMachineSnapshot {
  const history = Object.entries(historyValue ?? {});
  return machine.resolveState({
    value: value as Parameters<typeof machine.resolveState>[0]['value'],
    context,
    historyValue: Object.fromEntries(history.map(([id, states]) => [id, states.map((state) => machine.getStateNodeById(state))])),
  });
}
