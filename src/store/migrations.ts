/** The schema's steps, and the one way to take them. Names are for ever: a database remembers those it has taken. */
import { type Kysely, type Migration, Migrator, sql } from 'kysely';
import { StoreError } from './errors.ts';
import { passwordGuesses } from './password-guess-tables.ts';
import type { Tables } from './schema.ts';
import { suspendedSessions } from './suspended-sessions.ts';

const sessionsAndHistory: Migration = {
  async up(db) {
    // Room on each page (fillfactor) lets an update that moves no indexed column stay on its page; dead rows are
    // cleared early because they pile up at the front of the two indexes that are polled.
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
    // Nearly always empty: it costs nothing and finds what was set aside.
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

const accounts: Migration = {
  async up(db) {
    await sql`
      create table accounts (
        id uuid primary key,
        sealed text not null,
        password_hash text not null,
        password_kind text not null,
        password_version integer not null,
        email_verified boolean not null,
        phone_verified boolean not null,
        wrong_codes integer not null default 0,
        blocked_until bigint,
        closed_channels text[] not null default '{}',
        recent_guesses text[] not null default '{}',
        created_at bigint not null,
        updated_at bigint not null
      ) with (fillfactor = 80)`.execute(db);
    await sql`create index accounts_password_kind on accounts (password_kind)`.execute(db);
    await sql`create table account_emails (email_key text primary key, account_id uuid not null)`.execute(db);
    await sql`
      create table trusted_devices (
        account_id uuid not null,
        id uuid not null,
        token_hash text not null,
        sealed text not null,
        created_at bigint not null,
        expires_at bigint not null,
        revoked_at bigint,
        primary key (account_id, id)
      )`.execute(db);
    await sql`create index trusted_devices_expired on trusted_devices (expires_at)`.execute(db);
  },
};

/** Sessions that have ended may have notices left to send: they are found by what is due alone, whatever their status. */
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

/** Before there was a way to change one, each account had the first version of its password. */
const accountChanges: Migration = {
  async up(db) {
    await sql`
      alter table accounts
        add column changes integer not null default 0,
        add column recent_changes text[] not null default '{}',
        add column kept_login text`.execute(db);
    await sql`alter table trusted_devices add column password_version integer not null default 1`.execute(db);
  },
};

const accountLinks: Migration = {
  async up(db) {
    await sql`
      create table account_links (
        link_key text primary key,
        account_id uuid not null,
        made_by text not null,
        provider text not null,
        linked_at bigint not null
      )`.execute(db);
    await sql`create index account_links_account on account_links (account_id)`.execute(db);
  },
};

/** The default serves existing links, and processes of the earlier version while both run. */
const linkIds: Migration = {
  async up(db) {
    await sql`alter table account_links add column id uuid not null default gen_random_uuid()`.execute(db);
  },
};

/** Claims of before were made long ago, by accounts that had not been changed since. */
const addressClaims: Migration = {
  async up(db) {
    await sql`
      alter table account_emails
        add column claimed_at bigint not null default 0,
        add column changes integer not null default 0`.execute(db);
  },
};

const codeGuesses: Migration = {
  async up(db) {
    await sql`
      create table code_guesses (
        key text primary key,
        revision integer not null,
        document jsonb not null,
        ends_at bigint not null
      ) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02)`.execute(db);
    await sql`create index code_guesses_ended on code_guesses (ends_at)`.execute(db);
  },
};

const endedLogins: Migration = {
  async up(db) {
    await sql`
      create table ended_logins (
        account_id uuid not null,
        session_id uuid not null,
        ended_at bigint not null,
        expires_at bigint not null,
        primary key (account_id, session_id)
      )`.execute(db);
    await sql`create index ended_logins_expired on ended_logins (expires_at)`.execute(db);
  },
};

const migrations: Readonly<Record<string, Migration>> = {
  '0001-sessions-and-history': sessionsAndHistory,
  '0002-sandbox': sandbox,
  '0003-outcomes-per-recipient': outcomesPerRecipient,
  '0004-budgets': budgets,
  '0005-accounts': accounts,
  '0006-notices': notices,
  '0007-administration': administration,
  '0008-account-changes': accountChanges,
  '0009-account-links': accountLinks,
  '0010-address-claims': addressClaims,
  '0011-code-guesses': codeGuesses,
  '0012-ended-logins': endedLogins,
  '0013-link-ids': linkIds,
  '0014-password-guesses': passwordGuesses,
  '0015-suspended-sessions': suspendedSessions,
};

/**
 * Brings the schema up to date. Any number of processes may do so at once: Kysely's migrator makes them take turns.
 * @throws StoreError when the database was migrated by a newer version of this service.
 */
export async function migrate(db: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const unknown = await unknownMigrations(db);
  if (unknown.length === 0) throw error;
  throw new StoreError(
    `The database was written by a newer version of this service (it holds the migration ${unknown.join(', ')}): start that version, or restore a backup.`,
  );
}

/** Asked only after a failure, so that a newer version that migrates at this very moment is noticed too. */
async function unknownMigrations(db: Kysely<Tables>): Promise<string[]> {
  const applied = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db).catch(() => ({ rows: [] }));
  return applied.rows.map((row) => row.name).filter((name) => !(name in migrations));
}
