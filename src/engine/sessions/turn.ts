/**
 * A turn: takes the requests that wait for one session in order, starting from the session as read. Nothing is written here. If the commit
 * loses the race, the same requests take another turn.
 */
import type { Workflow } from '../../../machines/workflow.ts';
import type { ChildEnded } from '../children/child-tasks.ts';
import { IdempotencyMismatch, MachineFault, SessionMigrated, SessionSuspended, TaskOver } from '../errors.ts';
import { withPersonal } from '../personal.ts';
import type { Caller, RequestContext } from '../ports.ts';
import type { HistoryEntry, Rejection, Session } from '../session.ts';
import type { Loaded } from '../session-store.ts';
import { isBehind, type Step, step, suspending } from '../steps/step.ts';
import { withDetachedTask } from '../task.ts';
import { type AdmissionDeps, admitTasks } from '../tasks/admission.ts';
import { type AttemptEnded, endAttempt, type TaskAnswer, takeAnswer } from '../tasks/attempt-end.ts';
import { type AccessDeps, type AccessRequest, type AuthenticatedSender, assertAccess } from './access.ts';
import { assertDifferent } from './different-parties.ts';
import { type ResolutionDeps, resolveEvent, withLimit } from './event-resolution.ts';
import { type Idempotency, idempotencyRecord, recordsOf } from './idempotency.ts';
import { givenAnswer, repeatedAnswer } from './repeated-requests.ts';

/** A public event for a session. */
export interface EventRequest {
  /** The version of the session's workflow that validated the body. */
  readonly workflow: Workflow;
  readonly sender: AuthenticatedSender;
  /** The type of the machine event. */
  readonly type: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly idempotency: Idempotency | null;
  readonly caller: Caller;
}

export type Request =
  | {
      readonly kind: 'event';
      readonly workflow: Workflow;
      readonly sender: AuthenticatedSender;
      readonly type: string;
      readonly body: Readonly<Record<string, unknown>>;
      readonly idempotency: Idempotency | null;
      readonly requestContext: RequestContext;
      /** The result of the resolver's slow work; undefined if the work was not done. */
      readonly prepared: unknown;
    }
  /** Changes the idempotency records only. */
  | { readonly kind: 'recall'; readonly idempotency: Idempotency }
  | AttemptEnded
  | ChildEnded
  /** An answer with `idempotency` may be repeated: it changes nothing the second time. */
  | (TaskAnswer & { readonly idempotency: Idempotency | null })
  /** Adds a detached task to the session, which may have ended. */
  | { readonly kind: 'detached-task'; readonly src: string; readonly input: unknown }
  /** Wakes the session. `loaded` is the session that the worker read, if the worker wakes it. */
  | { readonly kind: 'time'; readonly loaded?: Loaded };

/** True if no caller waits for the answer. */
export function isWaking(request: Request): boolean {
  return request.kind === 'time' && request.loaded !== undefined;
}

/** The session has changed since it was read to be woken. */
export class StaleSession extends Error {
  override readonly name = 'StaleSession';
}

/** The result of a request. */
export interface Reply {
  readonly workflow: Workflow;
  /** The session right after this request. */
  readonly session: Session;
  readonly rejection: Rejection | null;
  /** The context at the time of the answer; differs from the session's if an idempotency record supplies the answer. */
  readonly context: Session['context'];
  /** The role in which the event was sent; absent for every other request. */
  readonly role?: string;
  /** True if the session is shown as an earlier revision: the sender repeats a request, and has no access any more. */
  readonly isOfEarlier?: boolean;
}

export interface TurnDeps extends AdmissionDeps, ResolutionDeps, AccessDeps {}

export interface Turn {
  readonly session: Session;
  readonly history: readonly HistoryEntry[];
  /** For each request, in order. */
  readonly replies: readonly (Reply | Error)[];
  /** True if more timers are due than one commit may hold: no request was taken, and another turn must continue. */
  readonly behind: boolean;
}

/**
 * Takes the requests in order, at one time. A request that fails gets its error as the answer, and leaves the session unchanged. If the machine fails
 * at a due timer or at the end of a task, the session is suspended: the next turn would fail as well.
 */
export async function takeTurn(
  workflow: Workflow,
  before: Session,
  requests: readonly Request[],
  at: number,
  deps: TurnDeps,
): Promise<Turn> {
  const first = advanced(workflow, before, at);
  const isSuspended = first.session.status === 'suspended';
  const behind = isBehind(first.session, at);
  if (isSuspended || behind) {
    const { session, history } = first;
    const reply = () => (isSuspended ? suspendedError(session) : { workflow, session, rejection: null, context: session.context });
    return { session, history, replies: requests.map(reply), behind };
  }
  let session = before;
  const history: HistoryEntry[] = [];
  const replies: (Reply | Error)[] = [];
  // The due timers fire with the first request that succeeds. If all requests fail, the next turn fires them.
  let due: Step | null = first;
  for (const request of requests) {
    const taken: Answered =
      session.status === 'suspended' ? { step: null, reply: suspendedError(session) } : await answer(session, due, request);
    replies.push(taken.reply);
    if (taken.step === null) continue;
    session = taken.step.session;
    history.push(...taken.step.history);
    due = null;
  }
  return { session, history, replies, behind };

  async function answer(from: Session, fired: Step | null, request: Request): Promise<Answered> {
    try {
      const { session: current, history: past } = fired ?? step(workflow, from, { kind: 'time' }, at);
      const { context = null, role, shown, ...taken } = await takeRequest(workflow, current, request, at, deps);
      const { session: next, rejection } = taken;
      return {
        step: { session: next, history: [...past, ...taken.history], rejection },
        reply: {
          workflow,
          session: shown ?? next,
          rejection,
          context: context ?? next.context,
          ...(role === undefined ? {} : { role }),
          ...(shown === undefined ? {} : { isOfEarlier: true }),
        },
      };
    } catch (error) {
      if (!(error instanceof MachineFault) || request.kind === 'event')
        return { step: null, reply: error instanceof Error ? error : new Error(String(error)) };
      return { step: suspending(from, error, at), reply: new SessionSuspended(error.message, { cause: error }) };
    }
  }
}

interface Answered {
  /** Null after an error, which changes nothing. */
  readonly step: Step | null;
  readonly reply: Reply | Error;
}

function suspendedError({ id }: Session): SessionSuspended {
  return new SessionSuspended(`Session ${id} is set aside: its machine failed`);
}

/** The session after its due timers, up to the size of one commit. */
function advanced(workflow: Workflow, before: Session, at: number): Step {
  try {
    return step(workflow, before, { kind: 'time' }, at);
  } catch (error) {
    if (error instanceof MachineFault) return suspending(before, error, at);
    throw error;
  }
}

interface Taken extends Step {
  /** The role in which an event was sent. */
  readonly role?: string;
  /** The session that the answer shows; absent for the session after the request. */
  readonly shown?: Session;
  /** The context of an answer from an idempotency record; absent for the session's own. */
  readonly context?: Session['context'];
}

/** @param session after its due timers, so that a resolver sees the session that the event will find */
function takeRequest(workflow: Workflow, session: Session, request: Request, at: number, deps: TurnDeps): Taken | Promise<Taken> {
  switch (request.kind) {
    case 'event':
      return takeEvent(workflow, session, request, at, deps);
    case 'recall':
      return takeRecall(session, request.idempotency, at);
    case 'attempt-ended':
    case 'child-ended':
      return endAttempt(workflow, session, request, at, deps);
    case 'task-answered':
      return takeTaskAnswer(workflow, session, request, at, deps);
    case 'detached-task':
      return { session: withDetachedTask(session, request, Math.max(at, session.updatedAt)), history: [], rejection: null };
    case 'time':
      return { session, history: [], rejection: null };
    default:
      return request satisfies never;
  }
}

async function takeEvent(
  workflow: Workflow,
  session: Session,
  request: Extract<Request, { kind: 'event' }>,
  at: number,
  deps: TurnDeps,
): Promise<Taken> {
  const role = permittedRole(request, workflow, session, deps);
  if (role instanceof Error) return takeRepeated(session, request, at, role);
  if (request.workflow.version !== workflow.version) throw new SessionMigrated('The body was judged by another version of the workflow');
  const { records, earlier } = recordsOf(session, request.idempotency, at);
  if (earlier) return { session, history: [], rejection: earlier.rejection, context: earlier.context, role };

  const resolved = await resolveEvent(workflow, session, { ...request, role }, at, deps);
  if (resolved === null) return { session, history: [], rejection: null, role };
  const { event, personal, personalIfRefused } = resolved;
  const stepped = withLimit(step(workflow, session, { kind: 'event', event }, at), resolved);
  const { rejection } = stepped;
  const details = rejection === null ? personal : rejection.kind === 'refused' ? personalIfRefused : undefined;
  const next = details ? withPersonal(stepped.session, details, deps.vault) : stepped.session;
  if (details) assertDifferent(workflow, details, request.body, deps);
  await admitTasks(next, session.generations, request.requestContext.caller, deps);
  if (request.idempotency === null) return { ...stepped, session: next, role };
  const given = givenAnswer(request.sender, role, next, deps.vault);
  const record = idempotencyRecord(request.idempotency, rejection, next, at, given);
  return { ...stepped, session: { ...next, idempotencyRecords: [...records, record] }, role };
}

/** The role in which the sender may send the event, or the reason why it may not. */
function permittedRole(request: AccessRequest, workflow: Workflow, session: Session, deps: AccessDeps): string | Error {
  try {
    return assertAccess(request, workflow, session, deps);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** @throws the refusal, unless the sender has made the same request before */
function takeRepeated(session: Session, { sender, idempotency }: Extract<Request, { kind: 'event' }>, at: number, refusal: Error): Taken {
  const repeated = repeatedAnswer(session, sender, idempotency, at);
  if (repeated === null) throw refusal;
  const { record, role, session: shown } = repeated;
  return { session, history: [], rejection: record.rejection, context: record.context, role, shown };
}

/** @throws TaskOver if the session no longer waits for the task */
function takeTaskAnswer(
  workflow: Workflow,
  session: Session,
  request: Extract<Request, { kind: 'task-answered' }>,
  at: number,
  deps: TurnDeps,
): Taken {
  const { records, earlier } = earlierAnswer(session, request.idempotency, at);
  if (earlier) return { session, history: [], rejection: null };
  const answered = takeAnswer(workflow, session, request, at, deps);
  const isOver = !answered.session.tasks.some(({ generation }) => generation === request.generation);
  // A task that is retried may get the same answer again.
  if (request.idempotency === null || !isOver) return answered;
  const record = idempotencyRecord(request.idempotency, null, answered.session, at);
  return { ...answered, session: { ...answered.session, idempotencyRecords: [...records, record] } };
}

/** @throws TaskOver if the task has ended with another answer */
function earlierAnswer(session: Session, idempotency: Idempotency | null, at: number): ReturnType<typeof recordsOf> {
  try {
    return recordsOf(session, idempotency, at);
  } catch (error) {
    throw error instanceof IdempotencyMismatch ? new TaskOver('The task has ended with another answer', { cause: error }) : error;
  }
}

/** Records in the session the time of the first request with this key. */
function takeRecall(session: Session, idempotency: Idempotency, at: number): Taken {
  const { records, earlier } = recordsOf(session, idempotency, at);
  const record = earlier ?? idempotencyRecord(idempotency, null, session, at);
  return { session: earlier ? session : { ...session, idempotencyRecords: [...records, record] }, history: [], rejection: null };
}
