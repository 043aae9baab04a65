/** The tables of the factors of accounts, as types for Kysely. */

export interface AuthenticatorAppsTable {
  account_id: string;
  /** The keys of the latest enrolments, the newest first. */
  enrolments: string[];
  /** Null after a removal. */
  sealed: string | null;
  last_step: number;
  /** The latest uses, the newest first, each a time step and an attempt. */
  uses: string[];
  changed_at: number;
}

export interface BackupCodesTable {
  account_id: string;
  /** The keys of the latest enrolments, the newest first. */
  enrolments: string[];
  /** The secret key of the hashes; null after a removal. */
  key_id: string | null;
  /** The hashes of the unused codes. */
  unused: string[];
  /** The uses in their order, each a hash and an attempt. */
  uses: string[];
  changed_at: number;
}

export interface PasskeysTable {
  credential_id: string;
  account_id: string;
  id: string;
  /** The idempotency key of the enrolment. */
  made_by: string;
  public_key: string;
  counter: number;
  /** The answered request of the latest use; null before the first use. */
  last_request: string | null;
  transports: string[];
  backup_eligible: boolean;
  backed_up: boolean;
  aaguid: string;
  sealed: string | null;
  created_at: number;
  last_used_at: number | null;
  /** Null until the owner removes it. */
  removed_at: number | null;
}

export interface LoginProofsTable {
  account_id: string;
  session_id: string;
  proved_at: number;
  expires_at: number;
}
