/**
 * How much was spent of what there is a limit to. One statement reads, judges and writes several budgets together: all of
 * them have room and are drawn on, or none is. Times are milliseconds on the caller's clock.
 */
import { CompiledQuery, type Kysely, sql } from 'kysely';
import { sqlState } from './availability.ts';
import type { Tables } from './schema.ts';

/** A budget, and what it is held to. */
export interface Draw {
  /** Which budget; holds nothing that could be read. */
  readonly key: string;
  readonly most: number;
  /**
   * `sliding`: at most that many in any stretch of that length, each remembered by its moment, for small limits.
   * `fixed`: at most that many from one full multiple of that length to the next, counted, for large ones.
   */
  readonly window: 'sliding' | 'fixed';
  readonly windowMs: number;
}

interface Judgement {
  readonly admitted: boolean;
  readonly until: number | null;
}

/**
 * The rows that exist are locked first, in the order of their keys, so that what is judged is what is written. An entry that
 * a sliding window remembers was admitted before: nothing more is drawn for it.
 */
export const spendStatement = `
with input as materialized (
  select * from unnest($1::text[], $2::int[], $3::bigint[], $4::bigint[]) as input (key, most, slides_ms, ends_at)
), held as materialized (
  select key, entries, total from budgets where key = any($1::text[]) order by key for update
), state as materialized (
  select input.*, held.key is not null as known, coalesce(held.total, 0) as total,
    array(select entry from unnest(held.entries) as entry where split_part(entry, ' ', 1)::bigint + slides_ms > $6::bigint) as recent
  from input left join held using (key)
), judged as materialized (
  select state.*, exists (select 1 from unnest(recent) as entry where split_part(entry, ' ', 2) = $5::text) as again,
    case when slides_ms is null then total < most else cardinality(recent) < most end as has_room
  from state
), verdict as materialized (
  select bool_or(again) as again, bool_or(again) or bool_and(has_room) as admitted,
    max(case when has_room then null when slides_ms is null then ends_at
      else split_part(recent[cardinality(recent) - most + 1], ' ', 1)::bigint + slides_ms end) as until
  from judged
), updated as (
  update budgets set
    entries = case when judged.slides_ms is null then '{}' else recent || ($6::text || ' ' || $5::text) end,
    total = case when judged.slides_ms is null then judged.total + 1 else 0 end,
    ends_at = judged.ends_at
  from judged, verdict where budgets.key = judged.key and admitted and not verdict.again
), inserted as (
  insert into budgets (key, entries, total, ends_at)
  select key, case when slides_ms is null then '{}' else array[$6::text || ' ' || $5::text] end,
    case when slides_ms is null then 1 else 0 end, ends_at
  from judged, verdict where not known and admitted and not verdict.again order by key
)
select admitted, until from verdict`;

/** SQLSTATE of a unique key that is there already. */
const uniqueViolation = '23505';

export class Budgets {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /**
   * Draws one from each budget, or from none.
   * @param entry names what is spent on: the same again costs nothing more
   * @param at the time
   * @returns null when there was room in all; else when there will be
   */
  async spend(draws: readonly Draw[], entry: string, at: number): Promise<{ readonly until: number } | null> {
    if (draws.length === 0) return null;
    const fixedEnd = ({ windowMs }: Draw) => (Math.floor(at / windowMs) + 1) * windowMs;
    const columns = [
      draws.map((draw) => (draw.window === 'fixed' ? `${draw.key} ${fixedEnd(draw)}` : draw.key)),
      draws.map(({ most }) => most),
      draws.map(({ window, windowMs }) => (window === 'fixed' ? null : windowMs)),
      draws.map((draw) => (draw.window === 'fixed' ? fixedEnd(draw) : at + draw.windowMs)),
    ];
    const { admitted, until } = await this.#judge([...columns, entry, at]);
    return admitted ? null : { until: until ?? at };
  }

  /** Takes back what was spent under a name in sliding windows. */
  async refund(keys: readonly string[], entry: string): Promise<void> {
    await sql`
      update budgets set entries = array(select spent from unnest(entries) as spent where split_part(spent, ' ', 2) <> ${entry}::text)
      where key = any(${keys}::text[])`.execute(this.#db);
  }

  async #judge(parameters: readonly unknown[]): Promise<Judgement> {
    for (;;) {
      try {
        const query: CompiledQuery<Judgement> = { ...CompiledQuery.raw(spendStatement, [...parameters]) };
        const [judgement] = (await this.#db.executeQuery(query)).rows;
        if (!judgement) throw new Error('Budgets were not judged');
        return judgement;
      } catch (error) {
        // Somebody drew on a budget for the first time at the same moment. Nothing was written: judge by what is there now.
        if (sqlState(error) !== uniqueViolation) throw error;
      }
    }
  }

  /** Forgets budgets that nothing counts against any more. */
  async purge(now: number): Promise<void> {
    await this.#db.deleteFrom('budgets').where('ends_at', '<=', now).execute();
  }
}
