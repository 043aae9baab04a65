/** An open database, PostgreSQL or PGlite. */
import type { Kysely } from 'kysely';
import type { SessionStore } from '../engine/session-store.ts';
import type { AuditRecords } from './audit-records.ts';
import type { Budgets } from './budgets.ts';
import type { SandboxRecords } from './sandbox-records.ts';
import type { Tables } from './schema.ts';

/** The use of a pool of connections. */
export interface PoolUse {
  readonly pool: 'sessions' | 'budgets';
  readonly busy: number;
  readonly idle: number;
  /** Statements that wait for a connection. */
  readonly waiting: number;
}

export interface Store {
  readonly kind: 'postgres' | 'pglite';
  /** The address of the database for logs and status pages, without a password. */
  readonly description: string;
  /** For the tables of modules. */
  readonly db: Kysely<Tables>;
  /** The same database over a separate pool. Each new session draws on limits, and thousands of such draws must not delay other sessions. */
  readonly limits: Kysely<Tables>;
  readonly sessions: SessionStore;
  readonly sandbox: SandboxRecords;
  readonly budgets: Budgets;
  readonly audit: AuditRecords;
  /** The use of each pool of connections; empty for PGlite. */
  connections(): PoolUse[];
  close(): Promise<void>;
}
