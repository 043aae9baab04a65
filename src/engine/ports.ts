/** The interfaces that the engine needs from outside. The composition root implements them. */
import type { Context, MachineEvent, Payload, Workflow } from '../../machines/workflow.ts';
import type { LimitName } from './errors.ts';
import type { Parent, Rejection, SealedResult, Session } from './session.ts';

/**
 * The personal details of a session: flat, small, sealed at rest. Only resolvers, tasks and views read them. `accountId` is the account
 * that the session is about. It is stored unsealed as well, so that the sessions of an account can be found.
 */
export type Personal = Readonly<Record<string, string>>;

/** The part of a session that its resolvers may read. */
export interface ResolvingSession {
  readonly id: string;
  readonly workflow: string;
  readonly keyId: string;
  readonly context: Context;
  readonly personal: Personal;
  /** The time, in milliseconds since the epoch. */
  readonly at: number;
  /** The machine's answer to the event with a payload. Asking changes nothing. */
  readonly preview: (payload: Payload) => Rejection | null;
}

/** The facts about a request that do not depend on its session. */
export interface RequestContext {
  /** Identifies the request: the same for every turn that it takes, and for its repetitions with the same Idempotency-Key. */
  readonly attempt: string;
  readonly caller: Caller;
}

/** The request for a new session. The session is not stored yet. */
export interface StartContext extends RequestContext {
  readonly session: Pick<ResolvingSession, 'id' | 'keyId' | 'workflow' | 'at'>;
}

export interface Resolution {
  /** The payload of the machine event: one of those that the workflow declares. */
  readonly payload: Payload;
  /** The new personal details, if the machine takes the event without a refusal. */
  readonly personal?: Personal;
  /** The new personal details if the machine refuses the event, for the tasks after the refusal. */
  readonly personalIfRefused?: Personal;
  /** The end of the refusal if the machine does not know it, in milliseconds since the epoch. */
  readonly refusedUntil?: number;
  /** The limit that refuses the event. */
  readonly refusedBy?: LimitName;
}

/** The result of resolving a start body. */
export interface StartResolution {
  /** The personal details in any case. */
  readonly personal: Personal;
  /** The first event of the new session, one of those that the workflow declares; null for none. */
  readonly event: MachineEvent | null;
  /** The input of the machine, one of those that the workflow declares; absent for a machine without input. */
  readonly input?: Payload;
  /** The new personal details, if the machine takes the first event without a refusal. */
  readonly personalIfTaken?: Personal;
}

/**
 * Turns a body that satisfies its schema into a machine event. `Body` is the type of the schema.
 * @throws InvalidBody if the body has no meaning in spite of its schema; nothing changes
 */
export interface Resolver<Body extends object = Readonly<Record<string, unknown>>> {
  /** The refusals that the resolver can throw, besides those of the machine. The API reference lists them. */
  readonly refusals?: readonly string[];
  /** The personal details that the resolver always reads from bodies. The start of the service checks that a module brings each. */
  readonly details?: readonly string[];
  /** The fields of bodies that the resolver passes on to the machine. The start of the service checks that a machine can hear their values. */
  readonly payload?: readonly string[];
  /**
   * Slow work, done once before the session's turn. Its premises may change in between, so the turn checks them again.
   * @throws RateLimited, Overloaded, InvalidBody
   */
  prepare?(body: Body, requestContext: RequestContext): Promise<unknown>;
  /** Resolves the body of a start. */
  start?(body: Body, prepared: unknown, startContext: StartContext): StartResolution | Promise<StartResolution>;
  /**
   * Resolves the body of an event within the session's turn, so it reads the current session.
   * @returns null if the event does not concern the current session: nothing happens
   */
  event?(
    body: Body,
    session: ResolvingSession,
    requestContext: RequestContext & { readonly prepared: unknown },
  ): Resolution | null | Promise<Resolution | null>;
}

/** A person who works for the service: the name of the key they used, and the name that they gave themselves. */
export interface Agent {
  readonly keyName: string;
  readonly name: string;
}

/** The owner of an account, and the login that proves it. */
export interface Owner {
  readonly accountId: string;
  readonly sessionId: string;
}

/** The caller of a request: the client that limits count, and the agent or the owner behind it. */
export interface Caller {
  /** The key under which limits count the requests, such as the address; null if they are not counted. */
  readonly client: string | null;
  /** The agent who starts the session; absent if no agent does. */
  readonly agent?: Agent;
  /** The owner whose login the request proves; absent without such a login. */
  readonly owner?: Owner;
  /** The person's address: the client's, or the one that a trusted server names for the person it calls for. Null if unknown. */
  readonly address: string | null;
  /** The network around that address: the /24 of IPv4, the /48 of IPv6. */
  readonly network: string | null;
  /** The name of the client key that the request came with; null without one. */
  readonly clientKey: string | null;
}

/** The caller of events that the service itself sends. A client was counted when the task that leads to them was admitted. */
export const serviceCaller: Caller = Object.freeze({ client: null, address: null, network: null, clientKey: null });

/** One attempt at a task. `Input` is the type of the machine's input for the task. */
export interface TaskAttempt<Input = unknown> {
  readonly sessionId: string;
  readonly workflow: string;
  /** The version of the workflow that the session runs. */
  readonly version: number;
  readonly keyId: string;
  /** The session that waits for the end of this one; null if none does. */
  readonly parent: Parent | null;
  /** The same for every attempt at the task, in any process. Serves as the idempotency key at providers. */
  readonly key: string;
  /** The number of the task within its session. */
  readonly generation: number;
  /** The number of this attempt at the task, from 1. Attempts of dead processes count. Zero in `admit`. */
  readonly attempt: number;
  readonly input: Input;
  /** The time at which the session requested the task, in milliseconds since the epoch. */
  readonly createdAt: number;
  readonly personal: Personal;
  /** The number of the latest invitation, by invited party; absent in a session without invitations. */
  readonly invitations?: Readonly<Record<string, number>>;
  /** The times of the session's pending timers, by the name of their delay, in milliseconds since the epoch. */
  readonly deadlines: Readonly<Record<string, number>>;
}

/** The result of an attempt. The reason is for operators and the history, so it contains no address and no code. */
export type TaskResult =
  | {
      readonly outcome: 'done';
      /** The result. The machine hears only its `outcome`, one word of a few. */
      readonly output?: { readonly outcome: string };
      /** Personal details that the session adds to its own. */
      readonly personal?: Personal;
    }
  /** A child session exists, and its end will be the end of the task. */
  | { readonly outcome: 'awaits'; readonly child: string }
  /** Another machine answers later: see `Engine.answer`. Without an answer until a time, in milliseconds since the epoch, the task fails. */
  | { readonly outcome: 'deferred'; readonly until: number }
  | { readonly outcome: 'failed'; readonly reason: string }
  | { readonly outcome: 'retry'; readonly reason: string; readonly retryAfterMs?: number };

/** `Input` is the type of the task's input, as machines declare it with `task<Input>()`. */
export interface TaskHandler<Input = unknown> {
  /** The time limit of an attempt, in milliseconds; ten seconds by default. */
  readonly timeoutMs?: number;
  /**
   * The pauses between attempts, in milliseconds; after the last one the task has failed. The default is three pauses of 3, 10 and 25
   * seconds. A task whose failure the machine does not handle ignores this and is retried until it is done.
   */
  readonly retryDelaysMs?: readonly number[];
  /** The task only informs a person: no answer waits for it, and `retryDelaysMs` bounds its retries even if it is detached. */
  readonly isNotice?: true;
  /** Delays of the machine that the task depends on, by name. The start of the service checks that each machine with the task has them. */
  readonly delays?: readonly string[];
  /**
   * Called before the commit of a task that a request causes; possibly several times for the same task.
   * @throws RateLimited if the task must not begin: the request gets this answer and changes nothing
   * @throws StoreUnavailable if the limit can't be read
   */
  admit?(task: TaskAttempt<Input>, caller: Caller): Promise<void>;
  /**
   * Runs one attempt. The handler must stop when the signal aborts; a thrown error counts as `retry`.
   * @param isStillClaimed resolves to true while this process owns the attempt. Call it right before an outside effect that follows a wait.
   *   It answers at once unless the last certain answer is more than a second old
   */
  run(attempt: TaskAttempt<Input>, signal: AbortSignal, isStillClaimed?: () => true | Promise<boolean>): Promise<TaskResult>;
}

/** The result of an attempt that lost its claim before its effect. If the task still exists, any process can begin it at once. */
export const claimLost: TaskResult = Object.freeze({ outcome: 'retry', reason: 'its claim no longer held', retryAfterMs: 0 });

/** Seals personal details and binds them to their session. */
export interface Vault {
  seal(sessionId: string, personal: Personal): string;
  open(sessionId: string, sealed: string): Personal;
}

/** A success, as a signed result states it. */
export interface Success {
  readonly sessionId: string;
  /** The secret key whose signing key signs, so that a later first key changes no result; null for the current one. */
  readonly keyId: string | null;
  readonly workflow: string;
  /** The time of success, in milliseconds since the epoch. */
  readonly succeededAt: number;
  readonly expiresAt: number;
  readonly subject: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Signs the results of successes. */
export interface Results {
  /**
   * Called before the commit with which a session succeeds. The session is stored together with its result, so every reader gets the
   * same one.
   * @returns null if each reader can sign the result again
   */
  seal(workflow: Workflow, session: Session): Promise<SealedResult | null>;
}

/** Issues the ids of new sessions. */
export interface SessionIds {
  /** The secret key from which new sessions' codes and tokens are derived. */
  readonly keyId: string;
  /** A new id for a session that starts now. */
  fresh(now: number): string;
  /** The ids that an Idempotency-Key stands for, one for each secret key, the current key first. Each day has its own ids. */
  derived(scope: string, key: string, day: number): readonly string[];
  /** The id of the session that a task starts, by the secret key of the parent: always the same. */
  child(keyId: string, taskKey: string): string;
}

/** The part of structured logging that the engine uses. */
export interface Log {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** Receives the events that metrics count. */
export interface Observer {
  committed(entry: { readonly workflow: string; readonly event: string; readonly to: string; readonly refusal: string | null }): void;
  attempted(entry: { readonly task: string; readonly outcome: TaskResult['outcome'] }): void;
  conflicted(): void;
  /**
   * Called when a session is woken by the clock instead of a request.
   * @param lateMs how long the session was due; null for a session whose process died during an attempt
   */
  woken(lateMs: number | null): void;
}
