/** An opened database, whichever it is. */
import type { Kysely } from 'kysely';
import type { SessionStore } from '../engine/session-store.ts';
import type { AuditRecords } from './audit-records.ts';
import type { Budgets } from './budgets.ts';
import type { SandboxRecords } from './sandbox-records.ts';
import type { Tables } from './schema.ts';

/** How a pool of connections is used. */
export interface PoolUse {
  readonly pool: 'sessions' | 'budgets';
  readonly busy: number;
  readonly idle: number;
  /** Statements that wait for a connection. */
  readonly waiting: number;
}

export interface Store {
  readonly kind: 'postgres' | 'pglite';
  /** Where it is, for logs and status pages. Holds no password. */
  readonly description: string;
  /** For the tables of modules. */
  readonly db: Kysely<Tables>;
  /** The same over connections of its own: for what each new session draws on, so that thousands of draws do not stand before steps. */
  readonly limits: Kysely<Tables>;
  readonly sessions: SessionStore;
  readonly sandbox: SandboxRecords;
  readonly budgets: Budgets;
  readonly audit: AuditRecords;
  /** The connections to the database, by what they are for; none where there is no server. */
  connections(): PoolUse[];
  close(): Promise<void>;
}
