/**
 * Runs any registered workflow durably: starts sessions, sends them events, reads them, and notifies listeners of commits. It knows no
 * workflow by name. Folders: machines/ (XState), children/, steps/ (pure), tasks/ (attempts), sessions/ (turns), timers/, checks/ (at start).
 */
import type { Workflow } from '../../machines/workflow.ts';
import { type ChildStart, childSessionHandlers } from './children/child-session-handlers.ts';
import type { ChildEnded } from './children/child-tasks.ts';
import { relatedSessions } from './children/related-sessions.ts';
import type { Clock } from './clock.ts';
import { IdempotencyMismatch } from './errors.ts';
import { Load } from './load.ts';
import type { Workflows } from './machines/workflows.ts';
import {
  type Caller,
  type Log,
  type Observer,
  type RequestContext,
  type Resolver,
  type Results,
  type SessionIds,
  serviceCaller,
  type TaskHandler,
  type Vault,
} from './ports.ts';
import { type HistoryEntry, isDue, type Session, type Task } from './session.ts';
import type { Loaded, SessionStore } from './session-store.ts';
import { AccessControl } from './sessions/access-control.ts';
import { boundedResolvers } from './sessions/bounded-resolvers.ts';
import { CachedSessions } from './sessions/cached-sessions.ts';
import { idsOfStart, startedBefore } from './sessions/earlier-starts.ts';
import { endedSessionHandlers } from './sessions/ended-session-secrets.ts';
import { takes, Unprepared } from './sessions/event-resolution.ts';
import { type Idempotency, outcomeOf, type StartIdempotency } from './sessions/idempotency.ts';
import { Listeners } from './sessions/listeners.ts';
import { Mailboxes } from './sessions/mailboxes.ts';
import { cancelledSessionStep, newSessionStep } from './sessions/new-session.ts';
import { logCommit } from './sessions/step-log.ts';
import { type EventRequest, type Reply, type Request, StaleSession } from './sessions/turn.ts';
import { TurnRunner } from './sessions/turn-runner.ts';
import { acceptedEvents } from './steps/step.ts';
import type { AttemptEnded, TaskAnswer } from './tasks/attempt-end.ts';
import { ownHandlers } from './tasks/handlers.ts';
import { TaskRunner } from './tasks/task-runner.ts';

export interface EngineDeps {
  readonly workflows: Workflows;
  readonly store: SessionStore;
  readonly clock: Clock;
  readonly resolvers: Readonly<Record<string, Resolver>>;
  readonly handlers: Readonly<Record<string, TaskHandler>>;
  readonly vault: Vault;
  readonly results: Results;
  readonly sessionIds: SessionIds;
  readonly log: Log;
  readonly observer: Observer;
  /** The form in which two spellings of an address or a number are equal; by default, spaces around it and capitals do not matter. */
  readonly recipient?: (typed: string) => string;
}

/**
 * The result of waking a session. `unchanged`: nothing that was due can be done now, for example because the lease of an attempt has ended
 * that this process still makes. `lost`: another process has changed the session since the read, and has handled what was due.
 */
export type Waking = 'changed' | 'unchanged' | 'lost';

/** Reports the end of an attempt or of a child to the session. */
type Report = (id: string, end: AttemptEnded | ChildEnded) => Promise<Reply>;

export class Engine {
  readonly access: AccessControl;
  readonly #deps: EngineDeps;
  readonly #turns: TurnRunner;
  readonly #mailboxes: Mailboxes<Request, Reply>;
  readonly #tasks: TaskRunner;
  readonly #underWay: Load;
  readonly #sessions: CachedSessions;
  readonly #listeners = new Listeners();
  #onDue: (dueAt: number) => void = () => {};

  constructor(engineDeps: EngineDeps) {
    const report: Report = (id, end) => this.#mailboxes.send(id, end);
    const startStep = (workflow: Workflow, body: Readonly<Record<string, unknown>>, start: ChildStart) =>
      newSessionStep(workflow, body, { ...start, idempotency: null }, this.#deps);
    const childSessions = childSessionHandlers({
      ...engineDeps,
      tryStart: startStep,
      start: async (workflow, body, start) => this.#turns.start(workflow, await startStep(workflow, body, start)),
      startCancelled: async (workflow, start) =>
        (await this.#turns.start(workflow, cancelledSessionStep(workflow, start, this.#deps.clock.now()))) !== null,
      read: (id) => this.read(id),
      cancel: (id) => this.#cancel(id),
      report,
    });
    const resolvers = boundedResolvers(engineDeps.resolvers);
    const deps = {
      ...engineDeps,
      resolvers,
      handlers: { ...ownHandlers(engineDeps.workflows.all()), ...engineDeps.handlers, ...childSessions, ...endedSessionHandlers },
    };
    this.#deps = deps;
    this.#sessions = new CachedSessions(deps.store, (session) => deps.workflows.ordered(session));
    this.access = new AccessControl({ ...deps, sessions: this.#sessions, read: (id) => this.read(id) });
    this.#tasks = new TaskRunner({ ...deps, report });
    this.#turns = new TurnRunner({
      ...deps,
      sessions: this.#sessions,
      tasks: this.#tasks,
      committed: (...commit) => this.#committed(...commit),
    });
    this.#mailboxes = new Mailboxes((id, requests) => this.#turns.run(id, requests));
    this.#underWay = new Load(this.#mailboxes, this.#tasks);
  }

  /**
   * Starts a session of a workflow. The same key and body return the session that they started before.
   * @returns the session, and the rejection of its first event, if any
   * @throws InvalidBody, IdempotencyMismatch, RateLimited, Overloaded, StoreUnavailable
   */
  async start(
    workflow: Workflow,
    body: Readonly<Record<string, unknown>>,
    idempotency: StartIdempotency | null,
    caller: Caller,
  ): Promise<Reply> {
    for (;;) {
      const ids = idempotency ? idsOfStart(workflow, idempotency.key, this.#deps) : [];
      const earlier = idempotency && (await this.#underWay.starting(() => startedBefore(ids, this.#deps)));
      if (earlier) {
        if (earlier.startFingerprint === null || !idempotency.fingerprints.includes(earlier.startFingerprint)) {
          throw new IdempotencyMismatch('The key was used with another body');
        }
        const outcome = outcomeOf(earlier.idempotencyRecords, idempotency);
        const reply = await this.read(earlier.id);
        return outcome ? { ...reply, rejection: outcome.rejection, context: outcome.context } : reply;
      }
      const id = ids[0] ?? this.#deps.sessionIds.fresh(this.#deps.clock.now());
      const started = await this.#underWay.making(() => this.#startNew(workflow, body, { id, idempotency, caller }));
      if (started) return started;
      // Another process has just started the session, so the loop finds it.
    }
  }

  /**
   * Sends a public event to a session.
   * @returns the session right after the event, and the rejection, if any
   * @throws SessionNotFound, SessionStranded, SessionMigrated, EventNotFound, SenderRefused, InvalidBody, IdempotencyMismatch, TooManyKeys,
   *   RateLimited, Overloaded, StoreUnavailable
   */
  async send(id: string, request: EventRequest): Promise<Reply> {
    const { workflow, sender, type, body, idempotency, caller } = request;
    const requestContext = { caller, attempt: this.#attempt(idempotency) };
    const take = (prepared: unknown) =>
      this.#mailboxes.send(id, { kind: 'event', workflow, sender, type, body, idempotency, requestContext, prepared });
    const resolver = this.#deps.resolvers[workflow.events[type]?.resolver ?? ''];
    if (!resolver?.prepare) return take(undefined);
    const refusal = await this.access.authorise(id, request).then(
      () => null,
      (error: unknown) => error,
    );
    if (refusal === null) return this.#prepared(id, resolver, { workflow, type, body, requestContext }, take);
    // The turn refuses the request, or repeats its answer. Neither needs the slow work.
    return take(undefined).catch((error: unknown) => Promise.reject(error instanceof Unprepared ? refusal : error));
  }

  /**
   * Records a request under its Idempotency-Key. Nothing else in the session changes.
   * @returns the time of the first request with this key and body, in milliseconds since the epoch
   * @throws SessionNotFound, SessionStranded, IdempotencyMismatch, TooManyKeys, Overloaded, StoreUnavailable
   */
  async firstCame(id: string, idempotency: Idempotency): Promise<number> {
    const { session } = await this.#mailboxes.send(id, { kind: 'recall', idempotency });
    const record = outcomeOf(session.idempotencyRecords, idempotency);
    if (record === null) throw new Error('A request left no idempotency record');
    return record.at;
  }

  /** Runs the resolver's slow work only if the session would take the event. */
  async #prepared(
    id: string,
    resolver: Resolver,
    { workflow, type, body, requestContext }: Pick<EventRequest, 'workflow' | 'type' | 'body'> & { requestContext: RequestContext },
    take: (prepared: unknown) => Promise<Reply>,
  ): Promise<Reply> {
    const { session } = await this.read(id);
    if (takes(workflow, session, type, this.#deps.clock.now())) return take(await resolver.prepare?.(body, requestContext));
    return take(undefined).catch(async (error: unknown) => {
      if (!(error instanceof Unprepared)) throw error;
      return take(await resolver.prepare?.(body, requestContext));
    });
  }

  /**
   * Ends a task with the answer of another machine.
   * @param idempotency recognises a repetition of the answer, which changes nothing; null for an answer that is not repeated
   * @throws TaskOver if the session no longer waits for the task
   * @throws SessionNotFound, SessionStranded, TooManyKeys, Overloaded, StoreUnavailable
   */
  answer(id: string, answer: Pick<TaskAnswer, 'generation' | 'result'>, idempotency: Idempotency | null): Promise<Reply> {
    return this.#mailboxes.send(id, { ...answer, kind: 'task-answered', random: Math.random(), idempotency });
  }

  /** Adds a detached task to a session, even one that has ended. @throws SessionNotFound, SessionStranded, Overloaded, StoreUnavailable */
  async addDetachedTask(id: string, { src, input }: Pick<Task, 'src' | 'input'>): Promise<void> {
    await this.#mailboxes.send(id, { kind: 'detached-task', src, input });
  }

  /**
   * The session as of now, after its due timers.
   * @throws SessionNotFound, SessionStranded, StoreUnavailable
   */
  async read(id: string): Promise<Reply> {
    const session = (await this.#sessions.revalidated(id)) ?? (await this.#sessions.load(id)).session;
    if (isDue(session, this.#deps.clock.now())) return this.#mailboxes.send(id, { kind: 'time' });
    return { workflow: this.#deps.workflows.running(session), session, rejection: null, context: session.context };
  }

  /**
   * Fires the due timers and begins the due tasks of a session that was just read.
   * @throws SessionStranded, Overloaded, StoreUnavailable
   */
  async wake(loaded: Loaded): Promise<Waking> {
    try {
      const { session } = await this.#mailboxes.send(loaded.session.id, { kind: 'time', loaded });
      return session.revision === loaded.session.revision ? 'unchanged' : 'changed';
    } catch (error) {
      if (error instanceof StaleSession) return 'lost';
      throw error;
    }
  }

  /** True if an answer about the session should wait until its tasks have settled. */
  hasAwaitedTasks(session: Pick<Session, 'workflow' | 'version' | 'tasks'>): boolean {
    return session.tasks.some((task) => this.#tasks.isWaitedFor(session, task));
  }

  /** Waits until no awaited attempt is under way in this process, or the time is up. @returns the latest session */
  async settle({ session }: Pick<Reply, 'session'>, timeoutMs: number): Promise<Reply> {
    await this.#tasks.settled(() => relatedSessions(session.id, (id) => this.#sessions.cached(id)), timeoutMs);
    const latest = this.#sessions.cached(session.id);
    if (latest === null || latest.revision <= session.revision || isDue(latest, this.#deps.clock.now())) return this.read(session.id);
    return { workflow: this.#deps.workflows.running(latest), session: latest, rejection: null, context: latest.context };
  }

  /** The work under way in this process. */
  get load(): Pick<Load, 'count' | 'isFull' | 'startsFail'> {
    return this.#underWay;
  }

  /** The attempts under way in this process. */
  get tasks(): Pick<TaskRunner, 'room' | 'underWay' | 'idle' | 'close'> {
    return this.#tasks;
  }

  history(id: string): Promise<HistoryEntry[]> {
    return this.#deps.store.history(id);
  }

  /** The public events that the session would accept now from a sender with these roles. */
  accepted({ workflow, session }: Pick<Reply, 'workflow' | 'session'>, roles: readonly string[]): readonly string[] {
    return acceptedEvents(workflow, session, roles);
  }

  /** Calls the listener after every commit of the session by this process. @returns the function that removes the listener */
  subscribe(id: string, listener: () => void): () => void {
    return this.#listeners.add(id, listener);
  }

  /** Calls the listener with the due time after a commit that makes something fall due. */
  onDue(listener: (dueAt: number) => void): void {
    this.#onDue = listener;
  }

  /** Identifies a request. A repetition with the same key and body has the same value; another body under the key does not. */
  #attempt(idempotency: Idempotency | null): string {
    if (idempotency === null) return this.#deps.sessionIds.fresh(this.#deps.clock.now());
    return `${idempotency.keys[0]}.${idempotency.fingerprints[0]}`;
  }

  async #startNew(
    workflow: Workflow,
    body: Readonly<Record<string, unknown>>,
    { id, idempotency, caller }: { id: string; idempotency: Idempotency | null; caller: Caller },
  ): Promise<Reply | null> {
    const request = { id, keyId: this.#deps.sessionIds.keyId, parent: null, idempotency, caller, attempt: this.#attempt(idempotency) };
    return this.#turns.start(workflow, await newSessionStep(workflow, body, request, this.#deps));
  }

  #committed(session: Session, history: readonly HistoryEntry[], dueAt: number | null): void {
    if (dueAt !== null) this.#onDue(dueAt);
    logCommit(session, history, this.#deps);
    this.#listeners.call(session.id);
  }

  /** A session that has ended does not take CANCEL and stays unchanged. */
  async #cancel(id: string): Promise<void> {
    const { workflow } = await this.read(id);
    const event = { type: 'CANCEL', body: {}, idempotency: null, caller: serviceCaller } as const;
    await this.send(id, { workflow, sender: { as: 'service' }, ...event });
  }
}
