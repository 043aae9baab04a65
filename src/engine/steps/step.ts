/**
 * The step: computes the session after one event, one end of a task, or the passing of time. A pure function of the workflow, the session,
 * the input and the time: it reads no clock and runs nothing.
 * Due timers fire first, in due order, each at its own due time. So a session comes out the same even if no process was running when they
 * fell due.
 */
import { type AnyPublicEvent, type MachineEvent, sendersOf, type Workflow } from '../../../machines/workflow.ts';
import { type ChildEnd, withCancelledChildren } from '../children/child-tasks.ts';
import { MachineFault } from '../errors.ts';
import { mostTimersAtOnce, mostTimersPerCommit } from '../machines/machine-limits.ts';
import { inMachineOrder } from '../machines/state-value.ts';
import { storable } from '../machines/storable.ts';
import { entering, taking } from '../machines/transitions.ts';
import { delayMs, failureOf, type HeardEvent, type MachineState } from '../machines/xstate-transition.ts';
import { awaitedTasks, type HistoryEntry, type Rejection, type Session, statePath, type Task, type Timer } from '../session.ts';
import { longestTaskMs } from '../task-limits.ts';
import { applyTransition, transition, withPlace } from './transition.ts';
import { firstUnanswered, type Late } from './unanswered.ts';

/** The longest fault in the history: a sentence, without the rest of a message that quotes its input. */
const longestFault = 300;

export type Input =
  | { readonly kind: 'event'; readonly event: MachineEvent }
  | { readonly kind: 'task-done'; readonly generation: number; readonly output: unknown }
  | { readonly kind: 'task-failed'; readonly generation: number; readonly reason: string }
  | { readonly kind: 'time' };

export interface Step {
  readonly session: Session;
  /** The entries of the step, in order; empty if nothing changed that is worth recording. */
  readonly history: readonly HistoryEntry[];
  readonly rejection: Rejection | null;
}

/** The properties of a new session, except the machine's part. */
export type NewSession = Pick<Session, 'id' | 'keyId' | 'sealed' | 'startFingerprint'> &
  Partial<Pick<Session, 'parent'>> & {
    /** The input of the machine; absent for a machine without input. */
    readonly input?: unknown;
  };

/**
 * Starts a session at a time and gives it its first event. Its first commit is revision 1.
 * @param firstEvent the event that the start body resolved to; null for none
 */
export function startSession(workflow: Workflow, start: NewSession, firstEvent: MachineEvent | null, at: number): Step {
  const { id, keyId, sealed, startFingerprint, parent = null, input } = start;
  const entered = withPlace(workflow, '', () => entering(workflow.machine, input));
  // Every member is listed, so that all sessions have one shape: V8 takes ten times as long to add members to a copy.
  const blank: Session = {
    id,
    workflow: workflow.name,
    version: workflow.version,
    revision: 0,
    status: 'active',
    value: '',
    historyValue: null,
    context: {},
    timers: [],
    tasks: [],
    generations: 0,
    idempotencyRecords: [],
    startFingerprint,
    keyId,
    parent,
    accountId: null,
    sealed,
    result: null,
    signingKeyId: null,
    createdAt: at,
    updatedAt: at,
    endedAt: null,
  };
  const session = applyTransition(workflow, blank, entered, at);
  const history: HistoryEntry[] = [{ at, event: 'start', from: null, to: statePath(session.value), refusal: null }];
  return firstEvent === null ? { session, history, rejection: null } : takeEvent(workflow, session, firstEvent, at, history);
}

/**
 * Advances a session to a time, then gives it the input. Time within a session never goes back. For the input `time`, no more
 * timers fire than one commit may hold. `isBehind` tells if more are due.
 * @throws MachineFault
 */
export function step(workflow: Workflow, before: Session, input: Input, now: number): Step {
  const at = Math.max(now, before.updatedAt);
  const history: HistoryEntry[] = [];
  const ordered = inMachineOrder(workflow.machine, before);
  const session = fireTimers(workflow, ordered, at, history, input.kind === 'time' ? mostTimersPerCommit : Number.POSITIVE_INFINITY);
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

/**
 * The events that people may send and that the session would take now without a refusal, for at least one of their payloads.
 * @param roles the roles of the sender; all roles by default
 */
export function acceptedEvents(
  workflow: Workflow,
  {
    status,
    value,
    historyValue,
    context,
    parent,
  }: Pick<Session, 'status' | 'value' | 'historyValue' | 'context'> & Partial<Pick<Session, 'parent'>>,
  roles?: readonly string[],
): string[] {
  if (status !== 'active') return [];
  return Object.entries(workflow.events)
    .filter(([type, event]) => sentByPeople(event, roles) && !isWithheld(parent, type))
    .filter(([type, { payloads, senderIn, possible = always }]) =>
      payloads.some((payload) => {
        if (!possible(payload, context)) return false;
        if (senderIn !== undefined && roles !== undefined && !roles.includes(String(payload[senderIn]))) return false;
        return wouldTake(workflow, { value, historyValue, context, done: false }, { ...payload, type });
      }),
    )
    .map(([type]) => type);
}

function sentByPeople(event: AnyPublicEvent, roles: readonly string[] = sendersOf(event)): boolean {
  return sendersOf(event).some((sender) => sender !== 'provider' && roles.includes(sender));
}

/** False for an event at which the machine fails. Sending such an event reports the fault. */
function wouldTake({ machine }: Workflow, from: MachineState, event: HeardEvent): boolean {
  try {
    const { taken, effects } = taking(machine, from, [], event);
    return taken && !effects.some((effect) => effect.type === 'refuse');
  } catch {
    return false;
  }
}

function isWithheld(parent: Session['parent'] | undefined, type: string): boolean {
  return parent?.withholds?.includes(type) === true;
}

function always(): boolean {
  return true;
}

/** Fires due timers and ends overdue waits for answers, each at its own time. */
function fireTimers(workflow: Workflow, before: Session, at: number, history: HistoryEntry[], most: number): Session {
  let session = before;
  let atOnce = 0;
  let moment = Number.NEGATIVE_INFINITY;
  for (let fired = 0; fired < most; fired += 1) {
    const timer = firstDue(session.timers, at);
    const unanswered = firstUnanswered(session.tasks, timer?.dueAt ?? at);
    if (unanswered !== null) {
      session = withoutAnswer(workflow, session, unanswered, history);
      continue;
    }
    if (timer === null) break;
    atOnce = timer.dueAt === moment ? atOnce + 1 : 1;
    moment = timer.dueAt;
    if (atOnce > mostTimersAtOnce)
      throw new MachineFault({
        workflow: workflow.name,
        state: statePath(session.value),
        fault: `timers such as '${timer.delay}' set each other again without end`,
      });
    session = fire(workflow, session, timer, history);
  }
  return session;
}

function fire(workflow: Workflow, session: Session, timer: Timer, history: HistoryEntry[]): Session {
  const { event, payload, delay, dueAt } = timer;
  const without = { ...session, timers: session.timers.filter((other) => other !== timer) };
  const transitioned = transition(workflow, without, payload ? { ...payload, type: event } : { type: event });
  const next = applyTransition(workflow, without, transitioned, dueAt);
  history.push({
    at: dueAt,
    event: event.startsWith('xstate.after.') ? `after.${delay}` : event,
    from: statePath(session.value),
    to: statePath(next.value),
    refusal: null,
  });
  return next;
}

/** The task fails; if the machine does not handle the failure, the other machine is asked again. */
function withoutAnswer(workflow: Workflow, session: Session, task: Late, history: HistoryEntry[]): Session {
  const { answerBy, ...asked } = task;
  if (task.lasting) {
    const tasks = session.tasks.map((other) => (other === task ? { ...asked, retryAt: answerBy } : other));
    return { ...session, tasks, updatedAt: Math.max(answerBy, session.updatedAt) };
  }
  const end = { kind: 'task-failed', generation: task.generation, reason: 'no-answer' } as const;
  return takeTaskEnd(workflow, session, end, Math.max(answerBy, session.updatedAt), history).session;
}

/** True if timers or waits for answers are due by then that have not ended. */
export function isBehind({ timers, tasks, status }: Pick<Session, 'timers' | 'tasks' | 'status'>, at: number): boolean {
  return status === 'active' && (firstDue(timers, at) !== null || firstUnanswered(tasks, at) !== null);
}

/** The session after its machine failed at a due timer or task end. */
export function suspending(session: Session, { fault }: MachineFault, at: number): Step {
  const path = statePath(session.value);
  const entry: HistoryEntry = { at, event: 'suspend', from: path, to: path, refusal: null, fault: fault.slice(0, longestFault) };
  return { session: { ...session, status: 'suspended', updatedAt: Math.max(at, session.updatedAt) }, history: [entry], rejection: null };
}

/** The first due timer, by its time and then by the order of setting; null if none is due. */
function firstDue(timers: readonly Timer[], at: number): Timer | null {
  let first: Timer | null = null;
  for (const timer of timers) if (timer.dueAt <= at && (first === null || timer.dueAt < first.dueAt)) first = timer;
  return first;
}

function takeEvent(workflow: Workflow, session: Session, event: MachineEvent, at: number, history: HistoryEntry[]): Step {
  const transitioned = transition(workflow, session, event);
  if (!transitioned.taken) return { session, history, rejection: { kind: 'not-accepted' } };
  const next = applyTransition(workflow, session, transitioned, at);
  const refusal = transitioned.effects.find((effect) => effect.type === 'refuse')?.refusal ?? null;
  const rejection: Rejection | null =
    refusal === null
      ? null
      : {
          kind: 'refused',
          code: refusal.code,
          until: refusal.until === undefined ? null : untilTime(workflow, session, refusal.until, at),
        };
  // A refusal that changes nothing is not part of the session's history.
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
  // The task's state was left, or the task has another generation now: this end changes nothing.
  if (!task) return { session, history, rejection: null };
  const left = { ...session, tasks: session.tasks.filter((other) => other !== task) };
  if (task.detached) return { session: { ...left, updatedAt: at }, history, rejection: null };
  // An earlier attempt may have started the child, even though the last one failed.
  const without = end.kind === 'task-failed' ? withCancelledChildren(left, [task], at) : left;
  const event = withPlace(workflow, statePath(session.value), () => machineEventOf(task, end));
  const next = applyTransition(workflow, without, transition(workflow, without, event), at);
  const outcome = end.kind === 'task-done' ? 'done' : 'failed';
  history.push({ at, event: `${task.id}.${outcome}`, from: statePath(session.value), to: statePath(next.value), refusal: null });
  return { session: next, history, rejection: null };
}

/**
 * The event in the form of XState's own end of an actor. `outcome` and `reason` repeat the result in one word, for machines that need no
 * more.
 * @throws Error if a handler returned a value that no session can hold
 */
export function machineEventOf({ id, child }: Task, end: Extract<Input, { generation: number }>): HeardEvent {
  if (end.kind === 'task-failed') {
    const { reason } = end;
    const error = { code: reason, message: `The task '${id}' failed: ${reason}` };
    return Object.assign({ type: failureOf(id) }, { error, actorId: id, reason });
  }
  const ended = (storable(end.output, `the output of '${id}'`) ?? {}) as Partial<ChildEnd>;
  const { outcome } = ended;
  const output = child === undefined ? (end.output === null ? undefined : ended) : (ended.output ?? ended);
  return Object.assign({ type: `xstate.done.actor.${id}` }, { output, actorId: id }, typeof outcome === 'string' ? { outcome } : {});
}

/**
 * The end of a delay. If the delay begins only when a task ends, the task counts with its longest time under the usual limits, so that a
 * client that waits until then does not come too early. A task with longer limits of its own, a child session and a backend's later answer
 * may take longer than any client would wait: after them, a client may be refused once more.
 */
function untilTime(workflow: Workflow, session: Session, delay: string, at: number): number {
  const timer = session.timers.find((candidate) => candidate.delay === delay);
  if (timer) return timer.dueAt;
  return at + delayMs(workflow.machine, delay, session.context) + (awaitedTasks(session).length > 0 ? longestTaskMs : 0);
}
