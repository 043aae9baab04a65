/**
 * Logins ended before their time. Each statement but the purge reaches rows by the account's id. Times are milliseconds on the caller's
 * clock.
 */
import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';

export interface EndedLogin {
  readonly accountId: string;
  /** The id of the login's session. */
  readonly sessionId: string;
  readonly endedAt: number;
  /** When the login would have ended by itself. */
  readonly expiresAt: number;
}

export class LoginRecords {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Idempotent: ending a login again changes nothing. */
  async end({ accountId, sessionId, endedAt, expiresAt }: EndedLogin): Promise<void> {
    await this.#db
      .insertInto('ended_logins')
      .values({ account_id: accountId, session_id: sessionId, ended_at: endedAt, expires_at: expiresAt })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  async hasEnded(accountId: string, sessionId: string): Promise<boolean> {
    const row = await this.#db
      .selectFrom('ended_logins')
      .select('session_id')
      .where('account_id', '=', accountId)
      .where('session_id', '=', sessionId)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Forgets logins that would have ended by themselves before a moment. */
  async purge(expiredBefore: number): Promise<void> {
    await this.#db.deleteFrom('ended_logins').where('expires_at', '<', expiredBefore).execute();
  }
}
