/**
 * The trusted devices of accounts. Each statement except the purge finds rows by the account's id. Times are milliseconds on the caller's
 * clock.
 */
import type { Kysely, Selectable } from 'kysely';
import type { StoredDevice } from '../accounts/account.ts';
import type { Tables, TrustedDevicesTable } from './schema.ts';

export class DeviceRecords {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Idempotent. */
  async trust({ id, accountId, passwordVersion, tokenHash, sealed, createdAt, expiresAt }: Omit<StoredDevice, 'revokedAt'>): Promise<void> {
    await this.#db
      .insertInto('trusted_devices')
      .values({
        account_id: accountId,
        id,
        password_version: passwordVersion,
        token_hash: tokenHash,
        sealed,
        created_at: createdAt,
        expires_at: expiresAt,
        revoked_at: null,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  async find(accountId: string, id: string): Promise<StoredDevice | null> {
    const row = await this.#of(accountId).where('id', '=', id).executeTakeFirst();
    return row ? deviceOf(row) : null;
  }

  /** The currently trusted devices, the newest first. */
  async all(accountId: string, at: number): Promise<StoredDevice[]> {
    const rows = await this.#of(accountId)
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', at)
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .execute();
    return rows.map(deviceOf);
  }

  /** @returns true if the device was trusted until now */
  async revoke(accountId: string, id: string, at: number): Promise<boolean> {
    const row = await this.#db
      .updateTable('trusted_devices')
      .set({ revoked_at: at })
      .where('account_id', '=', accountId)
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', at)
      .returning('id')
      .executeTakeFirst();
    return row !== undefined;
  }

  async purge(expiredBefore: number): Promise<void> {
    await this.#db.deleteFrom('trusted_devices').where('expires_at', '<', expiredBefore).execute();
  }

  #of(accountId: string) {
    return this.#db.selectFrom('trusted_devices').selectAll().where('account_id', '=', accountId);
  }
}

function deviceOf(row: Selectable<TrustedDevicesTable>): StoredDevice {
  return {
    id: row.id,
    accountId: row.account_id,
    passwordVersion: row.password_version,
    tokenHash: row.token_hash,
    sealed: row.sealed,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
  };
}
