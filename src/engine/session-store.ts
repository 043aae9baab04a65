/**
 * What the engine needs of a database. Implementations live in src/store; one contract suite holds
 * them all to this page.
 */
import type { HistoryEntry, Session, SessionStatus } from './session.ts';

/** One step of one session, to be written whole or not at all. */
export interface Commit {
  /** The session after the step. */
  readonly session: Session;
  /** The revision it was stepped from; 0 for a session that is to be created. */
  readonly from: number;
  readonly history: readonly HistoryEntry[];
  /** Earliest timer or retry, on the engine's clock; null when nothing is due. */
  readonly dueAt: number | null;
  /**
   * What becomes of the lease on the attempts under way: a new one for so many milliseconds of real time from the
   * commit, the present one kept, or none because nothing is under way.
   */
  readonly lease: { readonly ms: number } | 'keep' | 'none';
}

/** A session as it was read. */
export interface Loaded {
  readonly session: Session;
  /** Whether attempts are under way whose lease has run out: their process died, or lost its way. */
  readonly leaseLapsed: boolean;
}

export interface DueQuery {
  /** Now, on the engine's clock. */
  readonly now: number;
  readonly limit: number;
  /** How many to leave at the front, of those that are due by the clock. */
  readonly skip: number;
  /** Ids to leave out. */
  readonly except: readonly string[];
}

/** What to keep of finished sessions. */
export interface PurgeQuery {
  readonly endedBefore: number;
  readonly limit: number;
}

export interface VersionInUse {
  readonly workflow: string;
  readonly version: number;
  readonly sessions: number;
}

/** Sessions that are alike as far as a picture of their machine shows. */
export interface StateCount {
  readonly workflow: string;
  readonly version: number;
  readonly status: SessionStatus;
  /** The path of the state. */
  readonly state: string;
  readonly sessions: number;
}

/** Sessions of one kind, from one id downwards. */
export interface SessionQuery {
  readonly workflow: string | null;
  /** The path of the state. */
  readonly state: string | null;
  readonly accountId: string | null;
  /** Only those whose id is smaller; null: from the greatest on, which is the youngest unless an Idempotency-Key chose it. */
  readonly below: string | null;
  readonly limit: number;
}

/** A session as a list shows it. */
export type ListedSession = Pick<
  Session,
  'id' | 'workflow' | 'version' | 'revision' | 'status' | 'accountId' | 'createdAt' | 'updatedAt' | 'endedAt'
> & { readonly state: string };

export interface SessionStore {
  /**
   * Writes each commit whose session still has the revision it was stepped from (or, for a new one, whose id is free),
   * and its history with it. All in one durable statement; a conflict of one changes nothing for the others.
   * @returns for each commit, in order, whether it was written.
   */
  commit(commits: readonly Commit[]): Promise<boolean[]>;
  /** @returns the session, or null when there is none of that id. */
  load(id: string): Promise<Loaded | null>;
  /** @returns the current revision of the session, or null. */
  revision(id: string): Promise<number | null>;
  /** @returns what happened to a session, oldest first. */
  history(id: string): Promise<HistoryEntry[]>;
  /** Sessions with something due, or with a lease that ran out (leases run on the database's own clock), most overdue first. */
  due(query: DueQuery): Promise<Loaded[]>;
  /** When the next session falls due on the engine's clock, and in how many real milliseconds the next lease runs out; null for neither. */
  nextDue(): Promise<{ dueAt: number | null; leaseInMs: number | null }>;
  /** The earliest time at or before `until` at which a session with an unfinished task falls due; null when none does. */
  nextTaskDueAt(until: number): Promise<number | null>;
  /** By id, the greatest first. May read many to find few: for people who look. */
  list(query: SessionQuery): Promise<ListedSession[]>;
  /** Deletes finished sessions with their history, but for those that still have something to tell. @returns how many. */
  purge(query: PurgeQuery): Promise<number>;
  /** The versions of workflows that sessions use which will be woken some day, and those that are set aside: stranded or suspended. */
  versionsInUse(): Promise<VersionInUse[]>;
  /** How many sessions are in which state, the ended ones included. Reads every session: for people who look, not for the path of a request. */
  countByState(): Promise<StateCount[]>;
  /**
   * Sets aside the sessions of a version that would be woken some day or are suspended (status `stranded`), or takes back those that are
   * set aside, suspended ones included. One that waits for nothing is left as it is: only a request could move it, and a request finds no
   * machine either. @returns how many.
   */
  setStranded(workflow: string, version: number, stranded: boolean): Promise<number>;
  /** Stranded sessions of a version, by id, beginning after an id. */
  stranded(query: {
    readonly workflow: string;
    readonly version: number;
    readonly after: string | null;
    readonly limit: number;
  }): Promise<Session[]>;
  /** The database's clock, in milliseconds since the epoch. */
  databaseTime(): Promise<number>;
  /** Resolves when the database answers, rejects when it does not. */
  ping(): Promise<void>;
}
