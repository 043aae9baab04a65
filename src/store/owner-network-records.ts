/**
 * The networks from which owners of accounts logged in. Each statement except the purge finds rows by the account's id. Times are
 * milliseconds on the caller's clock.
 */
import { type Kysely, sql } from 'kysely';
import type { Tables } from './schema.ts';

export class OwnerNetworkRecords {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Stores a network, and deletes all but the latest ones. @param most the number of networks to keep, including this one */
  async remember(accountId: string, network: string, at: number, most: number): Promise<void> {
    await this.#db
      .insertInto('owner_networks')
      .values({ account_id: accountId, network, used_at: at })
      .onConflict((conflict) =>
        conflict.columns(['account_id', 'network']).doUpdateSet({ used_at: sql`greatest(owner_networks.used_at, excluded.used_at)` }),
      )
      .execute();
    await sql`
      delete from owner_networks where account_id = ${accountId} and network in (
        select network from owner_networks where account_id = ${accountId} order by used_at desc, network offset ${most}::int)`.execute(
      this.#db,
    );
  }

  /** @param networks one network, hashed by each secret key */
  async isKnown(accountId: string, networks: readonly string[], usedAfter: number): Promise<boolean> {
    const row = await this.#db
      .selectFrom('owner_networks')
      .select('used_at')
      .where('account_id', '=', accountId)
      .where('network', 'in', [...networks])
      .where('used_at', '>', usedAfter)
      .executeTakeFirst();
    return row !== undefined;
  }

  async purge(usedBefore: number): Promise<void> {
    await this.#db.deleteFrom('owner_networks').where('used_at', '<=', usedBefore).execute();
  }
}
