/**
 * The step: what one event, one task's end, or the mere passing of time makes of a session. A pure
 * function of the workflow, the session, the input and the time; it reads no clock and runs nothing.
 *
 * Timers that are due by then are fired first, in due order, each at its own due time, so that a
 * session comes out the same whether or not any process was up when they fell due.
 */
import type { MachineEvent, Workflow } from '../../machines/workflow.ts';
import { disowning, invokedWorkflow, reporting, sameInput } from './family-tasks.ts';
import {
  awaitedTasks,
  type HistoryEntry,
  type Rejection,
  type Session,
  type StateValue,
  statePath,
  type Task,
  type Timer,
} from './session.ts';
import { longestTaskMs } from './task-limits.ts';
import { entering, taking } from './transitions.ts';
import { delayMs, type Effect, failureOf, hearsFailure, type Transitioned } from './xstate-transition.ts';

export type Input =
  | { readonly kind: 'event'; readonly event: MachineEvent }
  | { readonly kind: 'task-done'; readonly generation: number; readonly output: unknown }
  | { readonly kind: 'task-failed'; readonly generation: number; readonly reason: string }
  | { readonly kind: 'time' };

type StartedTask = Extract<Effect, { type: 'start-task' }>;

export interface Step {
  readonly session: Session;
  /** What happened, in order; empty when nothing that is worth keeping did. */
  readonly history: readonly HistoryEntry[];
  readonly rejection: Rejection | null;
}

/** What a new session is made of, but for the machine's part. */
export type Birth = Pick<Session, 'id' | 'keyId' | 'sealed' | 'startFingerprint'> & Partial<Pick<Session, 'parent'>>;

/**
 * Starts a session at a time, and lets it hear its first event. Its first commit is revision 1.
 * @param opening what the body that started it had to say; null for nothing
 */
export function startSession(workflow: Workflow, birth: Birth, opening: MachineEvent | null, at: number): Step {
  const entered = entering(workflow.machine);
  const { id, keyId, sealed, startFingerprint, parent = null } = birth;
  // Member by member: all sessions get one shape, and V8 takes ten times as long to add to a copy of another object.
  const blank: Session = {
    id,
    workflow: workflow.name,
    version: workflow.version,
    revision: 0,
    status: 'active',
    value: '',
    context: {},
    timers: [],
    tasks: [],
    generations: 0,
    kept: [],
    startFingerprint,
    keyId,
    parent,
    accountId: null,
    sealed,
    createdAt: at,
    updatedAt: at,
    endedAt: null,
  };
  const session = applied(workflow, blank, entered, at);
  const history: HistoryEntry[] = [{ at, event: 'start', from: null, to: statePath(session.value), refusal: null }];
  return opening === null ? { session, history, rejection: null } : takeEvent(workflow, session, opening, at, history);
}

/** Advances a session to a time, then gives it the input. Time within a session never goes back. */
export function step(workflow: Workflow, before: Session, input: Input, now: number): Step {
  const at = Math.max(now, before.updatedAt);
  const history: HistoryEntry[] = [];
  const session = fireTimers(workflow, before, at, history);
  switch (input.kind) {
    case 'time':
      return { session, history, rejection: null };
    case 'event':
      if (isWithheld(session.parent, input.event.type)) return { session, history, rejection: { kind: 'not-accepted' } };
      return takeEvent(workflow, session, input.event, at, history);
    case 'task-done':
    case 'task-failed':
      return takeTaskEnd(workflow, session, input, at, history);
    default:
      return input satisfies never;
  }
}

/** The events that people may send and that the session would take now and not refuse, whatever their body turns out to say. */
export function acceptedEvents(
  workflow: Workflow,
  { status, value, context, parent }: Pick<Session, 'status' | 'value' | 'context'> & Partial<Pick<Session, 'parent'>>,
): string[] {
  if (status !== 'active') return [];
  return Object.entries(workflow.events)
    .filter(([type, { sender }]) => sender !== 'provider' && !isWithheld(parent, type))
    .filter(([type, { payloads, possible = always }]) =>
      payloads.some((payload) => {
        if (!possible(payload, context)) return false;
        const { taken, effects } = taking(workflow.machine, { value, context, done: false }, [], { ...payload, type });
        return taken && !effects.some((effect) => effect.type === 'refuse');
      }),
    )
    .map(([type]) => type);
}

function isWithheld(parent: Session['parent'] | undefined, type: string): boolean {
  return parent?.withholds?.includes(type) === true;
}

function always(): boolean {
  return true;
}

function fireTimers(workflow: Workflow, before: Session, at: number, history: HistoryEntry[]): Session {
  let session = before;
  for (let timer = firstDue(session.timers, at); timer !== null; timer = firstDue(session.timers, at)) {
    const fired = timer;
    const without = { ...session, timers: session.timers.filter((other) => other !== fired) };
    const transitioned = transitioning(workflow, without, { type: fired.event });
    const next = applied(workflow, without, transitioned, fired.dueAt);
    history.push({
      at: fired.dueAt,
      event: `after.${fired.delay}`,
      from: statePath(session.value),
      to: statePath(next.value),
      refusal: null,
    });
    session = next;
  }
  return session;
}

/** The timer that falls due first, by the time and then by the order in which they were set; null when none is due yet. */
function firstDue(timers: readonly Timer[], at: number): Timer | null {
  let first: Timer | null = null;
  for (const timer of timers) if (timer.dueAt <= at && (first === null || timer.dueAt < first.dueAt)) first = timer;
  return first;
}

function takeEvent(workflow: Workflow, session: Session, event: MachineEvent, at: number, history: HistoryEntry[]): Step {
  const transitioned = transitioning(workflow, session, event);
  if (!transitioned.taken) return { session, history, rejection: { kind: 'not-accepted' } };
  const next = applied(workflow, session, transitioned, at);
  const refusal = transitioned.effects.find((effect) => effect.type === 'refuse')?.refusal ?? null;
  const rejection: Rejection | null =
    refusal === null
      ? null
      : {
          kind: 'refused',
          code: refusal.code,
          until: refusal.until === undefined ? null : untilTime(workflow, session, refusal.until, at),
        };
  // A refusal that changes nothing is an answer, not something that happened to the session.
  if (refusal !== null && next === session) return { session, history, rejection };
  history.push({ at, event: event.type, from: statePath(session.value), to: statePath(next.value), refusal: refusal?.code ?? null });
  return { session: next, history, rejection };
}

function takeTaskEnd(
  workflow: Workflow,
  session: Session,
  end: Extract<Input, { generation: number }>,
  at: number,
  history: HistoryEntry[],
): Step {
  const task = session.tasks.find((candidate) => candidate.generation === end.generation);
  // The state that wanted it was left, or another generation took its place: the end of this one changes nothing.
  if (!task) return { session, history, rejection: null };
  const left = { ...session, tasks: session.tasks.filter((other) => other !== task) };
  if (task.detached) return { session: { ...left, updatedAt: at }, history, rejection: null };
  // An earlier attempt may have got further than the one that failed.
  const without = end.kind === 'task-failed' ? disowning(left, [task], at) : left;
  const next = applied(workflow, without, transitioning(workflow, without, machineEventOf(task, end)), at);
  const outcome = end.kind === 'task-done' ? 'done' : 'failed';
  history.push({ at, event: `${task.id}.${outcome}`, from: statePath(session.value), to: statePath(next.value), refusal: null });
  return { session: next, history, rejection: null };
}

/** Of what a task brought about, the machine hears the outcome alone, where there are several. */
function machineEventOf({ id }: Task, end: Extract<Input, { generation: number }>): MachineEvent {
  if (end.kind === 'task-failed') return { type: failureOf(id), reason: end.reason };
  const { outcome } = (end.output ?? {}) as { outcome?: unknown };
  return { type: `xstate.done.actor.${id}`, ...(typeof outcome === 'string' ? { outcome } : {}) };
}

function transitioning(workflow: Workflow, session: Session, event: MachineEvent): Transitioned {
  const running = awaitedTasks(session).map((task) => task.id);
  return taking(workflow.machine, { value: session.value, context: session.context, done: session.status === 'done' }, running, event);
}

/** The session after a transition; the very same one when the transition changed nothing. */
function applied(workflow: Workflow, session: Session, { state, effects }: Transitioned, at: number): Session {
  let timers = session.timers;
  let tasks = session.tasks;
  let generations = session.generations;
  for (const effect of effects) {
    switch (effect.type) {
      case 'set-timer': {
        const { id, event, delay } = effect;
        timers = [...timers.filter((timer) => timer.id !== id), { id, event, delay, dueAt: at + effect.delayMs }];
        break;
      }
      case 'cancel-timer':
        timers = timers.filter((timer) => timer.id !== effect.id);
        break;
      case 'start-task': {
        const { src, input, detached } = effect;
        // What nobody waits for and is still to be done anyway need not be done twice.
        if (detached && tasks.some((other) => other.retryAt !== null && other.src === src && sameInput(other.input, input))) break;
        generations += 1;
        tasks = [...tasks, taskOf(workflow, effect, generations, at)];
        break;
      }
      case 'stop-task': {
        const { id } = effect;
        const stopped = tasks.filter((task) => task.id === id && !task.detached);
        ({ tasks, generations } = disowning({ tasks: tasks.filter((task) => !stopped.includes(task)), generations }, stopped, at));
        break;
      }
      case 'refuse':
        break;
      default:
        effect satisfies never;
    }
  }
  const unchanged =
    sameValue(state.value, session.value) &&
    sameContext(state.context, session.context) &&
    timers === session.timers &&
    tasks === session.tasks;
  if (unchanged) return session;
  if (state.done && session.status !== 'done' && session.parent !== null)
    ({ tasks, generations } = reporting({ tasks, generations }, statePath(state.value), at));
  return {
    ...session,
    value: state.value,
    context: state.context,
    status: state.done ? 'done' : session.status,
    endedAt: state.done ? at : session.endedAt,
    timers,
    tasks,
    generations,
    updatedAt: at,
  };
}

function taskOf(workflow: Workflow, { id, src, input, detached }: StartedTask, generation: number, at: number): Task {
  const child = invokedWorkflow(workflow, src, input);
  const task: Task = { id, detached, src: child ?? src, input, createdAt: at, generation, attempts: 0, retryAt: at };
  const lasting = detached || hearsFailure(workflow.machine, id) ? task : { ...task, lasting: true as const };
  return child === null ? lasting : { ...lasting, child: null };
}

function sameValue(a: StateValue, b: StateValue): boolean {
  return a === b || statePath(a) === statePath(b);
}

/** A machine adds to its context or changes it; it takes nothing away. */
function sameContext(next: Session['context'], before: Session['context']): boolean {
  return Object.keys(next).every((key) => next[key] === before[key]);
}

/**
 * When a delay will be over. One that has not begun, because a task must end first, is counted in full
 * after the longest time that the task may take: the answer is never too early.
 */
function untilTime(workflow: Workflow, session: Session, delay: string, at: number): number {
  const timer = session.timers.find((candidate) => candidate.delay === delay);
  if (timer) return timer.dueAt;
  return at + delayMs(workflow.machine, delay) + (awaitedTasks(session).length > 0 ? longestTaskMs : 0);
}
