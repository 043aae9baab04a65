/**
 * How budgets are judged and drawn on. The rows that exist are locked first, in the order of their keys, so that what is judged is
 * what is written; new ones are made in the same order. An entry that a sliding window remembers was admitted before: nothing
 * more is drawn for it.
 */

/** Judges the draws of one request: in a sliding window, an entry is its moment and its name. */
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

/**
 * Judges the draws of several requests, and admits them all or writes nothing. Entries are judged by the earliest moment among
 * the requests: what there is room for then, there is room for later. All draws on one budget must have the same terms.
 */
export const spendTogetherStatement = `
with input as materialized (
  select * from unnest($1::int[], $2::text[], $3::text[], $4::bigint[], $5::int[], $6::bigint[], $7::bigint[])
    as input (request, key, entry, at, most, slides_ms, ends_at)
), wanted as materialized (
  select key, min(most) as most, min(slides_ms) as slides_ms, max(ends_at) as ends_at, count(*) as draws,
    array_agg(at || ' ' || entry order by at, request) as added
  from input group by key
), held as materialized (
  select key, entries, total from budgets where key = any($2::text[]) order by key for update
), remembered as materialized (
  select wanted.*, held.key is not null as known, coalesce(held.total, 0) as total,
    array(select entry from unnest(held.entries) as entry
      where split_part(entry, ' ', 1)::bigint + slides_ms > (select min(at) from input)) as recent
  from wanted left join held using (key)
), state as materialized (
  select remembered.*, case when slides_ms is null then total else cardinality(recent) end as spent,
    array(select split_part(entry, ' ', 2) from unnest(recent) as entry) as names
  from remembered
), judged as materialized (
  select input.request, input.entry = any(names) as again, spent + draws <= state.most as fits,
    case when spent < state.most then null when state.slides_ms is null then input.ends_at
      else split_part(recent[spent - state.most + 1], ' ', 1)::bigint + state.slides_ms end as until
  from input join state using (key)
), verdict as materialized (
  select bool_and(fits and not again) as admitted from judged
), updated as (
  update budgets set
    entries = case when state.slides_ms is null then '{}' else recent || added end,
    total = case when state.slides_ms is null then state.total + draws else 0 end,
    ends_at = state.ends_at
  from state, verdict where budgets.key = state.key and admitted
), inserted as (
  insert into budgets (key, entries, total, ends_at)
  select key, case when slides_ms is null then '{}' else added end, case when slides_ms is null then draws else 0 end, ends_at
  from state, verdict where not known and admitted order by key
)
select request, bool_or(again) as again, bool_and(fits) as fits, max(until) as until from judged group by request order by request`;
