/** The client's API. Types that depend on a workflow are derived from its schemas, in `generated/`. */
import type { HistoryEntry, ProblemDocument, Workflows } from './generated/workflow-types.js';

export type { HistoryEntry, ProblemDocument, Workflows };

export type WorkflowName = keyof Workflows;

/** A session as the service returns it. */
export type Representation<Name extends WorkflowName = WorkflowName> = Workflows[Name]['session'];

/** The body that starts a session. */
export type StartBody<Name extends WorkflowName> = Workflows[Name]['start'];

/** The events that a session accepts. */
export type EventName<Name extends WorkflowName> = keyof Workflows[Name]['events'] & string;

/** The body of an event. */
export type EventBody<Name extends WorkflowName, Event extends EventName<Name>> = Workflows[Name]['events'][Event];

/** The role that sends an event, such as `holder`; several if the workflow gives the event to several parties. */
export type EventSender<Name extends WorkflowName, Event extends EventName<Name>> = Workflows[Name]['senders'][Event &
  keyof Workflows[Name]['senders']];

/** The events of one role. */
export type EventOfSender<Name extends WorkflowName, Sender extends string> = {
  [Event in EventName<Name>]: Sender extends EventSender<Name, Event> ? Event : never;
}[EventName<Name>];

/** The workflows that a session of this workflow can start as child sessions. */
export type ChildName<Name extends WorkflowName> =
  Representation<Name> extends { child: { workflow: infer Child extends WorkflowName } | null } ? Child : never;

/** The workflows that log a person in. */
export type LoginName = { [Name in WorkflowName]: 'accessToken' extends keyof Representation<Name> ? Name : never }[WorkflowName];

/** The deadlines that a session of any of these workflows can have. */
export type DeadlineName<Name extends WorkflowName> = Name extends WorkflowName ? keyof Workflows[Name]['deadlines'] & string : never;

/** A code of the service's problems, `unreachable` without an answer, or `unexpected-answer` for an answer not by the service. */
export type ProblemCode = ProblemDocument['code'] | 'unreachable' | 'unexpected-answer';

export interface ClientOptions {
  /** The key of your server, if the service requires one to start sessions (`CLIENT_KEYS`). Not for browsers. */
  readonly clientKey?: string;
  /** Replaces the platform's `fetch`. */
  readonly fetch?: typeof fetch;
  /** Time-out of each attempt, in milliseconds. Default: 15,000. */
  readonly timeoutMs?: number;
}

export interface ReadOptions {
  /** Aborts the request. */
  readonly signal?: AbortSignal;
}

export interface WriteOptions extends ReadOptions {
  /** At least 22 random characters. Needed only to repeat a request beyond the client's own retries, such as after a restart. */
  readonly idempotencyKey?: string;
}

export interface ResumeOptions extends ReadOptions {
  /** The name of the acting agent (`X-Agent`). */
  readonly agent?: string;
}

/** Starts a session of the workflow. An owner authenticates with a login's access token, an agent with an admin key and a name. */
export type StartOptions<Name extends WorkflowName> = WriteOptions & Starter[Workflows[Name]['startedBy']];

interface Starter {
  anybody: unknown;
  owner: {
    /** `accessToken` of a completed login, or a renewed one. */
    readonly token: string;
  };
  agent: {
    /** The key of an admin. */
    readonly token: string;
    /** The name of the acting agent. */
    readonly agent: string;
  };
}

/** The workflows that anybody may start. */
type OpenName = { [Name in WorkflowName]: Workflows[Name]['startedBy'] extends 'anybody' ? Name : never }[WorkflowName];

/**
 * The options are required if one of the workflows needs credentials. A generic function may omit them: while `Name` is a type parameter,
 * `Openness` gives `'open'`, so the compiler checks only the branch with optional options.
 */
type StartArguments<Name extends WorkflowName> =
  Openness<Name> extends never ? [options: StartOptions<Name>] : [options?: StartOptions<Name>];

/** `never` if one of the workflows needs credentials. Objects, because the compiler would not evaluate a plain comparison of the names. */
type Openness<Name extends WorkflowName> = { name: Name } extends { name: OpenName } ? 'open' : never;

type NoFields = Readonly<Record<string, never>>;

type EventArguments<Body> = [keyof Body] extends [never]
  ? [body?: NoFields, options?: WriteOptions]
  : Record<never, never> extends Body
    ? [body?: Body, options?: WriteOptions]
    : [body: Body, options?: WriteOptions];

/** @param baseUrl the service's URL, such as `https://verify.example.com`; the empty string on a page of the service itself */
export declare function createClient(baseUrl: string | URL, options?: ClientOptions): Client;

export interface Client {
  /**
   * Starts a session. Retries a lost answer without starting a second session.
   * @throws VerificationProblem
   */
  start<Name extends WorkflowName>(workflow: Name, body: StartBody<Name>, ...options: StartArguments<Name>): Promise<Session<Name>>;

  /**
   * Opens a session that was started earlier, here or elsewhere.
   * @param token the session's token. For a workflow that agents start: the access token of the owner's login, or the agent's key
   * @throws VerificationProblem
   */
  resume<Name extends WorkflowName>(workflow: Name, id: string, token: string, options?: ResumeOptions): Promise<Session<Name>>;

  /** The service's time, estimated from its last answer. Never ahead of the service's clock while that clock runs. */
  now(): Date;

  /** Reads the service's clock. Every answer updates it too, so this is needed only after a sandbox's clock was moved. */
  synchronise(options?: ReadOptions): Promise<Date>;
}

/** A pending deadline of a session. */
export interface Deadline {
  readonly at: Date;
  /** Milliseconds until then by the service's clock, independent of the local one; 0 after the deadline. */
  readonly remainingMs: number;
}

/** The access token of a login. Show it only to this service. */
export interface Access {
  readonly accessToken: string;
  /** When the token expires, by the service's clock. Renew it before. */
  readonly expiresAt: Date;
}

export interface Session<Name extends WorkflowName = WorkflowName> {
  readonly workflow: Name;
  readonly id: string;
  /** Grants access to the session: protect it like a password. `resume` takes it. */
  readonly token: string;
  /** The last known state. Each change replaces the object. */
  readonly current: Representation<Name>;
  /** The pending deadlines by name. `remainingMs` is computed at each read: read it again for a countdown. */
  readonly deadlines: { readonly [Moment in DeadlineName<Name>]?: Deadline };

  /**
   * Sends an event. Retries a lost answer without sending the event twice. A union of sessions takes the events that all of them have.
   * @returns the session after the step. If the session had already succeeded, any event except `cancel` returns that session: the service
   *   answers 409 `event-not-accepted`, but the person has reached the goal
   * @throws VerificationProblem if the event is refused. `current` then holds the session after the refusal
   */
  send<This extends Session, Event extends EventName<This['workflow']>>(
    this: This,
    event: Event,
    ...body: EventArguments<EventBody<This['workflow'], Event>>
  ): Promise<This['current']>;

  /**
   * Renews the access token of a completed login. `current` then holds the new one.
   * @throws VerificationProblem `unauthenticated` once the login has ended: the person has to log in again
   */
  renewAccess(this: Session<LoginName>, options?: WriteOptions): Promise<Access>;

  /** Reads the session. @throws VerificationProblem */
  refresh(options?: ReadOptions): Promise<Representation<Name>>;

  /** Reads the history, oldest entry first. @throws VerificationProblem */
  history(options?: ReadOptions): Promise<readonly HistoryEntry[]>;

  /**
   * Yields the session now and after every change, whichever client caused it. Ends after the final state, or when the signal aborts.
   * Reconnects if the connection breaks. Where `fetch` has no streams, as in React Native, it reads the session every two seconds, and
   * changes in between are yielded as one.
   * @throws VerificationProblem if the session cannot be read any more
   */
  follow(options?: ReadOptions): AsyncGenerator<Representation<Name>, void, undefined>;

  /**
   * Reads the pending child session.
   * @param workflow returns only a session of this workflow
   * @returns the child session; null if none is pending
   * @throws VerificationProblem
   */
  child(options?: ReadOptions): Promise<Session<ChildName<Name>> | null>;
  child<Child extends ChildName<Name>>(workflow: Child, options?: ReadOptions): Promise<Session<Child> | null>;
}

/**
 * A failed or refused request. Decide by `code`. The message is in English and for people; `problem.detail` names the state, for
 * developers.
 */
export declare class VerificationProblem extends Error {
  private constructor();
  override readonly name: 'VerificationProblem';
  readonly code: ProblemCode;
  /** The HTTP status; 0 without an answer. */
  readonly status: number;
  /** Milliseconds after which the request no longer fails for this reason; null if waiting does not help. */
  readonly retryAfterMs: number | null;
  /** With `wrong-code`: the remaining attempts for this code. */
  readonly attemptsLeft: number | null;
  /** With `rate-limited`: the limit that was reached; null if the answer names none. */
  readonly limit: NonNullable<ProblemDocument['limit']> | null;
  /** With `rate-limited`: other channels that accept the same message now. */
  readonly channels: NonNullable<ProblemDocument['channels']>;
  /** The session, if the caller may read it. */
  readonly session: Representation | null;
  /** With `invalid-credentials`: the token of the session that was started nevertheless. `resume` it to try again. */
  readonly sessionToken: string | null;
  /** With `invalid-request` and similar codes: each invalid field. */
  readonly errors: readonly { readonly path: string; readonly message: string }[];
  /** The whole problem document; null if the answer has none. */
  readonly problem: ProblemDocument | null;
}
