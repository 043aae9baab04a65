/**
 * Wrong passwords, counted before anybody looks at them. Each statement reaches one row by its key, and writes it only as it finds it:
 * of guesses at the same moment, no two pass the same limit. Times are milliseconds on the caller's clock.
 */
import { type Kysely, sql } from 'kysely';
import type { Tables } from './schema.ts';

/** How a count grows into pauses, and into a lock. */
export interface GuessLimits {
  /** Guesses before the first pause. */
  readonly perPause: number;
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** Guesses before the lock. */
  readonly perLock: number;
  /** How long after the last guess all of them are forgotten. */
  readonly memoryMs: number;
}

/** A password that is to be looked at. */
export interface PasswordGuess {
  /**
   * Whose count it is in, as each secret key hashes it, the current one first: a count goes on under the key that it was begun with.
   * A key holds nothing that could be read.
   */
  readonly keys: readonly string[];
  /** Names the request: the same again is counted once. */
  readonly name: string;
  /** Hashed; empty where it is not known. */
  readonly network: string;
  readonly at: number;
}

/**
 * What came of counting a guess, and which key it is counted under. `new`, `again`: it was counted, now or before, and `lock` says that it brought the lock. `untold`: it
 * was not, because of a lock that the owner knows nothing of, or nothing any more. `refused`: it was not, until a moment.
 */
export type Counted =
  | { readonly kind: 'new' | 'again'; readonly key: string; readonly lock: string | null }
  | { readonly kind: 'untold'; readonly key: string }
  | { readonly kind: 'refused'; readonly until: number };

/** Doubling a minute so often exceeds any pause, and no bigint. */
const mostDoublings = 30;

export class PasswordGuessRecords {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Counts a guess, unless there is a pause. */
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
      // The pause was taken back at this very moment: count again.
    }
  }

  /** @returns until when guesses are refused; null where they are not */
  async pausedUntil(keys: readonly string[], at: number): Promise<number | null> {
    const { paused_until: until = null } = (await this.#find(await this.#keyOf(keys))) ?? {};
    return until !== null && until > at ? until : null;
  }

  /** Takes a guess back, with the pause that it brought: it was right. @returns whether it was counted until now */
  async takeBack(key: string, name: string, { perPause, perLock }: Pick<GuessLimits, 'perPause' | 'perLock'>): Promise<boolean> {
    const { rows } = await sql<{ taken: boolean }>`
      with emptied as (
        delete from password_guesses where key = ${key} and names = array[${name}::text] returning key
      ), lessened as (
        update password_guesses set
          names = array(select guess.name from unnest(names, networks) with ordinality as guess (name, network, nth)
            where guess.name <> ${name}::text order by nth),
          networks = array(select guess.network from unnest(names, networks) with ordinality as guess (name, network, nth)
            where guess.name <> ${name}::text order by nth),
          paused_until = case when names[cardinality(names)] = ${name}::text or cardinality(names) <= ${perPause}::int
            or (lock is not null and cardinality(names) <= ${perLock}::int) then null else paused_until end,
          lock = case when cardinality(names) <= ${perLock}::int then null else lock end
        where key = ${key} and ${name}::text = any(names) and not exists (select 1 from emptied)
        returning key
      )
      select exists (select 1 from emptied) or exists (select 1 from lessened) as taken`.execute(this.#db);
    return rows[0]?.taken === true;
  }

  /**
   * Takes back all guesses that came from a network: its owner was there. Those of others stay, and so does their pause.
   * @param networks the network as each secret key hashes it
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

  /** The name of the lock of a count; null where it is not locked. */
  async lockOf(key: string, at: number): Promise<string | null> {
    const held = await this.#find(key);
    return held && held.ends_at > at ? held.lock : null;
  }

  /** The owner was told of the lock, in a way that is good until a moment. */
  async told(key: string, until: number): Promise<void> {
    await this.#db
      .updateTable('password_guesses')
      .set({ told_until: until })
      .where('key', '=', key)
      .where('lock', 'is not', null)
      .execute();
  }

  /** Forgets a count that has this lock. @returns whether it had */
  async unlock(key: string, lock: string): Promise<boolean> {
    const row = await this.#db
      .deleteFrom('password_guesses')
      .where('key', '=', key)
      .where('lock', '=', lock)
      .returning('key')
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Makes a count of so many, without a pause: for the sandbox. */
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

  /** Forgets counts that are over. */
  async purge(at: number): Promise<void> {
    await this.#db.deleteFrom('password_guesses').where('ends_at', '<=', at).execute();
  }

  /** The key that a count was begun with: of several, that of the largest. Without one, the current. */
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
