/**
 * The tables, as types for Kysely.
 *
 * `sessions`  one row per session. Only the engine reads `document`; the store searches by the other columns. Two clocks
 *             meet here. `due_at` (like every bigint) is milliseconds on the engine's clock, which the sandbox may shift.
 *             `lease_until` is on the database's own clock: a lease measures real time, which the sandbox's clock does
 *             not change. Both are null in an ended session with nothing left to do.
 * `history`   one row per commit: the events of the step that led to that revision.
 * `budgets`   the use of the limits on codes, across sessions.
 * `code_guesses` guesses at the codes of one destination or account, across sessions.
 * `password_guesses` wrong passwords of one account from strangers, from one network of its owner, or from one trusted device.
 * `accounts`  one row per account, its details sealed; `account_emails` finds it by a keyed hash of its address.
 * `owner_networks` networks from which the owner of an account logged in.
 * `trusted_devices` devices on which logins to an account need no code.
 * `ended_logins` logins that ended early.
 * `authenticator_apps` the sealed secrets of authenticator apps; `backup_codes` hashed codes: one row per account each.
 * `login_proofs` the latest proof in a login that its owner was there.
 * `passkeys`  public keys of the accounts' passkeys, by the id of the credential.
 * `audit`     requests to the admins' routes, and their agents; no row is ever deleted.
 * `sandbox_*` messages, clock and arranged outcomes of the sandbox; empty in production.
 *
 * The path of a session has no foreign keys and no sequences, and its statements find rows by session id alone. So a distributed
 * PostgreSQL can shard `sessions` and `history` by the session's id. docs/database.md lists every statement.
 */
import type { ColumnType, Generated } from 'kysely';
import type { HistoryEntry, Session, SessionStatus } from '../engine/session.ts';
import type { AuthenticatorAppsTable, BackupCodesTable, LoginProofsTable, PasskeysTable } from './factor-tables.ts';

/** A JSON column, written as text and read as a value. */
type Json<T> = ColumnType<T, string, string>;

/** The part of a session that statements do not search by, except for its tasks. */
export type SessionDocument = Pick<Session, 'value' | 'context' | 'timers' | 'tasks' | 'generations' | 'startFingerprint' | 'keyId'> &
  // Sessions from before child sessions existed have no parent. Null history values and null signing keys are not stored.
  Partial<Pick<Session, 'parent' | 'historyValue' | 'signingKeyId'>> & {
    /** The idempotency records. */
    kept: Session['idempotencyRecords'];
  };

export interface SessionsTable {
  id: string;
  workflow: string;
  version: number;
  revision: number;
  status: SessionStatus;
  /** The path of the state, for people who read the table. */
  state: string;
  document: Json<SessionDocument>;
  account_id: string | null;
  sealed: string | null;
  /** The sealed result of a success; null after its expiry, and for a result that each reader can sign again. */
  result: string | null;
  result_expires_at: number | null;
  due_at: number | null;
  lease_until: Date | null;
  created_at: number;
  updated_at: number;
  ended_at: number | null;
}

export interface HistoryTable {
  session_id: string;
  revision: number;
  entries: Json<HistoryEntry[]>;
}

export interface SandboxClockTable {
  /** Always 1, because there is one clock. */
  id: number;
  offset_ms: number;
  frozen_at: number | null;
}

export interface SandboxMessagesTable {
  /** The idempotency key of the send: a repeated send has the same row. */
  key: string;
  id: string;
  session_id: string;
  channel: string;
  to: string;
  recipient: string;
  subject: string | null;
  text: string;
  html: string | null;
  /** Null in a notice. */
  code: string | null;
  /** The name of the notice; null in a message with a code. */
  notice: string | null;
  sent_at: number;
  /** Order of arrival, for messages of the same millisecond. */
  position: Generated<number>;
}

export interface SandboxOutcomesTable {
  channel: string;
  /** The normalised address; empty for any. */
  recipient: string;
  outcome: 'succeed' | 'fail' | 'delay';
  delay_ms: number | null;
  /** The number of deliveries that will still have this outcome. */
  remaining: number;
}

export interface BudgetsTable {
  /** A keyed hash, for example of an address, a number or a client. */
  key: string;
  /** The draws in a sliding window, each with its time and its name. */
  entries: string[];
  /** The number of draws in a fixed window. */
  total: number;
  /** The end of the window, after which no draw counts. */
  ends_at: number;
}

export interface CodeGuessesTable {
  /** A keyed hash of an address, a number, or an account. */
  key: string;
  /** Rises with every change. */
  revision: number;
  document: Json<GuessDocument>;
  /** The expiry of the record. */
  ends_at: number;
}

/** `id` and `guess` are ids of requests. `code` names a code by its session and number. `network` is hashed. */
export interface GuessDocument {
  /** Wrong guesses, and guesses still being compared, the newest last. */
  readonly guesses: readonly { readonly at: number; readonly id: string }[];
  /** Codes admitted while the destination was throttled, the newest last. */
  readonly places: readonly {
    readonly at: number;
    readonly code: string;
    readonly network: string;
    /** The guess at this code; null before there is one. */
    readonly guess: string | null;
  }[];
  /** The number of consecutive wrong guesses. */
  readonly failures: number;
  readonly closed: boolean;
  /** The records under former secret keys that this one contains. */
  readonly merged?: readonly { readonly key: string; readonly revision: number }[];
}

export interface PasswordGuessesTable {
  /** A keyed hash of an address and, in some counts, a network or a device. */
  key: string;
  /** Ids of the requests with a wrong or still unchecked password, the newest last. */
  names: string[];
  /** The hashed network of each request; empty if unknown. */
  networks: string[];
  /** The end of the pause in which no password is checked; null without a pause. */
  paused_until: number | null;
  /** The id of the lock, which its owner can lift; null without one. */
  lock: string | null;
  /** The expiry of the owner's unlock link; null if the owner has not been told. */
  told_until: Generated<number | null>;
  /** The expiry of the count. */
  ends_at: number;
}

export interface OwnerNetworksTable {
  account_id: string;
  /** Hashed. */
  network: string;
  used_at: number;
}

export interface AccountsTable {
  id: string;
  sealed: string;
  password_hash: string;
  password_kind: string;
  password_version: number;
  email_verified: boolean;
  phone_verified: boolean;
  wrong_codes: Generated<number>;
  /** Consecutive wrong codes at the telephone, by texts and calls together. */
  wrong_telephone_codes: Generated<number>;
  /** Consecutive wrong codes at the address. */
  wrong_address_codes: Generated<number>;
  /** Consecutive wrong codes of factors, such as an authenticator app. */
  wrong_factor_codes: Generated<number>;
  /** The factor that the owner prefers, or `code`. */
  preferred_factor: Generated<string | null>;
  blocked_until: Generated<number | null>;
  closed_channels: Generated<string[]>;
  /** The ids of the latest guesses, the newest first. */
  recent_guesses: Generated<string[]>;
  /** The number of changes of the password, the address or the number. */
  changes: Generated<number>;
  /** The keys of the latest changes, the newest first. */
  recent_changes: Generated<string[]>;
  /** The login that requested the current password. It stays valid, although it was made with an earlier one. */
  kept_login: Generated<string | null>;
  created_at: number;
  updated_at: number;
}

export interface AccountEmailsTable {
  /** A keyed hash. */
  email_key: string;
  account_id: string;
  /** The time of the account's latest claim. A claim that leads to no account expires. */
  claimed_at: Generated<number>;
  /** The account's number of changes at that claim. A release names this number, so that it never undoes the claim of a later change. */
  changes: Generated<number>;
}

export interface AccountLinksTable {
  /** Identifies the link to its owner. A new link of the same identity has a new id. */
  id: string;
  /** A keyed hash. */
  link_key: string;
  account_id: string;
  made_by: string;
  provider: string;
  linked_at: number;
}

export interface TrustedDevicesTable {
  account_id: string;
  id: string;
  /** The version of the password when the device was trusted. A new password ends the trust. */
  password_version: Generated<number>;
  token_hash: string;
  sealed: string;
  created_at: number;
  expires_at: number;
  revoked_at: number | null;
}

export interface EndedLoginsTable {
  account_id: string;
  session_id: string;
  ended_at: number;
  /** The end of the login's lifetime. */
  expires_at: number;
}

export interface AuditTable {
  id: string;
  at: number;
  /** The name of the admin's key. */
  key_name: string;
  /** The name of the agent, as the request states it. */
  agent: string | null;
  /** Method and route. */
  action: string;
  account_id: string | null;
  session_id: string | null;
  /** The HTTP status of the answer; null if the process ended before it. */
  status: number | null;
}

export interface Tables {
  audit: AuditTable;
  accounts: AccountsTable;
  account_emails: AccountEmailsTable;
  account_links: AccountLinksTable;
  trusted_devices: TrustedDevicesTable;
  ended_logins: EndedLoginsTable;
  login_proofs: LoginProofsTable;
  authenticator_apps: AuthenticatorAppsTable;
  backup_codes: BackupCodesTable;
  passkeys: PasskeysTable;
  budgets: BudgetsTable;
  code_guesses: CodeGuessesTable;
  owner_networks: OwnerNetworksTable;
  password_guesses: PasswordGuessesTable;
  sessions: SessionsTable;
  history: HistoryTable;
  sandbox_clock: SandboxClockTable;
  sandbox_messages: SandboxMessagesTable;
  sandbox_outcomes: SandboxOutcomesTable;
}
