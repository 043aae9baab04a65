/** The engine's interface to a database. The implementations are in src/store, and one contract suite tests them all. */
import type { HistoryEntry, Session, SessionStatus } from './session.ts';

/** One step of one session. The store writes the whole step or nothing. */
export interface Commit {
  /** The session after the step. */
  readonly session: Session;
  /** The revision before the step; 0 for a new session. */
  readonly from: number;
  readonly history: readonly HistoryEntry[];
  /** The earliest timer or retry, on the engine's clock; null if nothing is due. */
  readonly dueAt: number | null;
  /**
   * The lease on the attempts under way. `ms`: a new lease of this length, from the commit, in real time. `keep`: the present lease stays.
   * `none`: no attempt is under way.
   */
  readonly lease: { readonly ms: number } | 'keep' | 'none';
}

/** A session as read from the store. */
export interface Loaded {
  readonly session: Session;
  /** True if the lease of attempts under way has run out: their process died or hangs. */
  readonly leaseLapsed: boolean;
}

export interface DueQuery {
  /** The time on the engine's clock. */
  readonly now: number;
  readonly limit: number;
  /** The number of due sessions to skip at the front of the queue. */
  readonly skip: number;
  /** The ids to leave out. */
  readonly except: readonly string[];
}

/** Selects the results to delete. */
export interface ExpiryQuery {
  /** The time on the engine's clock. */
  readonly now: number;
  readonly limit: number;
}

/** Selects the finished sessions to delete. */
export interface PurgeQuery {
  readonly endedBefore: number;
  readonly limit: number;
}

export interface VersionInUse {
  readonly workflow: string;
  readonly version: number;
  readonly sessions: number;
}

/** The number of sessions in one state of one version of a workflow. */
export interface StateCount {
  readonly workflow: string;
  readonly version: number;
  readonly status: SessionStatus;
  /** The path of the state. */
  readonly state: string;
  readonly sessions: number;
}

/** Selects sessions of one kind, from an id downwards. */
export interface SessionQuery {
  readonly workflow: string | null;
  /** The path of the state. */
  readonly state: string | null;
  readonly accountId: string | null;
  /** Only sessions with a smaller id. Null starts at the greatest id: the youngest session, unless an Idempotency-Key determined the id. */
  readonly below: string | null;
  readonly limit: number;
}

/** A session as lists show it. */
export type ListedSession = Pick<
  Session,
  'id' | 'workflow' | 'version' | 'revision' | 'status' | 'accountId' | 'createdAt' | 'updatedAt' | 'endedAt'
> & { readonly state: string };

export interface SessionStore {
  /**
   * Writes each commit whose session still has the commit's earlier revision (or, for a new session, whose id is free), together with its
   * history. All in one durable statement. A conflict of one commit does not affect the others.
   * @returns for each commit, in order, true if it was written
   */
  commit(commits: readonly Commit[]): Promise<boolean[]>;
  /** @returns the session; null if the id does not exist */
  load(id: string): Promise<Loaded | null>;
  /** @returns the current revision of the session; null if the id does not exist */
  revision(id: string): Promise<number | null>;
  /** @returns the history of a session, oldest entry first */
  history(id: string): Promise<HistoryEntry[]>;
  /** Due sessions, and sessions whose lease has run out (leases use the database's own clock), most overdue first. */
  due(query: DueQuery): Promise<Loaded[]>;
  /** The next due time on the engine's clock, and the real milliseconds until the next lease runs out; null for none. */
  nextDue(): Promise<{ dueAt: number | null; leaseInMs: number | null }>;
  /** The earliest due time of a session with an unfinished task, up to `until`; null if there is none. */
  nextTaskDueAt(until: number): Promise<number | null>;
  /** Sessions in descending order of their ids. May read many rows to find few, so it serves people and not requests of clients. */
  list(query: SessionQuery): Promise<ListedSession[]>;
  /** Deletes finished sessions with their history, except those with unfinished tasks. @returns their number */
  purge(query: PurgeQuery): Promise<number>;
  /** Deletes expired results from their sessions, which stay otherwise unchanged and keep their revision. @returns their number */
  forgetResults(query: ExpiryQuery): Promise<number>;
  /** The workflow versions of all sessions that wait for something, or are set aside (stranded or suspended). */
  versionsInUse(): Promise<VersionInUse[]>;
  /** The number of sessions in each state, including ended ones. Reads every session, so it serves people and not requests of clients. */
  countByState(): Promise<StateCount[]>;
  /**
   * Sets aside all waiting and suspended sessions of a version (status `stranded`), or takes back those that are set aside, including
   * suspended ones. A session that waits for nothing stays unchanged: only a request could change it, and that request fails because
   * the machine is missing.
   * @returns their number
   */
  setStranded(workflow: string, version: number, stranded: boolean): Promise<number>;
  /** The stranded sessions of a version, ordered by id, after an id. */
  stranded(query: {
    readonly workflow: string;
    readonly version: number;
    readonly after: string | null;
    readonly limit: number;
  }): Promise<Session[]>;
  /** The database's clock, in milliseconds since the epoch. */
  databaseTime(): Promise<number>;
  /** Resolves if the database answers, rejects if it does not. */
  ping(): Promise<void>;
}
