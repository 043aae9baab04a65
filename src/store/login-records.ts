/**
 * Logins that ended early, and the latest proof in a login that its owner was there. Each statement except the purge finds rows by the account's id. Times are milliseconds on the caller's clock.
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

export interface LoginProof {
  readonly accountId: string;
  /** The id of the login's session. */
  readonly sessionId: string;
  readonly provedAt: number;
  /** The time at which the proof no longer counts, in milliseconds since the epoch. */
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

  /** Records that the owner was there during a login. A later proof replaces an earlier one. */
  async renew({ accountId, sessionId, provedAt, expiresAt }: LoginProof): Promise<void> {
    await this.#db
      .insertInto('login_proofs')
      .values({ account_id: accountId, session_id: sessionId, proved_at: provedAt, expires_at: expiresAt })
      .onConflict((conflict) =>
        conflict
          .columns(['account_id', 'session_id'])
          .doUpdateSet({ proved_at: provedAt, expires_at: expiresAt })
          .where('login_proofs.proved_at', '<', provedAt),
      )
      .execute();
  }

  /** The time of the latest proof in a login, in milliseconds since the epoch; null without one. */
  async provedAt(accountId: string, sessionId: string): Promise<number | null> {
    const row = await this.#db
      .selectFrom('login_proofs')
      .select('proved_at')
      .where('account_id', '=', accountId)
      .where('session_id', '=', sessionId)
      .executeTakeFirst();
    return row?.proved_at ?? null;
  }

  /** Deletes records of logins whose lifetime is over, since these need no record to be invalid. */
  async purge(expiredBefore: number): Promise<void> {
    await this.#db.deleteFrom('ended_logins').where('expires_at', '<', expiredBefore).execute();
    await this.#db.deleteFrom('login_proofs').where('expires_at', '<', expiredBefore).execute();
  }
}
