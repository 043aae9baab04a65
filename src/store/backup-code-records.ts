/** The backup codes of accounts. Each statement except the purge finds its row by the account's id. */
import { type Kysely, sql } from 'kysely';
import type { BackupCodeStore, CodeUse, StoredCodes } from '../backup-codes/backup-code-store.ts';
import type { Tables } from './schema.ts';

/** A repeated enrolment comes within seconds, or from another process after its lease. Twenty outlast both. */
const storedEnrolments = 20;

export class BackupCodeRecords implements BackupCodeStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async find(accountId: string): Promise<StoredCodes | null> {
    const row = await this.#db
      .selectFrom('backup_codes')
      .select(['enrolments', 'key_id', 'unused', 'uses'])
      .where('account_id', '=', accountId)
      .executeTakeFirst();
    if (row?.key_id == null) return null;
    const { enrolments, key_id: keyId, unused, uses } = row;
    return { accountId, enrolment: enrolments[0] ?? '', keyId, unused, uses: uses.map(useOf) };
  }

  async enrol({ accountId, enrolment, keyId, unused, at }: Omit<StoredCodes, 'uses'> & { readonly at: number }): Promise<void> {
    await sql`
      insert into backup_codes as codes (account_id, enrolments, key_id, unused, uses, changed_at)
      values (${accountId}, array[${enrolment}::text], ${keyId}, ${unused}::text[], '{}', ${at}::bigint)
      on conflict (account_id) do update set
        enrolments = coalesce((array_prepend(${enrolment}::text, codes.enrolments))[1:${storedEnrolments}::int], '{}'),
        key_id = excluded.key_id, unused = excluded.unused, uses = '{}', changed_at = excluded.changed_at
      where not ${enrolment}::text = any(codes.enrolments)`.execute(this.#db);
  }

  async use({ accountId, enrolment }: Pick<StoredCodes, 'accountId' | 'enrolment'>, { hash, attempt }: CodeUse): Promise<number | null> {
    const { rows } = await sql<{ left: number }>`
      update backup_codes set
        unused = array_remove(unused, ${hash}::text),
        uses = array_append(uses, ${`${hash} ${attempt}`}::text)
      where account_id = ${accountId} and enrolments[1] = ${enrolment} and key_id is not null and ${hash}::text = any(unused)
      returning cardinality(unused) as "left"`.execute(this.#db);
    return rows[0]?.left ?? null;
  }

  async remove(accountId: string, at: number): Promise<boolean> {
    const row = await this.#db
      .updateTable('backup_codes')
      .set({ key_id: null, unused: [], uses: [], changed_at: at })
      .where('account_id', '=', accountId)
      .where('key_id', 'is not', null)
      .returning('account_id')
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Deletes the rows of sets that were removed before a time. */
  async purge(removedBefore: number): Promise<void> {
    await this.#db.deleteFrom('backup_codes').where('key_id', 'is', null).where('changed_at', '<', removedBefore).execute();
  }
}

function useOf(text: string): CodeUse {
  const space = text.indexOf(' ');
  return { hash: text.slice(0, space), attempt: text.slice(space + 1) };
}
