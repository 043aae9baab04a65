/** The audit log: requests to the admins' routes. An entry is written before the request takes effect, and is never deleted. */
import type { Kysely } from 'kysely';
import type { AuditEntry, Subject } from '../http/authentication/audit.ts';
import type { Tables } from './schema.ts';

interface MomentsQuery extends Record<'action' | 'accountId' | 'sessionId', string> {
  readonly limit: number;
}

export class AuditRecords {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async begin({ id, at, keyName, agent, action, accountId, sessionId }: Omit<AuditEntry, 'status'>): Promise<void> {
    await this.#db
      .insertInto('audit')
      .values({ id, at, key_name: keyName, agent, action, account_id: accountId, session_id: sessionId, status: null })
      .execute();
  }

  /** Completes an entry with the status of the answer, and with the account and the session that the request concerned. */
  async end(id: string, status: number, { accountId, sessionId }: Subject): Promise<void> {
    await this.#db
      .updateTable('audit')
      .set({
        status,
        ...(accountId === undefined ? {} : { account_id: accountId }),
        ...(sessionId === undefined ? {} : { session_id: sessionId }),
      })
      .where('id', '=', id)
      .execute();
  }

  /** The times of an action that concerned an account through a session, the newest first. */
  async moments({ action, accountId, sessionId, limit }: MomentsQuery): Promise<number[]> {
    const rows = await this.#db
      .selectFrom('audit')
      .select('at')
      .where('account_id', '=', accountId)
      .where('session_id', '=', sessionId)
      .where('action', '=', action)
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
    return rows.map(({ at }) => at);
  }

  /**
   * Entries, the newest first.
   * @param accountId null for all accounts
   * @param below the id of the entry before the first one to return; null starts at the newest
   */
  async entries({ accountId, below, limit }: { accountId: string | null; below: string | null; limit: number }): Promise<AuditEntry[]> {
    let query = this.#db.selectFrom('audit').selectAll().orderBy('id', 'desc').limit(limit);
    if (accountId !== null) query = query.where('account_id', '=', accountId);
    if (below !== null) query = query.where('id', '<', below);
    const rows = await query.execute();
    return rows.map(({ id, at, key_name, agent, action, account_id, session_id, status }) => ({
      id,
      at,
      keyName: key_name,
      agent,
      action,
      accountId: account_id,
      sessionId: session_id,
      status,
    }));
  }
}
