/** Accounts. Each statement finds its row by the account's id. Times are milliseconds on the caller's clock. */
import { type Kysely, type Selectable, sql } from 'kysely';
import type { AccountChange, Authenticator, Guess, GuessLimits, NewAccount, Reserved, StoredAccount } from '../accounts/account.ts';
import type { AccountsTable, Tables } from './schema.ts';

interface AccountRecord extends StoredAccount {
  /** Wrong codes since the last completed login. */
  readonly wrongCodes: number;
  /** Consecutive wrong codes at the telephone, by texts and calls together. */
  readonly wrongTelephoneCodes: number;
  /** Consecutive wrong codes at the address. */
  readonly wrongAddressCodes: number;
  /** Consecutive wrong codes of factors. */
  readonly wrongFactorCodes: number;
}

/** The latest guesses whose ids are stored. More than are ever under way at once. */
const storedGuesses = 20;

const channelsOf: Readonly<Record<Authenticator, readonly string[]>> = {
  telephone: ['sms', 'voice'],
  address: ['email'],
  factor: ['factor'],
};

/** The latest changes whose keys are stored. A repeated attempt at a change follows within minutes. */
const storedChanges = 10;

export class AccountRecords {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** @returns true if the account was created; false if it existed already */
  async create({ id, sealed, passwordHash, passwordKind, emailVerified, phoneVerified, at }: NewAccount): Promise<boolean> {
    const created = await this.#db
      .insertInto('accounts')
      .values({
        id,
        sealed,
        password_hash: passwordHash,
        password_kind: passwordKind,
        password_version: 1,
        email_verified: emailVerified,
        phone_verified: phoneVerified,
        created_at: at,
        updated_at: at,
      })
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .executeTakeFirst();
    return created !== undefined;
  }

  /**
   * The hash and the version of a password. The answer has the same shape with and without an account.
   * @param decoy the hash to return without an account; the version is then 0
   */
  async passwordOf(id: string, decoy: string): Promise<{ readonly hash: string; readonly version: number }> {
    const { rows } = await sql<{ hash: string; version: number }>`
      select coalesce(password_hash, ${decoy}::text) as hash, coalesce(password_version, 0) as version
      from (select ${id}::uuid as id) as wanted left join accounts using (id)`.execute(this.#db);
    return rows[0] ?? { hash: decoy, version: 0 };
  }

  async find(id: string): Promise<AccountRecord | null> {
    const row = await this.#db.selectFrom('accounts').selectAll().where('id', '=', id).executeTakeFirst();
    return row ? accountOf(row) : null;
  }

  /** Stores a new hash of the same password. Does nothing if the password has changed in the meantime. */
  async rehash(id: string, passwordVersion: number, { hash, kind }: { hash: string; kind: string }): Promise<void> {
    await this.#db
      .updateTable('accounts')
      .set({ password_hash: hash, password_kind: kind })
      .where('id', '=', id)
      .where('password_version', '=', passwordVersion)
      .execute();
  }

  /** The kinds of hashes that accounts have. The statement skips along the index from kind to kind; `distinct` would read all of it. */
  async passwordKinds(): Promise<string[]> {
    const { rows } = await sql<{ kind: string }>`
      with recursive kinds (kind) as (
        (select password_kind from accounts order by password_kind limit 1)
        union all
        select (select password_kind from accounts where password_kind > kind order by password_kind limit 1)
        from kinds where kind is not null
      )
      select kind from kinds where kind is not null`.execute(this.#db);
    return rows.map(({ kind }) => kind).sort();
  }

  /**
   * Counts a guess before the comparison, or refuses it. The row is locked, so that two concurrent guesses never pass the same limit.
   * @returns null if the guess was counted; `outdated` if the account has changed since; otherwise an object. Its `until` is the end of the
   *   block, or null if the authenticator is closed
   */
  async reserve({
    accountId,
    id,
    authenticator,
    changes,
    at,
    wrongPerBlock,
    blockMs,
    wrongPerAuthenticator,
  }: Guess & GuessLimits): Promise<Reserved> {
    const channels = channelsOf[authenticator];
    const counts = (counted: Authenticator) => sql<number>`${authenticator === counted}::boolean::int`;
    const { rows } = await sql<{ counted: boolean; outdated: boolean; blocked_until: number | null; closed: boolean }>`
      with held as materialized (
        select id, ${id}::text = any(recent_guesses) as again, changes <> ${changes}::int as outdated,
          closed_channels && ${channels}::text[] as closed,
          coalesce(blocked_until > ${at}::bigint, false) as blocked, blocked_until, wrong_codes + 1 as wrong,
          wrong_telephone_codes + ${counts('telephone')} as wrong_telephone,
          wrong_address_codes + ${counts('address')} as wrong_address,
          wrong_factor_codes + ${counts('factor')} as wrong_factor
        from accounts where id = ${accountId} for update
      ), counted as (
        update accounts set
          wrong_codes = wrong,
          wrong_telephone_codes = wrong_telephone,
          wrong_address_codes = wrong_address,
          wrong_factor_codes = wrong_factor,
          blocked_until = case when wrong % ${wrongPerBlock}::int = 0 then ${at}::bigint + ${blockMs}::bigint else null end,
          closed_channels = case when wrong_telephone * ${counts('telephone')} + wrong_address * ${counts('address')}
              + wrong_factor * ${counts('factor')} >= ${wrongPerAuthenticator}::int then closed_channels || ${channels}::text[] else closed_channels end,
          recent_guesses = (array_prepend(${id}::text, recent_guesses))[1:${storedGuesses}::int]
        from held where accounts.id = held.id and not again and not outdated and not closed and not blocked
        returning accounts.id
      )
      select again or exists (select 1 from counted) as counted, outdated, case when blocked then blocked_until end as blocked_until, closed
      from held`.execute(this.#db);
    const [row] = rows;
    if (row?.outdated) return 'outdated';
    if (row?.counted) return null;
    return { until: row?.closed === true ? null : (row?.blocked_until ?? null) };
  }

  /** @returns true if the change is applied; false if another change came first */
  async change({ id, key, after, sealed, password, emailVerified, phoneVerified, replaced, at }: AccountChange): Promise<boolean> {
    const { hash = null, kind = null, keptLogin = null } = password ?? {};
    const { rows } = await sql<{ changed: boolean }>`
      with changed as (
        update accounts set
          sealed = ${sealed},
          password_hash = coalesce(${hash}::text, password_hash),
          password_kind = coalesce(${kind}::text, password_kind),
          password_version = password_version + case when ${hash}::text is null then 0 else 1 end,
          kept_login = case when ${hash}::text is null then kept_login else ${keptLogin}::text end,
          email_verified = ${emailVerified},
          phone_verified = ${phoneVerified},
          wrong_telephone_codes = case when ${replaced === 'telephone'}::boolean then 0 else wrong_telephone_codes end,
          wrong_address_codes = case when ${replaced === 'address'}::boolean then 0 else wrong_address_codes end,
          closed_channels = array(
            select channel from unnest(closed_channels) as channel where not channel = any(${replaced === null ? [] : channelsOf[replaced]}::text[])
          ),
          changes = changes + 1,
          recent_changes = (array_prepend(${key}::text, recent_changes))[1:${storedChanges}::int],
          updated_at = ${at}::bigint
        where id = ${id} and changes = ${after}::int and not ${key}::text = any(recent_changes)
        returning id
      )
      select exists (select 1 from changed)
        or exists (select 1 from accounts where id = ${id} and ${key}::text = any(recent_changes)) as changed`.execute(this.#db);
    return rows[0]?.changed === true;
  }

  /** The factor that the owner prefers, or `code`; null without a preference, and without an account. */
  async preferredFactor(id: string): Promise<string | null> {
    const row = await this.#db.selectFrom('accounts').select('preferred_factor').where('id', '=', id).executeTakeFirst();
    return row?.preferred_factor ?? null;
  }

  async preferFactor(id: string, name: string | null): Promise<void> {
    await this.#db.updateTable('accounts').set({ preferred_factor: name }).where('id', '=', id).execute();
  }

  /** Closes these channels, opens all others, and clears the consecutive wrong codes. @returns true if the account exists */
  async closeChannels(id: string, channels: readonly string[]): Promise<boolean> {
    const row = await this.#db
      .updateTable('accounts')
      .set({ closed_channels: [...channels], blocked_until: null, wrong_telephone_codes: 0, wrong_address_codes: 0, wrong_factor_codes: 0 })
      .where('id', '=', id)
      .returning('id')
      .executeTakeFirst();
    return row !== undefined;
  }

  /**
   * Records that the owner proved an authenticator. This clears its consecutive wrong codes and ends the block after wrong codes. If
   * another authenticator was closed, it opens and its count is cleared too; otherwise its consecutive wrong codes stay counted.
   */
  async forgetWrongCodes(id: string, proved: Authenticator): Promise<void> {
    const keptUnless = (authenticator: Authenticator, count: 'wrong_telephone_codes' | 'wrong_address_codes' | 'wrong_factor_codes') =>
      sql<number>`case when ${proved === authenticator}::boolean or closed_channels && ${channelsOf[authenticator]}::text[]
        then 0 else ${sql.ref(count)} end`;
    await this.#db
      .updateTable('accounts')
      .set({
        wrong_codes: 0,
        wrong_telephone_codes: keptUnless('telephone', 'wrong_telephone_codes'),
        wrong_address_codes: keptUnless('address', 'wrong_address_codes'),
        wrong_factor_codes: keptUnless('factor', 'wrong_factor_codes'),
        blocked_until: null,
        closed_channels: [],
        recent_guesses: [],
      })
      .where('id', '=', id)
      .execute();
  }
}

function accountOf(row: Selectable<AccountsTable>): AccountRecord {
  return {
    id: row.id,
    sealed: row.sealed,
    passwordHash: row.password_hash,
    passwordVersion: row.password_version,
    emailVerified: row.email_verified,
    phoneVerified: row.phone_verified,
    wrongCodes: row.wrong_codes,
    wrongTelephoneCodes: row.wrong_telephone_codes,
    wrongAddressCodes: row.wrong_address_codes,
    wrongFactorCodes: row.wrong_factor_codes,
    blockedUntil: row.blocked_until,
    closedChannels: row.closed_channels,
    changes: row.changes,
    keptLogin: row.kept_login,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
