/**
 * Logins that ended early. Each statement except the purge finds rows by the account's id. Times are milliseconds on the caller's clock.
 */
import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';

export interface EndedLogin {
  readonly accountId: string;
  /** The id of the login's session. */
  readonly sessionId: string;
  readonly endedAt: number;
  /** The end of the login's lifetime, in milliseconds since the epoch. */
  readonly expiresAt: number;
}

export class LoginRecords {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Idempotent. */
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

  /** Deletes records of logins whose lifetime is over, since these need no record to be invalid. */
  async purge(expiredBefore: number): Promise<void> {
    await this.#db.deleteFrom('ended_logins').where('expires_at', '<', expiredBefore).execute();
  }
}
