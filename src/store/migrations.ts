/** The schema migrations of every service, and the function that applies them together with those of the modules. */
import { type Kysely, type Migration, Migrator, sql } from 'kysely';
import { StoreError } from './errors.ts';
import {
  accountMigrations,
  authenticatorAppMigrations,
  backupCodeMigrations,
  codeMigrations,
  type Migrations,
  passkeyMigrations,
} from './module-migrations.ts';
import type { Tables } from './schema.ts';
import { sessionResults } from './session-results.ts';
import { suspendedSessions } from './suspended-sessions.ts';
import { waitingSessions } from './waiting-sessions.ts';

const sessionsAndHistory: Migration = {
  async up(db) {
    // Free space on each page (fillfactor) lets an update that changes no indexed column stay on its page. Dead rows are vacuumed early,
    // because they pile up at the front of the two indexes that are polled.
    await sql`
      create table sessions (
        id uuid primary key,
        workflow text not null,
        version integer not null,
        revision integer not null,
        status text not null,
        state text not null,
        document jsonb not null,
        sealed text,
        due_at bigint,
        lease_until timestamptz,
        created_at bigint not null,
        updated_at bigint not null,
        ended_at bigint
      ) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02)`.execute(db);
    await sql`create index sessions_due on sessions (due_at) where status = 'active'`.execute(db);
    await sql`create index sessions_leased on sessions (lease_until) where status = 'active' and lease_until is not null`.execute(db);
    await sql`create index sessions_ended on sessions (ended_at) where ended_at is not null`.execute(db);
    // Nearly always empty, so this index costs nothing. It finds stranded sessions.
    await sql`create index sessions_stranded on sessions (workflow, version) where status = 'stranded'`.execute(db);
    await sql`
      create table history (
        session_id uuid not null,
        revision integer not null,
        entries jsonb not null,
        primary key (session_id, revision)
      )`.execute(db);
  },
};

const sandbox: Migration = {
  async up(db) {
    await sql`
      create table sandbox_clock (
        id integer primary key check (id = 1),
        offset_ms bigint not null,
        frozen_at bigint
      )`.execute(db);
    await sql`insert into sandbox_clock (id, offset_ms, frozen_at) values (1, 0, null)`.execute(db);
    await sql`
      create table sandbox_messages (
        key text primary key,
        id text not null unique,
        session_id uuid not null,
        channel text not null,
        "to" text not null,
        recipient text not null,
        subject text,
        text text not null,
        html text,
        code text not null,
        sent_at bigint not null,
        position bigint generated always as identity
      )`.execute(db);
    await sql`create index sandbox_messages_newest on sandbox_messages (sent_at desc, position desc)`.execute(db);
    await sql`create index sandbox_messages_of on sandbox_messages (recipient, sent_at desc, position desc)`.execute(db);
    await sql`
      create table sandbox_outcomes (
        channel text primary key,
        outcome text not null,
        remaining integer not null
      )`.execute(db);
  },
};

const outcomesPerRecipient: Migration = {
  async up(db) {
    await sql`drop table sandbox_outcomes`.execute(db);
    await sql`
      create table sandbox_outcomes (
        channel text not null,
        recipient text not null,
        outcome text not null,
        delay_ms bigint,
        remaining integer not null,
        primary key (channel, recipient)
      )`.execute(db);
  },
};

const budgets: Migration = {
  async up(db) {
    await sql`
      create table budgets (
        key text primary key,
        entries text[] not null,
        total integer not null,
        ends_at bigint not null
      ) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02)`.execute(db);
    await sql`create index budgets_ended on budgets (ends_at)`.execute(db);
  },
};

/** Ended sessions may have notices left to send, so due sessions are found regardless of their status. */
const notices: Migration = {
  async up(db) {
    await sql`drop index sessions_due`.execute(db);
    await sql`drop index sessions_leased`.execute(db);
    await sql`create index sessions_due on sessions (due_at) where due_at is not null`.execute(db);
    await sql`create index sessions_leased on sessions (lease_until) where lease_until is not null`.execute(db);
    await sql`alter table sandbox_messages alter column code drop not null, add column notice text`.execute(db);
  },
};

const administration: Migration = {
  async up(db) {
    await sql`alter table sessions add column account_id uuid`.execute(db);
    await sql`create index sessions_account on sessions (account_id, id) where account_id is not null`.execute(db);
    await sql`
      create table audit (
        id uuid primary key,
        at bigint not null,
        key_name text not null,
        agent text,
        action text not null,
        account_id uuid,
        session_id uuid,
        status integer
      )`.execute(db);
    await sql`create index audit_account on audit (account_id, id) where account_id is not null`.execute(db);
  },
};

/** The tables of every service. */
const ownMigrations: Migrations = {
  '0001-sessions-and-history': sessionsAndHistory,
  '0002-sandbox': sandbox,
  '0003-outcomes-per-recipient': outcomesPerRecipient,
  '0004-budgets': budgets,
  '0006-notices': notices,
  '0007-administration': administration,
  '0015-suspended-sessions': suspendedSessions,
  '0017-session-results': sessionResults,
  '0018-waiting-sessions': waitingSessions,
};

/** The migrations of every module in this package, including modules that this service does not use. */
export const knownMigrations: Migrations = {
  ...codeMigrations,
  ...accountMigrations,
  ...authenticatorAppMigrations,
  ...backupCodeMigrations,
  ...passkeyMigrations,
};

export interface MigrationOptions {
  /** The tables of the service's modules. */
  readonly migrations: Migrations;
  /** The schema of the tables; null for the database's default. */
  readonly schema: string | null;
}

/**
 * Brings the schema up to date. Several processes may do so at once, because Kysely's migrator makes them take turns. The tables of a
 * module that the service no longer uses stay unchanged.
 * @throws StoreError if a newer version of this service migrated the database
 */
export async function migrate(db: Kysely<Tables>, { migrations: ofModules, schema }: MigrationOptions): Promise<void> {
  if (schema !== null) await createSchema(db, schema);
  const migrations: Migrations = { ...ownMigrations, ...ofModules };
  const taken = await takenMigrations(db);
  // Kysely refuses a database with unknown migrations, so those of former modules are included. An applied migration never runs again.
  const former = Object.entries(knownMigrations).filter(([name]) => taken.includes(name) && !Object.hasOwn(migrations, name));
  const provider = { getMigrations: async () => ({ ...Object.fromEntries(former), ...migrations }) };
  const migrator = new Migrator({
    db,
    provider,
    // A module that joins later brings migrations whose names sort before applied ones.
    allowUnorderedMigrations: true,
    ...(schema === null ? {} : { migrationTableSchema: schema }),
  });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const unknown = (await takenMigrations(db)).filter((name) => !Object.hasOwn(migrations, name) && !Object.hasOwn(knownMigrations, name));
  if (unknown.length === 0) throw error;
  throw new StoreError(
    `The database has the migration ${unknown.join(', ')}, which this service does not know. A newer version wrote it, or a module that the service no longer has: start that version, add the module, or restore a backup.`,
  );
}

/** Of two processes that create it at once, PostgreSQL refuses one, despite `if not exists`: the other has created it then. */
async function createSchema(db: Kysely<Tables>, schema: string): Promise<void> {
  const create = () => sql`create schema if not exists ${sql.id(schema)}`.execute(db);
  await create().catch(create);
}

/** The names of the migrations that the modules of a service need, with those of every service. */
export function neededMigrations(ofModules: Migrations): string[] {
  return Object.keys({ ...ownMigrations, ...ofModules });
}

/** The names of the migrations that the database has applied. */
async function takenMigrations(db: Kysely<Tables>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db).catch(() => ({ rows: [] }));
  return rows.map((row) => row.name);
}
