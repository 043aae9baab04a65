/**
 * The sessions of one database in memory, shared by processes that can die. A dead process gets no more answers, and its leases end at
 * once, so that no test waits for them.
 */
import type { HistoryEntry, Session } from '../../src/engine/session.ts';
import type { Commit, DueQuery, Loaded, SessionStore } from '../../src/engine/session-store.ts';

interface Row {
  session: Session;
  history: HistoryEntry[];
  dueAt: number | null;
  /** The owner of the lease. */
  lease: MemoryProcess | null;
}

export interface MemoryProcess {
  readonly store: SessionStore;
  isDead: boolean;
  /** The number of further sessions that it writes before it dies. */
  writesLeft: number;
}

const never = new Promise<never>(() => {});

export class MemoryDatabase {
  readonly rows = new Map<string, Row>();

  /** @param writesLeft the number of sessions that it writes before it dies */
  process(writesLeft = Number.POSITIVE_INFINITY): MemoryProcess {
    const process: MemoryProcess = { isDead: false, writesLeft, store: this.#storeOf(() => process) };
    return process;
  }

  /** Ends a lease before its time, even if its process lives. */
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
      forgetResults: async () => 0,
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
    // Returns a copy, like a database.
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
