/**
 * Password guesses, counted before the password is checked. Each statement finds one row by its key, and judges and writes the row
 * atomically, so that two concurrent guesses never pass the same limit. Times are milliseconds on the caller's clock.
 */
import { type Kysely, sql } from 'kysely';
import type { Tables } from './schema.ts';

/** The limits at which a count leads to a pause and to a lock. */
export interface GuessLimits {
  /** The number of guesses that brings the first pause. */
  readonly perPause: number;
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** The number of guesses that brings the lock. */
  readonly perLock: number;
  /** The lifetime of the count after its latest guess. */
  readonly memoryMs: number;
}

/** A password guess to be counted. */
export interface PasswordGuess {
  /**
   * The keys of one count, hashed by each secret key, the current key first. A count keeps the key that it began with. The keys reveal no
   * address.
   */
  readonly keys: readonly string[];
  /** Identifies the request, so that a repetition counts once. */
  readonly name: string;
  /** Hashed; empty if unknown. */
  readonly network: string;
  readonly at: number;
}

/**
 * The result of counting a guess, with the key of the count.
 * `new`: the guess was counted. `again`: it had been counted before. In both, `lock` is set if this guess brought the lock.
 * `untold`: not counted, because the account is locked, and its owner has no notice yet, or the link in the notice has expired.
 * `refused`: not counted, because of a pause until this time, or a lock whose owner was told.
 */
export type Counted =
  | { readonly kind: 'new' | 'again'; readonly key: string; readonly lock: string | null }
  | { readonly kind: 'untold'; readonly key: string }
  | { readonly kind: 'refused'; readonly until: number };

/** This many doublings of a minute exceed every pause, and still fit a bigint. */
const mostDoublings = 30;

export class PasswordGuessRecords {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Counts a guess, unless a pause refuses it. */
  async count({ keys, name, network, at }: PasswordGuess, limits: GuessLimits): Promise<Counted> {
    const { perPause, firstPauseMs, longestPauseMs, perLock, memoryMs } = limits;
    const pauseAfter = (wrong: ReturnType<typeof sql>) => sql`
      case when ${wrong} >= ${perLock}::int then ${at}::bigint + ${memoryMs}::bigint
        when ${wrong} >= ${perPause}::int then ${at}::bigint
          + least(${longestPauseMs}::bigint, ${firstPauseMs}::bigint << least(${wrong} - ${perPause}::int, ${mostDoublings}::int))
      end`;
    const lockAfter = (wrong: ReturnType<typeof sql>) => sql`case when ${wrong} >= ${perLock}::int then ${name}::text end`;
    const first = sql`1`;
    const next = sql`(cardinality(held.names) + 1)`;
    const isOver = sql`held.ends_at <= ${at}::bigint`;
    for (;;) {
      const key = await this.#keyOf(keys);
      const { rows } = await sql<{ lock: string | null }>`
        insert into password_guesses as held (key, names, networks, paused_until, lock, ends_at)
        values (${key}, array[${name}::text], array[${network}::text], ${pauseAfter(first)}, ${lockAfter(first)}, ${at}::bigint + ${memoryMs}::bigint)
        on conflict (key) do update set
          names = case when ${isOver} then excluded.names else held.names || excluded.names end,
          networks = case when ${isOver} then excluded.networks else held.networks || excluded.networks end,
          paused_until = case when ${isOver} then excluded.paused_until else ${pauseAfter(next)} end,
          lock = case when ${isOver} then excluded.lock else ${lockAfter(next)} end,
          told_until = null,
          ends_at = excluded.ends_at
        where ${isOver} or (not ${name}::text = any(held.names) and coalesce(held.paused_until <= ${at}::bigint, true))
        returning lock`.execute(this.#db);
      if (rows[0]) return { kind: 'new', key, lock: rows[0].lock };
      const held = await this.#find(key);
      if (held?.names.includes(name)) return { kind: 'again', key, lock: held.lock === name ? name : null };
      if (held?.paused_until && held.paused_until > at) {
        const isTold = held.lock === null || (held.told_until !== null && held.told_until > at);
        return isTold ? { kind: 'refused', until: held.paused_until } : { kind: 'untold', key };
      }
      // The pause was taken back between the two statements: count again.
    }
  }

  /** @returns the count of a guess that was counted before, or null; and the end of the current pause, or null */
  async find({ keys, name, at }: Pick<PasswordGuess, 'keys' | 'name' | 'at'>): Promise<{
    readonly counted: { readonly key: string; readonly lock: string | null } | null;
    readonly pausedUntil: number | null;
  }> {
    const key = await this.#keyOf(keys);
    const held = await this.#find(key);
    const { paused_until: until = null } = held ?? {};
    return {
      counted: held?.names.includes(name) ? { key, lock: held.lock === name ? name : null } : null,
      pausedUntil: until !== null && until > at ? until : null,
    };
  }

  /** Takes back a correct guess, and the pause that it brought. */
  async takeBack(key: string, name: string, { perPause, perLock }: Pick<GuessLimits, 'perPause' | 'perLock'>): Promise<void> {
    await sql`
      with emptied as (
        delete from password_guesses where key = ${key} and names = array[${name}::text] returning key
      )
      update password_guesses set
        names = array(select guess.name from unnest(names, networks) with ordinality as guess (name, network, nth)
          where guess.name <> ${name}::text order by nth),
        networks = array(select guess.network from unnest(names, networks) with ordinality as guess (name, network, nth)
          where guess.name <> ${name}::text order by nth),
        paused_until = case when names[cardinality(names)] = ${name}::text or cardinality(names) <= ${perPause}::int
          or (lock is not null and cardinality(names) <= ${perLock}::int) then null else paused_until end,
        lock = case when cardinality(names) <= ${perLock}::int then null else lock end
      where key = ${key} and ${name}::text = any(names) and not exists (select 1 from emptied)`.execute(this.#db);
  }

  /**
   * Takes back all guesses from one network, because the owner was present there. Guesses from other networks stay counted, with their
   * pause.
   * @param networks the network, hashed by each secret key
   */
  async forgive(
    keys: readonly string[],
    networks: readonly string[],
    { perPause, perLock }: Pick<GuessLimits, 'perPause' | 'perLock'>,
  ): Promise<void> {
    const key = await this.#keyOf(keys);
    await sql`
      with kept as (
        select array(select guess.name from unnest(names, networks) with ordinality as guess (name, network, nth)
            where guess.network <> all(${networks}::text[]) order by nth) as names,
          array(select other from unnest(networks) as other where other <> all(${networks}::text[])) as networks, cardinality(names) as counted
        from password_guesses where key = ${key} and networks && ${networks}::text[] for update
      )
      update password_guesses set names = kept.names, networks = kept.networks,
        paused_until = case when cardinality(kept.names) < ${perPause}::int or (lock is not null and cardinality(kept.names) < ${perLock}::int)
          then null else paused_until end,
        lock = case when cardinality(kept.names) < ${perLock}::int then null else lock end
      from kept where key = ${key} and cardinality(password_guesses.names) = kept.counted`.execute(this.#db);
  }

  /** The id of a count's lock; null if the count is not locked. */
  async lockOf(key: string, at: number): Promise<string | null> {
    const held = await this.#find(key);
    return held && held.ends_at > at ? held.lock : null;
  }

  /** Records the time until which the owner gets no further notice of the lock. The time never moves backwards. */
  async told(key: string, until: number): Promise<void> {
    await sql`
      update password_guesses set told_until = greatest(told_until, ${until}::bigint)
      where key = ${key} and lock is not null`.execute(this.#db);
  }

  /** Clears a count that has this lock. @returns true if it had the lock */
  async unlock(key: string, lock: string): Promise<boolean> {
    const row = await this.#db
      .deleteFrom('password_guesses')
      .where('key', '=', key)
      .where('lock', '=', lock)
      .returning('key')
      .executeTakeFirst();
    return row !== undefined;
  }

  /** For the sandbox: sets a count, without a pause. */
  async arrange(keys: readonly string[], wrong: number, endsAt: number): Promise<void> {
    const key = await this.#keyOf(keys);
    const names = Array.from({ length: wrong }, (_, n) => `arranged ${n}`);
    const count = { names, networks: names.map(() => ''), paused_until: null, lock: null, told_until: null, ends_at: endsAt };
    await this.#db
      .insertInto('password_guesses')
      .values({ key, ...count })
      .onConflict((conflict) => conflict.column('key').doUpdateSet(count))
      .execute();
  }

  async forget(keys: readonly string[]): Promise<void> {
    await this.#db
      .deleteFrom('password_guesses')
      .where('key', 'in', [...keys])
      .execute();
  }

  /** Deletes expired counts. */
  async purge(at: number): Promise<void> {
    await this.#db.deleteFrom('password_guesses').where('ends_at', '<=', at).execute();
  }

  /** The key that a count began with. If several keys have a count, the largest wins; if none has, the current key. */
  async #keyOf(keys: readonly string[]): Promise<string> {
    const [current = ''] = keys;
    if (keys.length === 1) return current;
    const { rows } = await sql<{ key: string }>`
      select key from password_guesses where key = any(${keys}::text[]) order by cardinality(names) desc, key limit 1`.execute(this.#db);
    return rows[0]?.key ?? current;
  }

  #find(key: string) {
    return this.#db.selectFrom('password_guesses').selectAll().where('key', '=', key).executeTakeFirst();
  }
}
