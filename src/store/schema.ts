/**
 * The tables, as Kysely sees them.
 *
 * `sessions`  one row per session. `document` holds what only the engine reads; the columns beside it are
 *             what the store searches by. Two clocks meet here: `due_at` (and every other bigint) is
 *             milliseconds on the engine's clock, which the sandbox may shift; `lease_until` is the database's own
 *             clock, because a crashed process stays crashed however far the sandbox's clock is moved. Both are
 *             null in a session that is over and has nothing left to do.
 * `history`   one row per commit: what happened to the session in the step that led to that revision.
 * `budgets`   what was spent of the limits on codes, across sessions.
 * `code_guesses` guesses at the codes of one destination or account, across sessions.
 * `password_guesses` wrong passwords of one account from strangers, from one network of its owner, or from one trusted device.
 * `accounts`  one row per account, its details sealed; `account_emails` finds it by a keyed hash of its address.
 * `owner_networks` networks that the owner of an account logged in from.
 * `trusted_devices` where an account needs no code.
 * `ended_logins` logins that were ended before their time.
 * `audit`     what was asked of the administrators' routes, and by whom; nothing is deleted from it.
 * `sandbox_*` messages, clock and arranged outcomes of the sandbox; empty in production.
 *
 * There are no foreign keys and no sequences on the path of a session, and the statements of that path reach its rows by
 * session id alone, so that a distributed PostgreSQL can spread both tables by that id. docs/database.md lists every statement.
 */
import type { ColumnType, Generated } from 'kysely';
import type { HistoryEntry, Session, SessionStatus } from '../engine/session.ts';

/** A column that is written as JSON text and read as a value. */
type Json<T> = ColumnType<T, string, string>;

/** The part of a session that no statement searches by, except for the tasks. */
export type SessionDocument = Pick<Session, 'value' | 'context' | 'timers' | 'tasks' | 'generations' | 'startFingerprint' | 'keyId'> &
  // Sessions that are older than child sessions have no parent. Null history values are not stored.
  Partial<Pick<Session, 'parent' | 'historyValue'>> & {
    /** The idempotency records. */
    kept: Session['idempotencyRecords'];
  };

export interface SessionsTable {
  id: string;
  workflow: string;
  version: number;
  revision: number;
  status: SessionStatus;
  /** The path of the state, for people who look at the table. */
  state: string;
  document: Json<SessionDocument>;
  account_id: string | null;
  sealed: string | null;
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
  /** Always 1: there is one clock. */
  id: number;
  offset_ms: number;
  frozen_at: number | null;
}

export interface SandboxMessagesTable {
  /** The provider idempotency key: the same message sent again is the same row. */
  key: string;
  id: string;
  session_id: string;
  channel: string;
  to: string;
  recipient: string;
  subject: string | null;
  text: string;
  html: string | null;
  /** Null in what carries none. */
  code: string | null;
  /** What a notice is about; null in a code's message. */
  notice: string | null;
  sent_at: number;
  /** Order of arrival, for messages of the same millisecond. */
  position: Generated<number>;
}

export interface SandboxOutcomesTable {
  channel: string;
  /** The normalised address that it is for; empty when it is for any. */
  recipient: string;
  outcome: 'succeed' | 'fail' | 'delay';
  delay_ms: number | null;
  /** How many deliveries it still holds for. */
  remaining: number;
}

export interface BudgetsTable {
  /** A keyed hash: of an address, a number, a client. */
  key: string;
  /** What was spent in a sliding window: the time and the name of each. */
  entries: string[];
  /** How often was spent in a fixed window. */
  total: number;
  /** When nothing counts any more. */
  ends_at: number;
}

export interface CodeGuessesTable {
  /** A keyed hash of an address, a number, or an account. */
  key: string;
  /** Raised with every change. */
  revision: number;
  document: Json<GuessDocument>;
  /** When the record has expired. */
  ends_at: number;
}

/** Ids identify requests, codes are named by session and number, and networks are hashed. */
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
  /** Wrong guesses in a row. */
  readonly failures: number;
  readonly closed: boolean;
}

export interface PasswordGuessesTable {
  /** A keyed hash of an address and, in some counts, a network or a device. */
  key: string;
  /** Ids of the requests with a wrong or still unchecked password, the newest last. */
  names: string[];
  /** The hashed network of each request; empty if unknown. */
  networks: string[];
  /** Until when no password is checked; null if the next one is. */
  paused_until: number | null;
  /** The id of the lock, which its owner can lift; null without one. */
  lock: string | null;
  /** Until when the owner's unlock link is valid; null if the owner has not been told. */
  told_until: Generated<number | null>;
  /** When the count expires. */
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
  /** Wrong codes in a row at the telephone, by texts and calls together. */
  wrong_telephone_codes: Generated<number>;
  /** Wrong codes in a row at the address. */
  wrong_address_codes: Generated<number>;
  blocked_until: Generated<number | null>;
  closed_channels: Generated<string[]>;
  /** Names of the latest guesses, the newest first. */
  recent_guesses: Generated<string[]>;
  /** How often its password, address or number was changed. */
  changes: Generated<number>;
  /** Names of the latest of them, the newest first. */
  recent_changes: Generated<string[]>;
  /** The login that asked for the present password: it counts on, though it was made with another one. */
  kept_login: Generated<string | null>;
  created_at: number;
  updated_at: number;
}

export interface AccountEmailsTable {
  /** A keyed hash. */
  email_key: string;
  account_id: string;
  /** When it was claimed last, by the account that it leads to: a claim that comes to nothing is not for good. */
  claimed_at: Generated<number>;
  /** How often that account had been changed then: what gives it up says so, lest it takes it from a later change. */
  changes: Generated<number>;
}

export interface AccountLinksTable {
  /** A keyed hash. */
  /** Identifies the link to its owner: a new link of the same identity has a new id. */
  id: string;
  link_key: string;
  account_id: string;
  made_by: string;
  provider: string;
  linked_at: number;
}

export interface TrustedDevicesTable {
  account_id: string;
  id: string;
  /** The version of the password that it was trusted under, and is no longer under another. */
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
  /** When the login would have ended by itself. */
  expires_at: number;
}

export interface AuditTable {
  id: string;
  at: number;
  /** The name of the administrator's key. */
  key_name: string;
  /** Who acted, as they said. */
  agent: string | null;
  /** Method and route. */
  action: string;
  account_id: string | null;
  session_id: string | null;
  /** Of the answer; null when there was none, because the process ended. */
  status: number | null;
}

export interface Tables {
  audit: AuditTable;
  accounts: AccountsTable;
  account_emails: AccountEmailsTable;
  account_links: AccountLinksTable;
  trusted_devices: TrustedDevicesTable;
  ended_logins: EndedLoginsTable;
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
