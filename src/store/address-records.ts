/** Which account an address leads to. Statements reach rows by a keyed hash of the address. Times are milliseconds on the caller's clock. */
import { type Kysely, sql } from 'kysely';
import type { Tables } from './schema.ts';

/** Which account an address leads to, and since when it does. */
export interface EmailClaim {
  readonly accountId: string;
  readonly claimedAt: number;
}

export interface NewEmailClaim {
  readonly accountId: string;
  /** How often the account was changed before. */
  readonly changes: number;
  readonly at: number;
}

export class AddressRecords {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /**
   * Takes an address for an account, if it is nobody's; a claim of the same account is made anew.
   * @param emailKeys the address as each secret key hashes it, the current one first
   * @returns the claim that stands from now on
   */
  async claim(emailKeys: readonly string[], { accountId, changes, at }: NewEmailClaim): Promise<EmailClaim> {
    const known = await this.#claimOf(emailKeys);
    if (known !== null && known.accountId !== accountId) return known;
    const [emailKey = ''] = emailKeys;
    if (known === null)
      await this.#db
        .insertInto('account_emails')
        .values({ email_key: emailKey, account_id: accountId, claimed_at: at, changes })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    else
      await this.#db
        .updateTable('account_emails')
        .set({ claimed_at: sql`greatest(claimed_at, ${at}::bigint)`, changes: sql`greatest(changes, ${changes}::int)` })
        .where('email_key', 'in', emailKeys)
        .where('account_id', '=', accountId)
        .execute();
    const claimed = await this.#claimOf(emailKeys);
    // Whoever gave it up at this moment has left it to nobody.
    return claimed ?? this.claim(emailKeys, { accountId, changes, at });
  }

  /** Takes an address over whose claim came to nothing. @returns whether the claim stood until now */
  async takeOver(emailKeys: readonly string[], from: EmailClaim, { accountId, changes, at }: NewEmailClaim): Promise<boolean> {
    const row = await this.#db
      .updateTable('account_emails')
      .set({ account_id: accountId, claimed_at: at, changes })
      .where('email_key', 'in', emailKeys)
      .where('account_id', '=', from.accountId)
      .where('claimed_at', '=', from.claimedAt)
      .returning('account_id')
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Gives an address up that the account has no more; not where it claimed it anew, after more changes. */
  async release(emailKeys: readonly string[], id: string, changes: number): Promise<void> {
    await this.#db
      .deleteFrom('account_emails')
      .where('email_key', 'in', emailKeys)
      .where('account_id', '=', id)
      .where('changes', '<=', changes)
      .execute();
  }

  /** @param emailKeys the address as each secret key hashes it */
  async idOf(emailKeys: readonly string[]): Promise<string | null> {
    return (await this.#claimOf(emailKeys))?.accountId ?? null;
  }

  async #claimOf(emailKeys: readonly string[]): Promise<EmailClaim | null> {
    const columns = ['account_id', 'claimed_at'] as const;
    const row = await this.#db.selectFrom('account_emails').select(columns).where('email_key', 'in', emailKeys).executeTakeFirst();
    return row ? { accountId: row.account_id, claimedAt: row.claimed_at } : null;
  }

  /**
   * The same, with an answer of the same shape whether there is an account or not.
   * @returns `otherwise` where the address is nobody's
   */
  async idOr(emailKeys: readonly string[], otherwise: string): Promise<string> {
    const { rows } = await sql<{ id: string }>`
      select coalesce((select account_id from account_emails where email_key = any(${emailKeys}::text[]) limit 1), ${otherwise}::uuid) as id`.execute(
      this.#db,
    );
    return rows[0]?.id ?? otherwise;
  }
}
