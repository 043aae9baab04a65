/**
 * Runs any registered workflow durably. One turn: load the session, take the waiting requests, commit,
 * and only then answer and begin the tasks. It knows no workflow by name.
 */
import type { Workflow } from '../../machines/workflow.ts';
import { childSessionHandlers, relatedSessions } from './children/child-sessions.ts';
import type { Clock } from './clock.ts';
import { monotonicMs } from './database-clock.ts';
import { IdempotencyMismatch, Overloaded, StoreUnavailable } from './errors.ts';
import { Load } from './load.ts';
import { mostCatchUpCommits } from './machines/machine-limits.ts';
import type { Workflows } from './machines/workflows.ts';
import type { Identities, Log, Observer, Origin, RequestContext, Resolver, TaskHandler, Vault } from './ports.ts';
import { type HistoryEntry, isDue, isUnderWay, nextDueAt, type Session, type Task } from './session.ts';
import type { Loaded, SessionStore } from './session-store.ts';
import { AcceptedEvents } from './sessions/accepted-events.ts';
import { AccessControl } from './sessions/access-control.ts';
import { CachedSessions, type LoadedSession } from './sessions/cached-sessions.ts';
import { Committer } from './sessions/committer.ts';
import { idsOfStart, startedBefore } from './sessions/earlier-starts.ts';
import { endedSessionHandlers, withoutSecrets } from './sessions/ended-session-secrets.ts';
import { type Idempotency, outcomeOf, type StartIdempotency } from './sessions/idempotency.ts';
import { Listeners } from './sessions/listeners.ts';
import { Mailboxes } from './sessions/mailboxes.ts';
import { newSessionStep } from './sessions/new-session.ts';
import { logCommit } from './sessions/step-log.ts';
import { type EventRequest, isWaking, type Reply, type Request, StaleSession, takes, takeTurn, Unprepared } from './sessions/turn.ts';
import type { Step } from './steps/step.ts';
import { leaseMs } from './task-limits.ts';
import { type Claim, claimTasks } from './tasks/claim.ts';
import { TaskRunner } from './tasks/task-runner.ts';

export interface EngineDeps {
  readonly workflows: Workflows;
  readonly store: SessionStore;
  readonly clock: Clock;
  readonly resolvers: Readonly<Record<string, Resolver>>;
  readonly handlers: Readonly<Record<string, TaskHandler>>;
  readonly vault: Vault;
  readonly identities: Identities;
  readonly log: Log;
  readonly observer: Observer;
}

/** Losing the race so often in a row means that something is wrong, not busy. */
const maxRaces = 50;

export class Engine {
  readonly access: AccessControl;
  readonly #parts: EngineDeps;
  readonly #committer: Committer;
  readonly #mailboxes: Mailboxes<Request, Reply>;
  readonly #tasks: TaskRunner;
  readonly #underWay: Load;
  readonly #accepted = new AcceptedEvents();
  readonly #sessions: CachedSessions;
  readonly #listeners = new Listeners();
  #onDue: (dueAt: number) => void = () => {};

  constructor(engineParts: EngineDeps) {
    const childSessions = childSessionHandlers({
      ...engineParts,
      blank: () => this.#parts,
      enter: (workflow, step) => this.#enter(workflow, step),
      read: (id) => this.read(id),
      send: (id, event) => this.send(id, event),
      report: (id, end) => this.#mailboxes.send(id, end),
    });
    const parts = { ...engineParts, handlers: { ...engineParts.handlers, ...childSessions, ...endedSessionHandlers } };
    this.#parts = parts;
    this.#committer = new Committer(parts.store);
    this.#sessions = new CachedSessions(parts.store, (session) => parts.workflows.ordered(session));
    this.access = new AccessControl({ ...parts, sessions: this.#sessions, read: (id) => this.read(id) });
    this.#mailboxes = new Mailboxes((id, requests) => this.#turn(id, requests));
    this.#tasks = new TaskRunner({ ...parts, report: (id, end) => this.#mailboxes.send(id, end) });
    this.#underWay = new Load(this.#mailboxes, this.#tasks);
  }

  /**
   * Starts a session of a workflow. With the same key and body it gives the session that was started before.
   * @returns the session, and why its first event was refused if it was
   * @throws InvalidBody, IdempotencyMismatch, RateLimited, Overloaded, StoreUnavailable
   */
  async start(
    workflow: Workflow,
    body: Readonly<Record<string, unknown>>,
    idempotency: StartIdempotency | null,
    origin: Origin,
  ): Promise<Reply> {
    for (;;) {
      const ids = idempotency ? idsOfStart(workflow, idempotency.key, this.#parts) : [];
      const earlier = idempotency && (await this.#underWay.starting(() => startedBefore(ids, this.#parts)));
      if (earlier) {
        if (earlier.startFingerprint === null || !idempotency.fingerprints.includes(earlier.startFingerprint)) {
          throw new IdempotencyMismatch('The key was used with another body');
        }
        const outcome = outcomeOf(earlier.idempotencyRecords, idempotency);
        const reply = await this.read(earlier.id);
        return outcome ? { ...reply, rejection: outcome.rejection, context: outcome.context } : reply;
      }
      const id = ids[0] ?? this.#parts.identities.fresh(this.#parts.clock.now());
      const started = await this.#underWay.making(() => this.#startNew(workflow, body, { id, idempotency, origin }));
      if (started) return started;
      // Another process started it in between: look again.
    }
  }

  /**
   * Gives a public event to a session.
   * @returns the session right after it, and why the event was refused if it was
   * @throws SessionNotFound, SessionStranded, SessionMigrated, EventNotFound, SenderRefused, InvalidBody, IdempotencyMismatch,
   *   TooManyKeys, RateLimited, Overloaded, StoreUnavailable
   */
  async send(id: string, request: EventRequest): Promise<Reply> {
    const { workflow, caller, type, body, idempotency, origin } = request;
    const requestContext = { origin, attempt: this.#attempt(idempotency) };
    const take = (prepared: unknown) =>
      this.#mailboxes.send(id, { kind: 'event', workflow, caller, type, body, idempotency, requestContext, prepared });
    const resolver = this.#parts.resolvers[workflow.events[type]?.resolver ?? ''];
    if (!resolver?.prepare) return take(undefined);
    await this.access.authorise(id, request);
    return this.#prepared(id, resolver, { workflow, type, body, requestContext }, take);
  }

  /**
   * Records a request that changes nothing else under its Idempotency-Key.
   * @returns when a request with this key and body first came, in milliseconds since the epoch
   * @throws SessionNotFound, SessionStranded, IdempotencyMismatch, TooManyKeys, Overloaded, StoreUnavailable
   */
  async firstCame(id: string, idempotency: Idempotency): Promise<number> {
    const { session } = await this.#mailboxes.send(id, { kind: 'recall', idempotency });
    const record = outcomeOf(session.idempotencyRecords, idempotency);
    if (record === null) throw new Error('A request left no idempotency record');
    return record.at;
  }

  /** Slow work is done only where the session would listen to what comes of it. */
  async #prepared(
    id: string,
    resolver: Resolver,
    { workflow, type, body, requestContext }: Pick<EventRequest, 'workflow' | 'type' | 'body'> & { requestContext: RequestContext },
    take: (prepared: unknown) => Promise<Reply>,
  ): Promise<Reply> {
    const { session } = await this.read(id);
    if (takes(workflow, session, type, this.#parts.clock.now())) return take(await resolver.prepare?.(body, requestContext));
    return take(undefined).catch(async (error: unknown) => {
      if (!(error instanceof Unprepared)) throw error;
      return take(await resolver.prepare?.(body, requestContext));
    });
  }

  /** Adds a detached task to a session, even one that has ended. @throws SessionNotFound, SessionStranded, Overloaded, StoreUnavailable */
  async addDetachedTask(id: string, { src, input }: Pick<Task, 'src' | 'input'>): Promise<void> {
    await this.#mailboxes.send(id, { kind: 'detached-task', src, input });
  }

  /**
   * The session as it is now: what fell due by now has happened.
   * @throws SessionNotFound, SessionStranded, StoreUnavailable
   */
  async read(id: string): Promise<Reply> {
    const session = (await this.#sessions.revalidated(id)) ?? (await this.#sessions.load(id)).session;
    if (isDue(session, this.#parts.clock.now())) return this.#mailboxes.send(id, { kind: 'time' });
    return { workflow: this.#parts.workflows.running(session), session, rejection: null, context: session.context };
  }

  /**
   * Lets the time that has passed do its work on a session that was read just now.
   * @returns false when it was changed meanwhile: whoever did that has seen to what was due
   * @throws SessionStranded, Overloaded, StoreUnavailable
   */
  async wake(loaded: Loaded): Promise<boolean> {
    try {
      await this.#mailboxes.send(loaded.session.id, { kind: 'time', loaded });
      return true;
    } catch (error) {
      if (error instanceof StaleSession) return false;
      throw error;
    }
  }

  /** @returns the session as this process knows it when no attempt that its machine waits for is under way here, or the time is up */
  async settle({ session }: Pick<Reply, 'session'>, timeoutMs: number): Promise<Reply> {
    await this.#tasks.settled(() => relatedSessions(session.id, (id) => this.#sessions.cached(id)), timeoutMs);
    const latest = this.#sessions.cached(session.id);
    if (latest === null || latest.revision <= session.revision || isDue(latest, this.#parts.clock.now())) return this.read(session.id);
    return { workflow: this.#parts.workflows.running(latest), session: latest, rejection: null, context: latest.context };
  }

  /** How much there is to do in this process. */
  get load(): Pick<Load, 'count' | 'isFull' | 'startsFail'> {
    return this.#underWay;
  }

  /** The attempts at tasks that are under way in this process. */
  get tasks(): Pick<TaskRunner, 'room' | 'underWay' | 'idle' | 'close'> {
    return this.#tasks;
  }

  history(id: string): Promise<HistoryEntry[]> {
    return this.#parts.store.history(id);
  }

  /** The public events that the session would accept now. */
  accepted(reply: Pick<Reply, 'workflow' | 'session'>): readonly string[] {
    return this.#accepted.of(reply.workflow, reply.session);
  }

  /** Calls the listener after every commit of the session that this process makes. @returns the way to stop it */
  subscribe(id: string, listener: () => void): () => void {
    return this.#listeners.add(id, listener);
  }

  /** Tells when a commit makes something fall due. */
  onDue(listener: (dueAt: number) => void): void {
    this.#onDue = listener;
  }

  /** Names a request: a repetition under the same key has the same name; another body under that key is another request. */
  #attempt(idempotency: Idempotency | null): string {
    if (idempotency === null) return this.#parts.identities.fresh(this.#parts.clock.now());
    return `${idempotency.keys[0]}.${idempotency.fingerprints[0]}`;
  }

  /** What a turn is stepped from. Only the store knows of leases that ran out, which is why time passes from there. */
  #before(id: string, requests: readonly Request[], race: number): Promise<LoadedSession> {
    const time = requests.find((request) => request.kind === 'time');
    if (!time) return this.#sessions.latest(id);
    return time.loaded && race === 0 ? this.#sessions.asRead(time.loaded) : this.#sessions.load(id);
  }

  async #startNew(
    workflow: Workflow,
    body: Readonly<Record<string, unknown>>,
    { id, idempotency, origin }: { id: string; idempotency: Idempotency | null; origin: Origin },
  ): Promise<Reply | null> {
    const request = { id, keyId: this.#parts.identities.keyId, parent: null, idempotency, origin, attempt: this.#attempt(idempotency) };
    return this.#enter(workflow, await newSessionStep(workflow, body, request, this.#parts));
  }

  /** Writes a new session and begins its tasks. @returns null when its id is taken */
  async #enter(workflow: Workflow, { session: started, history, rejection }: Step): Promise<Reply | null> {
    const claim = claimTasks(workflow, started, started.createdAt, this.#tasks.claiming(null));
    const session = await this.#commit(workflow, 0, { ...claim, history: [...history, ...claim.history] });
    return session && { workflow, session, rejection, context: session.context };
  }

  async #turn(id: string, requests: readonly Request[]): Promise<readonly (Reply | Error)[]> {
    let caughtUp = 0;
    for (let race = 0; race < maxRaces; race += 1) {
      const loaded = await this.#before(id, requests, race);
      const workflow = this.#parts.workflows.running(loaded.session);
      const at = Math.max(this.#parts.clock.now(), loaded.session.updatedAt);
      const turn = await takeTurn(workflow, loaded.session, requests, at, this.#parts);
      const orphaned = (task: Task) => loaded.leaseLapsed && !this.#tasks.isRunning(id, task);
      const claim = claimTasks(workflow, turn.session, at, this.#tasks.claiming(orphaned));
      if (claim.session === loaded.session) {
        if (!loaded.cached || (await this.#sessions.revalidated(id)) === loaded.session) return turn.replies;
        continue;
      }
      const session = await this.#commit(workflow, loaded.session.revision, { ...claim, history: [...turn.history, ...claim.history] });
      if (session && turn.behind && !requests.every(isWaking)) {
        caughtUp += 1;
        if (caughtUp >= mostCatchUpCommits) throw new Overloaded(`Session ${id} is catching up with the time`);
        race = 0;
        continue;
      }
      if (session)
        return turn.replies.map((reply) =>
          reply instanceof Error ? reply : { ...reply, session: { ...reply.session, revision: session.revision } },
        );
      this.#sessions.evict(id);
      this.#parts.observer.conflicted();
      if (requests.every(isWaking)) return requests.map(() => new StaleSession());
    }
    throw new StoreUnavailable(`Session ${id} is being changed faster than it can be read`);
  }

  /** Writes a claim, and begins what it claims. @returns the session as written, or null when the race was lost */
  async #commit(workflow: Workflow, from: number, { session: claimed, history, begun }: Claim): Promise<Session | null> {
    const session = { ...withoutSecrets(workflow, claimed, this.#parts.vault), revision: from + 1 };
    const dueAt = nextDueAt(session);
    const underWay = session.tasks.some(isUnderWay);
    const lease = begun.length > 0 ? { ms: leaseMs } : underWay ? 'keep' : 'none';
    const claimedAt = monotonicMs();
    if (!(await this.#tasks.reserved(begun.length, this.#committer.commit({ session, from, history, dueAt, lease })))) return null;
    this.#sessions.put(session);
    for (const task of begun) this.#tasks.begin(session, task, claimedAt);
    if (dueAt !== null) this.#onDue(dueAt);
    logCommit(session, history, this.#parts);
    this.#listeners.call(session.id);
    return session;
  }
}
