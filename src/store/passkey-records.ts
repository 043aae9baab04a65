/** Passkeys of accounts. Statements find rows by the credential's id, or by the account's id. Times are milliseconds on the caller's clock. */
import { type Kysely, type Migration, type Selectable, sql } from 'kysely';
import type { Passkey, PasskeyStore, PasskeyUse } from '../passkeys/passkey-store.ts';
import type { PasskeysTable } from './factor-tables.ts';
import type { Tables } from './schema.ts';

/** A removed passkey keeps its row for a while, so that a repeated enrolment does not bring it back. */
export const passkeys: Migration = {
  async up(db) {
    await sql`
      create table passkeys (
        credential_id text primary key,
        account_id uuid not null,
        id uuid not null,
        made_by text not null,
        public_key text not null,
        counter bigint not null,
        last_request text,
        transports text[] not null,
        backup_eligible boolean not null,
        backed_up boolean not null,
        aaguid uuid not null,
        sealed text,
        created_at bigint not null,
        last_used_at bigint,
        removed_at bigint
      ) with (fillfactor = 80)`.execute(db);
    await sql`create index passkeys_account on passkeys (account_id)`.execute(db);
    await sql`create index passkeys_removed on passkeys (removed_at) where removed_at is not null`.execute(db);
  },
};

export class PasskeyRecords implements PasskeyStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async find(credentialId: string): Promise<Passkey | null> {
    const row = await this.#present().where('credential_id', '=', credentialId).executeTakeFirst();
    return row ? passkeyOf(row) : null;
  }

  async of(accountId: string): Promise<Passkey[]> {
    const rows = await this.#present().where('account_id', '=', accountId).orderBy('created_at').orderBy('id').execute();
    return rows.map(passkeyOf);
  }

  async add(
    passkey: Omit<Passkey, 'lastUsedAt'>,
    { key, most }: { readonly key: string; readonly most: number },
  ): Promise<'added' | 'taken' | 'full'> {
    const { credentialId, accountId } = passkey;
    const known = await this.#madeBy(credentialId);
    if (known !== null) return known === key ? 'added' : 'taken';
    // Two enrolments at once can exceed the limit by one. It bounds the length of lists alone.
    if ((await this.of(accountId)).length >= most) return 'full';
    await this.#db
      .insertInto('passkeys')
      .values({
        credential_id: credentialId,
        account_id: accountId,
        id: passkey.id,
        made_by: key,
        public_key: passkey.publicKey,
        counter: passkey.counter,
        transports: [...passkey.transports],
        backup_eligible: passkey.backupEligible,
        backed_up: passkey.backedUp,
        aaguid: passkey.aaguid,
        sealed: passkey.sealed,
        created_at: passkey.createdAt,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return (await this.#madeBy(credentialId)) === key ? 'added' : 'taken';
  }

  /** One conditional statement: of two answers with the same counter, one is refused, in every process. */
  async use(
    { credentialId, accountId }: Pick<Passkey, 'credentialId' | 'accountId'>,
    { request, counter, backedUp, at }: PasskeyUse,
  ): Promise<'used' | 'cloned' | 'gone'> {
    const row = await this.#db
      .updateTable('passkeys')
      .set({ counter, backed_up: backedUp, last_used_at: at, last_request: request })
      .where('credential_id', '=', credentialId)
      .where('account_id', '=', accountId)
      .where('removed_at', 'is', null)
      .where((is) =>
        is.or([
          is('counter', '<', counter),
          // Authenticators that don't count always say 0.
          is.and([is('counter', '=', 0), is.lit(counter === 0)]),
          is.and([is('counter', '=', counter), is('last_request', '=', request)]),
        ]),
      )
      .returning('id')
      .executeTakeFirst();
    if (row !== undefined) return 'used';
    return (await this.find(credentialId)) === null ? 'gone' : 'cloned';
  }

  async rename(accountId: string, id: string, sealed: string): Promise<boolean> {
    const row = await this.#db
      .updateTable('passkeys')
      .set({ sealed })
      .where('account_id', '=', accountId)
      .where('id', '=', id)
      .where('removed_at', 'is', null)
      .returning('id')
      .executeTakeFirst();
    return row !== undefined;
  }

  async remove(accountId: string, id: string, at: number): Promise<boolean> {
    const row = await this.#db
      .updateTable('passkeys')
      .set({ removed_at: at, sealed: null })
      .where('account_id', '=', accountId)
      .where('id', '=', id)
      .where('removed_at', 'is', null)
      .returning('id')
      .executeTakeFirst();
    return row !== undefined;
  }

  async purge(removedBefore: number): Promise<void> {
    await this.#db.deleteFrom('passkeys').where('removed_at', '<', removedBefore).execute();
  }

  #present() {
    return this.#db.selectFrom('passkeys').selectAll().where('removed_at', 'is', null);
  }

  async #madeBy(credentialId: string): Promise<string | null> {
    const row = await this.#db.selectFrom('passkeys').select('made_by').where('credential_id', '=', credentialId).executeTakeFirst();
    return row?.made_by ?? null;
  }
}

function passkeyOf(row: Selectable<PasskeysTable>): Passkey {
  return {
    credentialId: row.credential_id,
    id: row.id,
    accountId: row.account_id,
    publicKey: row.public_key,
    counter: row.counter,
    transports: row.transports,
    backupEligible: row.backup_eligible,
    backedUp: row.backed_up,
    aaguid: row.aaguid,
    sealed: row.sealed,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
  };
}
