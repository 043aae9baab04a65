/** The migrations of the modules in this package. */
import { type Migration, sql } from 'kysely';
import { passkeys } from './passkey-records.ts';
import { passwordGuesses } from './password-guess-tables.ts';

/** Migrations by name. A database stores the names of applied ones, so a name never changes and no two modules share one. */
export type Migrations = Readonly<Record<string, Migration>>;

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

/** Default values: before this migration accounts could not change, so every password had version 1. */
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

/** Default values: a claim from before this migration counts as old, and its account as unchanged since the claim. */
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

/** A login counts as a second factor again for a while after its owner has proved to be there. */
const loginProofs: Migration = {
  async up(db) {
    await sql`
      create table login_proofs (
        account_id uuid not null,
        session_id uuid not null,
        proved_at bigint not null,
        expires_at bigint not null,
        primary key (account_id, session_id)
      )`.execute(db);
    await sql`create index login_proofs_expired on login_proofs (expires_at)`.execute(db);
  },
};

/** The default value serves existing links, and processes of the earlier version during a rolling update. */
const linkIds: Migration = {
  async up(db) {
    await sql`alter table account_links add column id uuid not null default gen_random_uuid()`.execute(db);
  },
};

/**
 * Earlier versions counted the wrong codes of an account in one number. The authenticator of each is unknown, so all count at both.
 */
const authenticatorFailures: Migration = {
  async up(db) {
    await sql`
      alter table accounts
        add column wrong_telephone_codes integer not null default 0,
        add column wrong_address_codes integer not null default 0`.execute(db);
    await sql`
      update accounts set wrong_telephone_codes = wrong_codes, wrong_address_codes = wrong_codes where wrong_codes > 0`.execute(db);
  },
};

const accountFactors: Migration = {
  async up(db) {
    await sql`
      alter table accounts
        add column wrong_factor_codes integer not null default 0,
        add column preferred_factor text`.execute(db);
  },
};

/** `sealed` is null after a removal. The row stays for a while, so that a repeated enrolment does not bring the app back. */
const authenticatorApps: Migration = {
  async up(db) {
    await sql`
      create table authenticator_apps (
        account_id uuid primary key,
        enrolments text[] not null,
        sealed text,
        last_step bigint not null,
        uses text[] not null,
        changed_at bigint not null
      ) with (fillfactor = 80)`.execute(db);
    await sql`create index authenticator_apps_removed on authenticator_apps (changed_at) where sealed is null`.execute(db);
  },
};

/** `key_id` is null after a removal. The row stays for a while, so that a repeated enrolment does not bring the codes back. */
const backupCodes: Migration = {
  async up(db) {
    await sql`
      create table backup_codes (
        account_id uuid primary key,
        enrolments text[] not null,
        key_id text,
        unused text[] not null,
        uses text[] not null,
        changed_at bigint not null
      ) with (fillfactor = 80)`.execute(db);
    await sql`create index backup_codes_removed on backup_codes (changed_at) where key_id is null`.execute(db);
  },
};

export const codeMigrations: Migrations = { '0011-code-guesses': codeGuesses };

export const accountMigrations: Migrations = {
  '0005-accounts': accounts,
  '0008-account-changes': accountChanges,
  '0009-account-links': accountLinks,
  '0010-address-claims': addressClaims,
  '0012-ended-logins': endedLogins,
  '0013-link-ids': linkIds,
  '0014-password-guesses': passwordGuesses,
  '0016-authenticator-failures': authenticatorFailures,
  '0019-account-factors': accountFactors,
  '0023-login-proofs': loginProofs,
};

export const authenticatorAppMigrations: Migrations = { '0020-authenticator-apps': authenticatorApps };

export const backupCodeMigrations: Migrations = { '0021-backup-codes': backupCodes };

export const passkeyMigrations: Migrations = { '0022-passkeys': passkeys };
