/** Links of providers' accounts, each to one account here. Statements find rows by the link's key, or by the account's id. */
import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';

export interface LinkRecord {
  /** A keyed hash of the provider's issuer and the person's subject there. */
  readonly key: string;
  readonly id: string;
  readonly accountId: string;
  /** The idempotency key of the claim, mostly the id of a session: a repetition changes nothing. */
  readonly madeBy: string;
  readonly provider: string;
  readonly linkedAt: number;
}

/** A claim that meets another link retries, because that link may have been removed between two statements. */
const mostTries = 3;

export class LinkRecords {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /**
   * Links an identity, unless it is linked already.
   * @param keys the hashes of the identity by each secret key, the current key first
   * @returns true if the link exists and is this one
   */
  async claim(keys: readonly string[], { id, accountId, madeBy, provider, linkedAt }: Omit<LinkRecord, 'key'>): Promise<boolean> {
    const [current = ''] = keys;
    for (let tries = 0; tries < mostTries; tries += 1) {
      const known = await this.#madeBy(keys);
      if (known !== null) return known === madeBy;
      await this.#db
        .insertInto('account_links')
        .values({ id, link_key: current, account_id: accountId, made_by: madeBy, provider, linked_at: linkedAt })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
    return (await this.#madeBy(keys)) === madeBy;
  }

  /** True if the identity is not linked, or was linked by `madeBy`. */
  async isOpenTo(keys: readonly string[], madeBy: string): Promise<boolean> {
    const known = await this.#madeBy(keys);
    return known === null || known === madeBy;
  }

  /** Removes the link of a set-up that did not succeed. */
  async release(keys: readonly string[], madeBy: string): Promise<void> {
    await this.#db.deleteFrom('account_links').where('link_key', 'in', keys).where('made_by', '=', madeBy).execute();
  }

  /** @returns true if the account had the link */
  async remove(accountId: string, id: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('account_links')
      .where('account_id', '=', accountId)
      .where('id', '=', id)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }

  async of(accountId: string): Promise<{ id: string; provider: string; linkedAt: number }[]> {
    const rows = await this.#db
      .selectFrom('account_links')
      .select(['id', 'provider', 'linked_at'])
      .where('account_id', '=', accountId)
      .orderBy('linked_at')
      .execute();
    return rows.map(({ id, provider, linked_at: linkedAt }) => ({ id, provider, linkedAt }));
  }

  async #madeBy(keys: readonly string[]): Promise<string | null> {
    const row = await this.#db.selectFrom('account_links').select('made_by').where('link_key', 'in', keys).executeTakeFirst();
    return row?.made_by ?? null;
  }
}
