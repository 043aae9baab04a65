/** What the client offers, for TypeScript. What depends on a workflow is derived from its schemas, in `generated/`. */
import type { HistoryEntry, ProblemDocument, Workflows } from './generated/workflow-types.js';

export type { HistoryEntry, ProblemDocument, Workflows };

/** The name of a workflow. */
export type WorkflowName = keyof Workflows;

/** A session as the service last showed it. */
export type Representation<Name extends WorkflowName = WorkflowName> = Workflows[Name]['session'];

/** What a session is started with. */
export type StartBody<Name extends WorkflowName> = Workflows[Name]['start'];

/** What a session may be sent. */
export type EventName<Name extends WorkflowName> = keyof Workflows[Name]['events'] & string;

/** What comes with an event. */
export type EventBody<Name extends WorkflowName, Event extends EventName<Name>> = Workflows[Name]['events'][Event];

/** The workflows that one of this name starts as its children. */
export type ChildName<Name extends WorkflowName> =
  Representation<Name> extends { child: { workflow: infer Child extends WorkflowName } | null } ? Child : never;

/** The workflows that log a person in. */
export type LoginName = { [Name in WorkflowName]: 'accessToken' extends keyof Representation<Name> ? Name : never }[WorkflowName];

/** The moments that a session of any of these workflows may be heading for. */
export type DeadlineName<Name extends WorkflowName> = Name extends WorkflowName ? keyof Workflows[Name]['deadlines'] & string : never;

/** A kind of problem: one of the service's, or that no answer came, or one that is not the service's own. */
export type ProblemCode = ProblemDocument['code'] | 'unreachable' | 'unexpected-answer';

export interface ClientOptions {
  /** The key of your server, where the service wants one from whoever starts sessions (`CLIENT_KEYS`). Not for browsers. */
  readonly clientKey?: string;
  /** Used instead of the platform's own `fetch`. */
  readonly fetch?: typeof fetch;
  /** How long an answer may take before the request is repeated, in milliseconds: 15,000 where nothing is said. */
  readonly timeoutMs?: number;
}

export interface ReadOptions {
  /** Gives the request up. */
  readonly signal?: AbortSignal;
}

export interface WriteOptions extends ReadOptions {
  /** To repeat a request later than the client does by itself, such as after a restart: 22 random characters or more. */
  readonly idempotencyKey?: string;
}

export interface ResumeOptions extends ReadOptions {
  /** Who acts, where an agent does (`X-Agent`). */
  readonly agent?: string;
}

/** Starts a session of the workflow. An owner authenticates with a login's access token, an agent with a staff key and a name. */
export type StartOptions<Name extends WorkflowName> = WriteOptions & Starter[Workflows[Name]['startedBy']];

interface Starter {
  anybody: unknown;
  owner: {
    /** `accessToken` of a completed login, or a renewed one. */
    readonly token: string;
  };
  agent: {
    /** The key of an administrator. */
    readonly token: string;
    /** Who acts. */
    readonly agent: string;
  };
}

type StartArguments<Name extends WorkflowName> = Workflows[Name]['startedBy'] extends 'anybody'
  ? [options?: StartOptions<Name>]
  : [options: StartOptions<Name>];

type NoFields = Readonly<Record<string, never>>;

type EventArguments<Body> = [keyof Body] extends [never]
  ? [body?: NoFields, options?: WriteOptions]
  : Record<never, never> extends Body
    ? [body?: Body, options?: WriteOptions]
    : [body: Body, options?: WriteOptions];

/** @param baseUrl where the service is: `https://verify.example.com`; the empty string on a page of the service itself */
export declare function createClient(baseUrl: string | URL, options?: ClientOptions): Client;

export interface Client {
  /**
   * Starts a session. A lost answer is asked for again, and starts nothing twice.
   * @throws VerificationProblem
   */
  start<Name extends WorkflowName>(workflow: Name, body: StartBody<Name>, ...options: StartArguments<Name>): Promise<Session<Name>>;

  /**
   * Takes up a session that was started before, here or elsewhere.
   * @param token the session's; of a workflow that agents start, the access token of the owner's login, or the agent's key
   * @throws VerificationProblem
   */
  resume<Name extends WorkflowName>(workflow: Name, id: string, token: string, options?: ResumeOptions): Promise<Session<Name>>;

  /** What the service's clock shows now, as far as its last answer tells: never ahead of it while that clock runs. */
  now(): Date;

  /** Asks what the service's clock shows. Every answer says so too: this is for after the clock of a sandbox was moved. */
  synchronise(options?: ReadOptions): Promise<Date>;
}

/** A moment that a session is heading for. */
export interface Deadline {
  readonly at: Date;
  /** How far off it is now, by the service's clock, whatever the clock here shows; 0 once it has passed. */
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
  /** What opens it: keep it as safe as a password, and give it to `resume`. */
  readonly token: string;
  /** As the service last showed it. It is another object after every change. */
  readonly current: Representation<Name>;
  /** Those that are pending, by name. Look again for a countdown: what is left is of now. */
  readonly deadlines: { readonly [Moment in DeadlineName<Name>]?: Deadline };

  /**
   * Sends an event. A lost answer is asked for again, and nothing happens twice.
   * @returns the session after it
   * @throws VerificationProblem for what is refused; `current` then shows the session as it is after that
   */
  send<Event extends EventName<Name>>(event: Event, ...body: EventArguments<EventBody<Name, Event>>): Promise<Representation<Name>>;

  /**
   * Renews the access token of a completed login; `current` shows the new one from then on.
   * @throws VerificationProblem `unauthenticated` once the login has ended: the person has to log in again
   */
  renewAccess(this: Session<LoginName>, options?: WriteOptions): Promise<Access>;

  /** Reads the session. @throws VerificationProblem */
  refresh(options?: ReadOptions): Promise<Representation<Name>>;

  /** Reads what happened, oldest first. @throws VerificationProblem */
  history(options?: ReadOptions): Promise<readonly HistoryEntry[]>;

  /**
   * The session now, and again after every change, whoever made it; ends after the final one, and when the signal says so.
   * A connection that breaks is made again.
   * @throws VerificationProblem when the session can't be read any more
   */
  follow(options?: ReadOptions): AsyncGenerator<Representation<Name>, void, undefined>;

  /**
   * The session that this one waits for now, read anew.
   * @param workflow only one of this name
   * @returns null where it waits for none
   * @throws VerificationProblem
   */
  child(options?: ReadOptions): Promise<Session<ChildName<Name>> | null>;
  child<Child extends ChildName<Name>>(workflow: Child, options?: ReadOptions): Promise<Session<Child> | null>;
}

/** A request that failed or was refused. Decide by `code`; the message is for people who look for a mistake. */
export declare class VerificationProblem extends Error {
  private constructor();
  override readonly name: 'VerificationProblem';
  readonly code: ProblemCode;
  /** The status of the answer; 0 where none came. */
  readonly status: number;
  /** After how long the same request would not fail for this reason; null where waiting changes nothing. */
  readonly retryAfterMs: number | null;
  /** With `wrong-code`: further guesses of this code. */
  readonly attemptsLeft: number | null;
  /** With `rate-limited`: the limit that refused; null if the answer names none. */
  readonly limit: NonNullable<ProblemDocument['limit']> | null;
  /** With `rate-limited`: other channels that would accept the same message now. */
  readonly channels: NonNullable<ProblemDocument['channels']>;
  /** The session, wherever it may be seen. */
  readonly session: Representation | null;
  /** The token of a session that was started all the same, with `invalid-credentials`: `resume` it to try again. */
  readonly sessionToken: string | null;
  /** With `invalid-request` and the like: each place that is wrong. */
  readonly errors: readonly { readonly path: string; readonly message: string }[];
  /** The whole document; null where it is none. */
  readonly problem: ProblemDocument | null;
}
