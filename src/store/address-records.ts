/**
 * The account that each address leads to. Statements find rows by a keyed hash of the address. Times are milliseconds on the caller's
 * clock.
 */
import { type Kysely, sql } from 'kysely';
import type { EmailClaim } from '../accounts/account.ts';
import type { Tables } from './schema.ts';

export interface NewEmailClaim {
  readonly accountId: string;
  /** The account's number of changes at the time of the claim. */
  readonly changes: number;
  readonly at: number;
}

export class AddressRecords {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /**
   * Claims a free address for an account, or renews the claim of the same account.
   * @param emailKeys the hashes of the address by each secret key, the current key first
   * @returns the claim that is now in force
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
    // The former account released the address between the two statements, so it is free: claim again.
    return claimed ?? this.claim(emailKeys, { accountId, changes, at });
  }

  /** Takes over an address whose claim expired. @returns false if the claim was renewed, replaced or released in the meantime */
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

  /** Releases an address that the account no longer has, unless the account claimed it again after further changes. */
  async release(emailKeys: readonly string[], id: string, changes: number): Promise<void> {
    await this.#db
      .deleteFrom('account_emails')
      .where('email_key', 'in', emailKeys)
      .where('account_id', '=', id)
      .where('changes', '<=', changes)
      .execute();
  }

  /** @param emailKeys the hashes of the address by each secret key */
  async idOf(emailKeys: readonly string[]): Promise<string | null> {
    return (await this.#claimOf(emailKeys))?.accountId ?? null;
  }

  async #claimOf(emailKeys: readonly string[]): Promise<EmailClaim | null> {
    const columns = ['account_id', 'claimed_at'] as const;
    const row = await this.#db.selectFrom('account_emails').select(columns).where('email_key', 'in', emailKeys).executeTakeFirst();
    return row ? { accountId: row.account_id, claimedAt: row.claimed_at } : null;
  }

  /**
   * Like `idOf`, with an answer of the same shape with and without an account.
   * @returns the account's id; `otherwise` for a free address
   */
  async idOr(emailKeys: readonly string[], otherwise: string): Promise<string> {
    const { rows } = await sql<{ id: string }>`
      select coalesce((select account_id from account_emails where email_key = any(${emailKeys}::text[]) limit 1), ${otherwise}::uuid) as id`.execute(
      this.#db,
    );
    return rows[0]?.id ?? otherwise;
  }
}
