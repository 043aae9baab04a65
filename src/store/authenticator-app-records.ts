/** The authenticator apps of accounts. Each statement except the purge finds its row by the account's id. */
import { type Kysely, sql } from 'kysely';
import type { AppUse, AuthenticatorAppStore, StoredApp } from '../authenticator-apps/authenticator-app-store.ts';
import type { Tables } from './schema.ts';

/** A repeated enrolment or use comes within seconds, or from another process after its lease. Twenty outlast both. */
const stored = 20;

export class AuthenticatorAppRecords implements AuthenticatorAppStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async find(accountId: string): Promise<StoredApp | null> {
    const row = await this.#db
      .selectFrom('authenticator_apps')
      .select(['enrolments', 'sealed', 'last_step', 'uses'])
      .where('account_id', '=', accountId)
      .executeTakeFirst();
    if (row?.sealed == null) return null;
    const { enrolments, sealed, last_step: lastStep, uses } = row;
    return { accountId, enrolment: enrolments[0] ?? '', sealed, lastStep, uses: uses.map(useOf) };
  }

  async enrol({ accountId, enrolment, sealed, lastStep, at }: Omit<StoredApp, 'uses'> & { readonly at: number }): Promise<void> {
    await sql`
      insert into authenticator_apps as app (account_id, enrolments, sealed, last_step, uses, changed_at)
      values (${accountId}, array[${enrolment}::text], ${sealed}, ${lastStep}::bigint, '{}', ${at}::bigint)
      on conflict (account_id) do update set
        enrolments = coalesce((array_prepend(${enrolment}::text, app.enrolments))[1:${stored}::int], '{}'),
        sealed = excluded.sealed, last_step = excluded.last_step, uses = '{}', changed_at = excluded.changed_at
      where not ${enrolment}::text = any(app.enrolments)`.execute(this.#db);
  }

  async use({ accountId, enrolment }: Pick<StoredApp, 'accountId' | 'enrolment'>, { step, attempt }: AppUse): Promise<boolean> {
    const { rows } = await sql`
      update authenticator_apps set
        last_step = ${step}::bigint,
        uses = coalesce((array_prepend(${`${step} ${attempt}`}::text, uses))[1:${stored}::int], '{}')
      where account_id = ${accountId} and enrolments[1] = ${enrolment} and sealed is not null and last_step < ${step}::bigint
      returning account_id`.execute(this.#db);
    return rows.length > 0;
  }

  async remove(accountId: string, at: number): Promise<boolean> {
    const row = await this.#db
      .updateTable('authenticator_apps')
      .set({ sealed: null, changed_at: at })
      .where('account_id', '=', accountId)
      .where('sealed', 'is not', null)
      .returning('account_id')
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Deletes the rows of apps that were removed before a time. */
  async purge(removedBefore: number): Promise<void> {
    await this.#db.deleteFrom('authenticator_apps').where('sealed', 'is', null).where('changed_at', '<', removedBefore).execute();
  }
}

function useOf(text: string): AppUse {
  const space = text.indexOf(' ');
  return { step: Number(text.slice(0, space)), attempt: text.slice(space + 1) };
}
