/**
 * The sessions of one database in memory, shared by processes that can die. A process that has died gets no answer any more, and
 * what it had leased has lapsed: nobody has to wait for that.
 */
import type { HistoryEntry, Session } from '../../src/engine/session.ts';
import type { Commit, DueQuery, Loaded, SessionStore } from '../../src/engine/session-store.ts';

interface Row {
  session: Session;
  history: HistoryEntry[];
  dueAt: number | null;
  /** Who holds the lease. */
  lease: MemoryProcess | null;
}

export interface MemoryProcess {
  readonly store: SessionStore;
  isDead: boolean;
  /** How many more sessions it writes before it dies. */
  writesLeft: number;
}

const never = new Promise<never>(() => {});

export class MemoryDatabase {
  readonly rows = new Map<string, Row>();

  /** @param writesLeft how many sessions it writes before it dies */
  process(writesLeft = Number.POSITIVE_INFINITY): MemoryProcess {
    const process: MemoryProcess = { isDead: false, writesLeft, store: this.#storeOf(() => process) };
    return process;
  }

  /** Ends a lease as if its time were up, although its process may live. */
  lapse(id: string): void {
    const row = this.rows.get(id);
    if (row) row.lease = { ...this.process(), isDead: true };
  }

  get sessions(): Session[] {
    return [...this.rows.values()].map(({ session }) => session);
  }

  #storeOf(self: () => MemoryProcess): SessionStore {
    const alive = async <T>(answer: () => T): Promise<T> => {
      await new Promise((resolve) => setImmediate(resolve));
      return self().isDead ? never : answer();
    };
    const unused = () => Promise.reject(new Error('The engine asks for no such thing here'));
    return {
      commit: (commits) =>
        alive(() => commits.map((commit) => this.#write(commit, self()))).then((written) => (self().isDead ? never : written)),
      load: (id) => alive(() => this.#loaded(id)),
      revision: (id) => alive(() => this.rows.get(id)?.session.revision ?? null),
      history: (id) => alive(() => this.rows.get(id)?.history ?? []),
      due: (query) => alive(() => this.#due(query)),
      nextDue: () => alive(() => ({ dueAt: null, leaseInMs: null })),
      ping: () => alive(() => undefined),
      nextTaskDueAt: unused,
      list: unused,
      purge: async () => 0,
      versionsInUse: unused,
      countByState: unused,
      setStranded: unused,
      stranded: unused,
      databaseTime: unused,
    };
  }

  #write({ session, from, history, dueAt, lease }: Commit, process: MemoryProcess): boolean {
    if (process.isDead) return false;
    const row = this.rows.get(session.id);
    if ((row?.session.revision ?? 0) !== from) return false;
    const kept = lease === 'keep' ? (row?.lease ?? null) : lease === 'none' ? null : process;
    // As a database does, it gives back a copy.
    const copy = structuredClone({ session, history: [...(row?.history ?? []), ...history] });
    this.rows.set(session.id, { ...copy, dueAt, lease: kept });
    process.writesLeft -= 1;
    if (process.writesLeft <= 0) process.isDead = true;
    return true;
  }

  #loaded(id: string): Loaded | null {
    const row = this.rows.get(id);
    return row ? { session: row.session, leaseLapsed: row.lease?.isDead ?? false } : null;
  }

  #due({ now, limit, except }: DueQuery): Loaded[] {
    const due = [...this.rows.values()].filter(({ dueAt, lease }) => (dueAt !== null && dueAt <= now) || lease?.isDead);
    return due
      .map(({ session }) => this.#loaded(session.id))
      .filter((loaded) => loaded !== null)
      .filter(({ session }) => !except.includes(session.id))
      .slice(0, limit);
  }
}
