/** What the engine asks of the outside, by name. The composition root supplies it. */

import type { Context, MachineEvent, Payload } from '../../machines/workflow.ts';
import type { LimitName } from './errors.ts';
import type { Parent, Rejection } from './session.ts';

/**
 * What a session knows about a person: flat, small, sealed at rest. Only resolvers, tasks and views read it. `accountId` is the
 * account that the session is about: it is kept in the open too, so that an account's sessions can be found.
 */
export type Personal = Readonly<Record<string, string>>;

/** What a resolver may know of the session that an event is meant for. */
export interface ResolvingSession {
  readonly id: string;
  readonly workflow: string;
  readonly keyId: string;
  readonly context: Context;
  readonly personal: Personal;
  /** The time, in milliseconds since the epoch. */
  readonly at: number;
  /** What the machine would say to the event with a payload: nothing is changed by asking. */
  readonly preview: (payload: Payload) => Rejection | null;
}

/** What is known of a request before a session is looked at. */
export interface RequestContext {
  /** Names the request: the same for every turn that it takes, and for its repetitions with the same Idempotency-Key. */
  readonly attempt: string;
  readonly caller: Caller;
}

export interface Resolution {
  /** The payload of the machine event, one of those that the workflow lists. */
  readonly payload: Payload;
  /** The personal details from now on, if the machine takes the event and does not refuse it. */
  readonly personal?: Personal;
  /** The personal details from now on if the machine refuses the event, for the tasks that follow the refusal. */
  readonly personalIfRefused?: Personal;
  /** When the same event would not be refused, in milliseconds since the epoch, where the machine does not know. */
  readonly refusedUntil?: number;
  /** The limit that refuses the event. */
  readonly refusedBy?: LimitName;
}

/** What the body that starts a session comes to. */
export interface StartResolution {
  /** What is known of the person in any case. */
  readonly personal: Personal;
  /** What the new session hears at once, one of the events that the workflow lists; null for nothing. */
  readonly event: MachineEvent | null;
  /** The input of the machine, one of those that the workflow lists; absent for a machine that takes none. */
  readonly input?: Payload;
  /** The personal details from then on, if the machine takes that event and does not refuse it. */
  readonly personalIfTaken?: Personal;
}

/**
 * Turns a body, already checked against its schema, into what the machine hears.
 * @throws InvalidBody when the body means nothing after all; nothing changes
 * `Body` is the type of that schema.
 */
export interface Resolver<Body extends object = Readonly<Record<string, unknown>>> {
  /** The refusals that it can throw, besides those of the machine, for the API reference. */
  readonly refusals?: readonly string[];
  /**
   * Slow work, done once before the session's turn. What its result rests on may have changed by then: the turn looks again.
   * @throws RateLimited, Overloaded, InvalidBody
   */
  prepare?(body: Body, requestContext: RequestContext): Promise<unknown>;
  /** For the body that starts a session. */
  start?(body: Body, prepared: unknown, requestContext: RequestContext): StartResolution | Promise<StartResolution>;
  /**
   * For an event; runs inside the session's turn, so it sees the session as it is just then.
   * @returns null when the event is not about the session as it is: nothing happens
   */
  event?(
    body: Body,
    session: ResolvingSession,
    requestContext: RequestContext & { readonly prepared: unknown },
  ): Resolution | null | Promise<Resolution | null>;
}

/** One of those who run the service: the name of the key that was shown, and who says to have shown it. */
export interface Agent {
  readonly keyName: string;
  readonly name: string;
}

/** The owner of an account, and the login that shows it. */
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

/** One attempt at a task. `Input` is the input that its machine gives it. */
export interface TaskAttempt<Input = unknown> {
  readonly sessionId: string;
  readonly workflow: string;
  readonly keyId: string;
  /** The session that waits for this one's end; null where none does. */
  readonly parent: Parent | null;
  /** Same for every attempt at the same task, in whichever process; the provider's idempotency key. */
  readonly key: string;
  /** Counts the tasks of the session. */
  readonly generation: number;
  readonly input: Input;
  /** When the session asked for it, in milliseconds since the epoch. */
  readonly createdAt: number;
  readonly personal: Personal;
  /** Pending timers of the session by the name of their delay, in milliseconds since the epoch. */
  readonly deadlines: Readonly<Record<string, number>>;
}

/** How an attempt ended. A reason is for operators and history: no address, no code. */
export type TaskResult =
  | {
      readonly outcome: 'done';
      /** What it came to: the machine hears its `outcome`, one word of a few, and nothing else of it. */
      readonly output?: { readonly outcome: string };
      /** What the session knows of the person from now on, besides what it knew. */
      readonly personal?: Personal;
    }
  /** A session of its own is there, and its end will be the task's. */
  | { readonly outcome: 'awaits'; readonly child: string }
  | { readonly outcome: 'failed'; readonly reason: string }
  | { readonly outcome: 'retry'; readonly reason: string; readonly retryAfterMs?: number };

/** `Input` is the input that machines give the task: what they declare with `task<Input>()`. */
export interface TaskHandler<Input = unknown> {
  /** How long an attempt may take, in milliseconds; ten seconds unless it says otherwise. */
  readonly timeoutMs?: number;
  /**
   * The pauses between attempts, in milliseconds; after the last one the task has failed. Unless it says otherwise: three pauses of 3, 10
   * and 25 seconds. A task whose failure the machine does not hear is tried until it is done, whatever this says.
   */
  readonly retryDelaysMs?: readonly number[];
  /** The task only tells a person something: no answer waits for it, and `retryDelaysMs` bounds its retries even if it is detached. */
  readonly isNotice?: true;
  /**
   * Asked before a task that a request leads to is committed; may be asked more than once for the same task.
   * @throws RateLimited when it must not be begun: the request is answered so, and changes nothing
   * @throws StoreUnavailable when that can't be found out
   */
  admit?(task: TaskAttempt<Input>, caller: Caller): Promise<void>;
  /**
   * Runs one attempt. The handler must stop when the signal aborts; a thrown error counts as `retry`.
   * @param isStillClaimed whether this process still owns the attempt. Ask right before an outside effect that follows a wait. The answer
   *   is immediate unless the last certain answer is more than a second old
   */
  run(attempt: TaskAttempt<Input>, signal: AbortSignal, isStillClaimed?: () => true | Promise<boolean>): Promise<TaskResult>;
}

/** The result of an attempt that lost its claim before its effect. If the task still exists, it is due at once, for any process. */
export const claimLost: TaskResult = Object.freeze({ outcome: 'retry', reason: 'its claim no longer held', retryAfterMs: 0 });

/** Seals personal details, bound to their session. */
export interface Vault {
  seal(sessionId: string, personal: Personal): string;
  open(sessionId: string, sealed: string): Personal;
}

/** Names new sessions. */
export interface Identities {
  /** The secret key that new sessions' codes and tokens are derived with. */
  readonly keyId: string;
  /** An id for a session that starts now. */
  fresh(now: number): string;
  /** The ids that an Idempotency-Key stands for, one by each secret key, the current one first; each day has others. */
  derived(scope: string, key: string, day: number): readonly string[];
  /** The id of the session that a task stands for, by the secret key that its own session has: always the same. */
  child(keyId: string, taskKey: string): string;
}

/** Structured logging, as far as the engine needs it. */
export interface Log {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** What happened, for whoever counts it. */
export interface Observer {
  committed(entry: { readonly workflow: string; readonly event: string; readonly to: string; readonly refusal: string | null }): void;
  attempted(entry: { readonly task: string; readonly outcome: TaskResult['outcome'] }): void;
  conflicted(): void;
  /**
   * A session was woken that nobody had asked for.
   * @param lateMs how long it was due; null for one whose process had died with an attempt at a task under way
   */
  woken(lateMs: number | null): void;
}
