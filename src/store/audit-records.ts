/** What was asked of the administrators' routes. An entry is written before anything is done, and never taken back. */
import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';

export interface AuditEntry {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly keyName: string;
  /** Who acted, as they said; null where nobody said. */
  readonly agent: string | null;
  /** Method and route: `GET /admin/accounts/:id`. */
  readonly action: string;
  readonly accountId: string | null;
  readonly sessionId: string | null;
  /** Of the answer; null while there is none. */
  readonly status: number | null;
}

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

  /** @param subject what it turned out to be about */
  async end(id: string, status: number, { accountId, sessionId }: { accountId?: string; sessionId?: string }): Promise<void> {
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

  /** The moments of an action that was about an account by way of a session, the newest first. */
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
   * The newest first.
   * @param accountId null: of all accounts
   * @param below only what is older than that entry; null: from the newest on
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
