/**
 * The statements of budgets. Each locks the existing rows first, in the order of their keys, so that it judges the values that it updates;
 * it inserts new rows in the same order. If a sliding window already has an entry of the same name, the request was admitted before and
 * draws nothing more. A budget with several sliding windows is one row, which holds the entries of its longest window.
 */

/** Judges the draws of one request. An entry of a sliding window consists of its time and its name. */
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
    case when slides_ms is null then total < most else cardinality(recent) < most end as has_room,
    case when slides_ms is null then case when total < most then null else ends_at end
      else split_part(recent[cardinality(recent) - most + 1], ' ', 1)::bigint + slides_ms end as until
  from state
), verdict as materialized (
  select bool_or(again) as again, bool_or(again) or bool_and(has_room) as admitted,
    max(until) as until, (array_agg(key order by until desc nulls last))[1] as longest
  from judged
), written as materialized (
  select distinct on (key) * from judged order by key, slides_ms desc
), updated as (
  update budgets set
    entries = case when written.slides_ms is null then '{}' else recent || ($6::text || ' ' || $5::text) end,
    total = case when written.slides_ms is null then written.total + 1 else 0 end,
    ends_at = written.ends_at
  from written, verdict where budgets.key = written.key and admitted and not verdict.again
), inserted as (
  insert into budgets (key, entries, total, ends_at)
  select key, case when slides_ms is null then '{}' else array[$6::text || ' ' || $5::text] end,
    case when slides_ms is null then 1 else 0 end, ends_at
  from written, verdict where not known and admitted and not verdict.again order by key
)
select admitted, until, case when admitted then null else longest end as key from verdict`;

/**
 * Judges the draws of several requests, and admits them all or writes nothing. Entries are judged at the earliest time among the requests:
 * a draw that fits then also fits later. All draws on one budget must have the same limit and windows.
 */
export const spendTogetherStatement = `
with input as materialized (
  select * from unnest($1::int[], $2::text[], $3::text[], $4::bigint[], $5::int[], $6::bigint[], $7::bigint[])
    as input (request, key, entry, at, most, slides_ms, ends_at)
), wanted as materialized (
  select key, slides_ms, min(most) as most, max(ends_at) as ends_at, count(*) as draws,
    array_agg(at || ' ' || entry order by at, request) as added
  from input group by key, slides_ms
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
  select input.request, input.key, input.entry = any(names) as again, spent + draws <= state.most as fits,
    case when spent < state.most then null when state.slides_ms is null then input.ends_at
      else split_part(recent[spent - state.most + 1], ' ', 1)::bigint + state.slides_ms end as until
  from input join state on state.key = input.key and state.slides_ms is not distinct from input.slides_ms
), verdict as materialized (
  select bool_and(fits and not again) as admitted from judged
), written as materialized (
  select distinct on (key) * from state order by key, slides_ms desc
), updated as (
  update budgets set
    entries = case when written.slides_ms is null then '{}' else recent || added end,
    total = case when written.slides_ms is null then written.total + draws else 0 end,
    ends_at = written.ends_at
  from written, verdict where budgets.key = written.key and admitted
), inserted as (
  insert into budgets (key, entries, total, ends_at)
  select key, case when slides_ms is null then '{}' else added end, case when slides_ms is null then draws else 0 end, ends_at
  from written, verdict where not known and admitted order by key
)
select request, bool_or(again) as again, bool_and(fits) as fits, max(until) as until,
  (array_agg(key order by until desc nulls last))[1] as key
from judged group by request order by request`;

/** Tells if the draws of one request would be admitted, without drawing. Takes the first parameters of `spendStatement`, and the time. */
export const roomStatement = `
with input as materialized (
  select * from unnest($1::text[], $2::int[], $3::bigint[], $4::bigint[]) as input (key, most, slides_ms, ends_at)
)
select coalesce(bool_and(case when slides_ms is null then coalesce(total, 0) < most
  else (select count(*) from unnest(entries) as entry where split_part(entry, ' ', 1)::bigint + slides_ms > $5::bigint) < most end), true) as has_room
from input left join budgets using (key)`;

/**
 * Takes back one draw from each budget with fixed windows. Each request has a mark, so that a draw is taken back only once. A fixed window
 * does not store the times of its draws. The request therefore names the draw's entry in a sliding budget, and the time of this entry
 * selects the fixed window. The statement writes the marks before it locks the budgets, so that two requests with one mark never deadlock.
 */
export const giveBackStatement = `
with input as materialized (
  select * from unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[])
    as input (request, remembering, entry, mark, key, window_ms)
), drawn as materialized (
  select input.*, (select max(split_part(spent, ' ', 1)::bigint) from unnest(entries) as spent
    where split_part(spent, ' ', 2) = input.entry) as at
  from input join budgets on budgets.key = remembering
), ended as materialized (
  select request, mark || ' ' || (at / window_ms + 1) * window_ms as mark, key || ' ' || (at / window_ms + 1) * window_ms as key,
    (at / window_ms + 1) * window_ms as ends_at
  from drawn where at is not null
), marked as (
  insert into budgets (key, entries, total, ends_at)
  select mark, '{}', 1, max(ends_at) from ended group by mark order by mark
  on conflict (key) do nothing returning key
), counted as materialized (
  select ended.key, count(*) as draws from ended join marked on marked.key = ended.mark
  where request = (select min(request) from ended as same where same.mark = ended.mark)
  group by ended.key
), held as materialized (
  select budgets.key, draws from counted join budgets on budgets.key = counted.key order by budgets.key for update of budgets
)
update budgets set total = greatest(total - draws, 0) from held where budgets.key = held.key`;
