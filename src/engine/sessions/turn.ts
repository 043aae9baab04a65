/**
 * A turn: the requests that wait for one session, taken in order against the session as it was read.
 * Nothing is written here; when the commit loses the race, the same requests take another turn.
 */
import type { MachineEvent, Payload, Workflow } from '../../../machines/workflow.ts';
import { withDetachedTask } from '../children/child-tasks.ts';
import { EventNotFound, MachineFault, SessionMigrated, SessionSuspended } from '../errors.ts';
import type { Origin, Personal, RequestContext, Resolution, Resolver, Vault } from '../ports.ts';
import type { HistoryEntry, Rejection, Session, Task } from '../session.ts';
import type { Loaded } from '../session-store.ts';
import { type Input, isBehind, type Step, step, suspending } from '../steps/step.ts';
import { type AdmissionDeps, admitTasks } from '../tasks/admission.ts';
import { assertAccess, type Caller } from './access.ts';
import { type Idempotency, idempotencyRecord, recordsOf } from './idempotency.ts';

/** A public event on its way to a session. */
export interface EventRequest {
  /** The session's workflow, in the version that judged the body. */
  readonly workflow: Workflow;
  readonly caller: Caller;
  /** The machine event's type. */
  readonly type: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly idempotency: Idempotency | null;
  readonly origin: Origin;
}

export type Request =
  | {
      readonly kind: 'event';
      readonly workflow: Workflow;
      readonly caller: Caller;
      readonly type: string;
      readonly body: Readonly<Record<string, unknown>>;
      readonly idempotency: Idempotency | null;
      readonly requestContext: RequestContext;
      /** What the resolver made of it before; undefined where nobody asked it to. */
      readonly prepared: unknown;
    }
  /** Changes nothing but the idempotency records. */
  | { readonly kind: 'recall'; readonly idempotency: Idempotency }
  | { readonly kind: 'task-retry'; readonly generation: number; readonly attempt: number; readonly afterMs: number }
  /** Adds a detached task to the session, which may have ended. */
  | { readonly kind: 'detached-task'; readonly src: string; readonly input: unknown }
  /** The child is there. */
  | { readonly kind: 'task-awaits'; readonly generation: number; readonly child: string }
  /** With what the session knows of the person from then on, besides what it knew: as far as it takes that from a child. */
  | (Extract<Input, { kind: 'task-done' }> & { readonly personal?: Personal })
  /** With the session as it was read to be woken, if it was. */
  | { readonly kind: 'time'; readonly loaded?: Loaded }
  | Exclude<Input, { kind: 'event' | 'time' | 'task-done' }>;

/** Whether nobody waits for the answer. */
export function isWaking(request: Request): boolean {
  return request.kind === 'time' && request.loaded !== undefined;
}

/** A session that was to be woken was changed meanwhile. */
export class StaleSession extends Error {
  override readonly name = 'StaleSession';
}

/** What a request came to. */
export interface Reply {
  readonly workflow: Workflow;
  /** The session right after this request. */
  readonly session: Session;
  readonly rejection: Rejection | null;
  /** The context at the time of the answer; differs from the session's if the outcome comes from an idempotency record. */
  readonly context: Session['context'];
}

export interface TurnDeps extends AdmissionDeps {
  readonly resolvers: Readonly<Record<string, Resolver>>;
}

export interface Turn {
  readonly session: Session;
  readonly history: readonly HistoryEntry[];
  /** For each request, in order. */
  readonly replies: readonly (Reply | Error)[];
  /** More timers are due than one commit may hold: no request was taken, and another turn has to go on. */
  readonly behind: boolean;
}

/**
 * Takes the requests in order at a time. An error of one is its own answer and leaves the session as it was. If the machine fails at
 * what was due, or at the end of a task, the session is set aside: nobody asked for that, so the next turn would fail as well.
 */
export async function takeTurn(
  workflow: Workflow,
  before: Session,
  requests: readonly Request[],
  at: number,
  parts: TurnDeps,
): Promise<Turn> {
  const due = advanced(workflow, before, at);
  const behind = isBehind(due.session, at);
  // Otherwise each request fires what is due by itself, so that one which is an error leaves it to the next turn.
  const isAlone = behind || due.session.status === 'suspended';
  let session = isAlone ? due.session : before;
  const history = isAlone ? [...due.history] : [];
  const replies: (Reply | Error)[] = [];
  for (const request of requests) {
    if (session.status === 'suspended') replies.push(new SessionSuspended(`Session ${session.id} is set aside: its machine failed`));
    else if (behind) replies.push({ workflow, session, rejection: null, context: session.context });
    else {
      const taken = await takeOrSuspend(workflow, session, request, at, parts);
      session = taken.session;
      history.push(...taken.history);
      replies.push(taken.reply);
    }
  }
  return { session, history, replies, behind };
}

/** Fires what is due, up to the size of one commit. */
function advanced(workflow: Workflow, before: Session, at: number): Pick<Step, 'session' | 'history'> {
  try {
    return step(workflow, before, { kind: 'time' }, at);
  } catch (error) {
    if (error instanceof MachineFault) return suspending(before, error, at);
    throw error;
  }
}

async function takeOrSuspend(workflow: Workflow, session: Session, request: Request, at: number, parts: TurnDeps) {
  try {
    const { history, rejection, context, session: taken } = await takeRequest(workflow, session, request, at, parts);
    return { session: taken, history, reply: { workflow, session: taken, rejection, context } };
  } catch (error) {
    const reply = error instanceof Error ? error : new Error(String(error));
    if (!(error instanceof MachineFault) || request.kind === 'event') return { session, history: [], reply };
    const suspended = suspending(session, error, at);
    return { ...suspended, reply: new SessionSuspended(error.message, { cause: error }) };
  }
}

interface Taken {
  readonly session: Session;
  readonly history: readonly HistoryEntry[];
  readonly rejection: Rejection | null;
  readonly context: Session['context'];
}

async function takeRequest(workflow: Workflow, before: Session, request: Request, at: number, parts: TurnDeps): Promise<Taken> {
  if (request.kind === 'event') return takeEvent(workflow, before, request, at, parts);
  if (request.kind === 'recall') return takeRecall(workflow, before, request.idempotency, at);
  if (request.kind === 'task-retry' || request.kind === 'task-awaits') return takeAttemptEnd(workflow, before, request, at);
  if (request.kind === 'detached-task') {
    const { session, history } = step(workflow, before, { kind: 'time' }, at);
    const given = withDetachedTask(session, request, Math.max(at, session.updatedAt));
    return { session: given, history, rejection: null, context: given.context };
  }
  const { session: stepped, history } = step(workflow, before, request, at);
  const session = request.kind === 'task-done' ? withGiven(workflow, before, stepped, request, at, parts.vault) : stepped;
  return { session, history, rejection: null, context: session.context };
}

/** An attempt has ended, and its task has not. */
function takeAttemptEnd(
  workflow: Workflow,
  before: Session,
  request: Extract<Request, { kind: 'task-retry' | 'task-awaits' }>,
  at: number,
): Taken {
  const { session, history } = step(workflow, before, { kind: 'time' }, at);
  const taken = { session, history, rejection: null, context: session.context };
  const task = session.tasks.find(({ generation }) => generation === request.generation);
  // Where one attempt has found the child, no other one has anything to add.
  if (!task || typeof task.child === 'string') return taken;
  // Another process may have begun the next attempt by now, because the lease of this one ran out.
  if (request.kind === 'task-retry' && (task.attempts !== request.attempt || task.retryAt !== null)) return taken;
  const waiting: Task =
    request.kind === 'task-awaits' ? { ...task, child: request.child, retryAt: null } : { ...task, retryAt: at + request.afterMs };
  return { ...taken, session: { ...session, tasks: session.tasks.map((other) => (other === task ? waiting : other)) } };
}

/** The session after the end of a task, with what that gives it to know; a child gives what the workflow takes. */
function withGiven(
  workflow: Workflow,
  before: Session,
  session: Session,
  { generation, personal = {} }: Extract<Request, { kind: 'task-done' }>,
  at: number,
  vault: Vault,
): Session {
  if (Object.keys(personal).length === 0 || session.sealed === null) return session;
  // The time may have stopped the task first: then nothing of it is taken.
  const due = step(workflow, before, { kind: 'time' }, at).session;
  const task = due.tasks.find((candidate) => candidate.generation === generation);
  if (!task || task.detached) return session;
  const given = task.child === undefined ? personal : renamed(personal, workflow.children?.[task.src]?.shares ?? {});
  if (Object.keys(given).length === 0) return session;
  return withPersonal(session, { ...vault.open(session.id, session.sealed), ...given }, vault);
}

/** What is shared of a child's personal details, by the parent's names. */
function renamed(personal: Personal, shares: Readonly<Record<string, string>>): Personal {
  const shared = Object.entries(shares).map(([own, name]) => [name, personal[own]]);
  return Object.fromEntries(shared.filter(([, value]) => value !== undefined));
}

async function takeEvent(
  workflow: Workflow,
  before: Session,
  request: Extract<Request, { kind: 'event' }>,
  at: number,
  parts: TurnDeps,
): Promise<Taken> {
  assertAccess(request, workflow, before, parts.vault);
  if (request.workflow.version !== workflow.version) throw new SessionMigrated('The body was judged by another version of the workflow');
  // What is due happens first: the resolver must see the session as the event will find it.
  const due = step(workflow, before, { kind: 'time' }, at);
  const { records, earlier } = recordsOf(due.session, request.idempotency, at);
  if (earlier) return { session: due.session, history: due.history, rejection: earlier.rejection, context: earlier.context };

  const resolved = await resolveEvent(workflow, due.session, request, at, parts);
  if (resolved === null) return { session: due.session, history: due.history, rejection: null, context: due.session.context };
  const { event, personal, personalIfRefused } = resolved;
  const stepped = withLimit(step(workflow, due.session, { kind: 'event', event }, at), resolved);
  let session = stepped.session;
  const known = stepped.rejection === null ? personal : stepped.rejection.kind === 'refused' ? personalIfRefused : undefined;
  if (known) session = withPersonal(session, known, parts.vault);
  await admitTasks(session, due.session.generations, request.requestContext.origin, parts);
  if (request.idempotency)
    session = { ...session, idempotencyRecords: [...records, idempotencyRecord(request.idempotency, stepped.rejection, session, at)] };
  return { session, history: [...due.history, ...stepped.history], rejection: stepped.rejection, context: session.context };
}

/** Notes in the session when a request with this key first came. */
function takeRecall(workflow: Workflow, before: Session, idempotency: Idempotency, at: number): Taken {
  const due = step(workflow, before, { kind: 'time' }, at);
  const { records, earlier } = recordsOf(due.session, idempotency, at);
  const session = earlier
    ? due.session
    : { ...due.session, idempotencyRecords: [...records, idempotencyRecord(idempotency, null, due.session, at)] };
  return { session, history: due.history, rejection: null, context: session.context };
}

/** The session with the personal details that it has from now on. */
export function withPersonal(session: Session, personal: Personal, vault: Vault): Session {
  return { ...session, accountId: personal['accountId'] ?? null, sealed: vault.seal(session.id, personal) };
}

type Resolved = Omit<Resolution, 'payload'> & { readonly event: MachineEvent };

async function resolveEvent(
  workflow: Workflow,
  session: Session,
  { type, body, requestContext, prepared }: Extract<Request, { kind: 'event' }>,
  at: number,
  { resolvers, vault }: TurnDeps,
): Promise<Resolved | null> {
  const declared = workflow.events[type];
  if (!declared) throw new EventNotFound(`The workflow '${workflow.name}' has no event '${type}'`);
  if (declared.resolver === null) return { event: { type } };
  const resolver = resolvers[declared.resolver]?.event;
  if (!resolver) throw new Error(`No resolver '${declared.resolver}' for events`);
  if (resolver !== undefined && resolvers[declared.resolver]?.prepare && prepared === undefined) {
    if (takes(workflow, session, type, at)) throw new Unprepared(type);
    return { event: { ...declared.payloads[0], type } };
  }
  const { id, keyId, context } = session;
  const personal = session.sealed === null ? {} : vault.open(id, session.sealed);
  const preview = (payload: Payload) => step(workflow, session, { kind: 'event', event: { ...payload, type } }, at).rejection;
  const resolution = await resolver(
    body,
    { id, workflow: workflow.name, keyId, context, personal, at, preview },
    { ...requestContext, prepared },
  );
  return resolution && { ...resolution, event: { ...resolution.payload, type } };
}

/** Whether the machine has an answer to the event, be it a refusal: what nobody listens to need not be understood. */
export function takes(workflow: Workflow, session: Session, type: string, at: number): boolean {
  const payloads = workflow.events[type]?.payloads ?? [];
  return payloads.some(
    (payload) => step(workflow, session, { kind: 'event', event: { ...payload, type } }, at).rejection?.kind !== 'not-accepted',
  );
}

/** The machine takes by now what it did not take when it was decided not to prepare the event. */
export class Unprepared extends Error {
  override readonly name = 'Unprepared';
}

/** Completes a refusal whose end the machine does not know with the end and the limit that the resolver found. */
function withLimit(stepped: Step, { refusedUntil: until, refusedBy: limit }: Pick<Resolution, 'refusedUntil' | 'refusedBy'>): Step {
  const { rejection } = stepped;
  if (rejection?.kind !== 'refused' || rejection.until !== null || (until === undefined && limit === undefined)) return stepped;
  return { ...stepped, rejection: { ...rejection, until: until ?? null, ...(limit === undefined ? {} : { limit }) } };
}
