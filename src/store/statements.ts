/**
 * The statements that every request runs. Their text never changes, so PostgreSQL plans each once per connection (`preparedNames`), and
 * Kysely does not compile them for each request.
 */
import { spendStatement, spendTogetherStatement } from './budget-statements.ts';

/**
 * Writes a batch of commits.
 *
 * Two processes with overlapping batches must not deadlock. So the statement first locks the existing rows in the order of their ids
 * (`locked`), and then inserts new rows in the same order. The update and the insert both read the count of `locked`, so that the locking
 * ends before they begin. An update matches the revision that its step began with, or no row.
 */
export const commitStatement = `
with input as materialized (
  select * from unnest(
    $1::uuid[], string_to_array($2, e'\\x1f'), $3::int[], $4::int[], $5::int[], string_to_array($6, e'\\x1f'), string_to_array($7, e'\\x1f'),
    string_to_array($8, e'\\x1f')::jsonb[], string_to_array($9, e'\\x1f', ''), $10::bigint[], $11::bigint[], $12::bool[],
    $13::bigint[], $14::bigint[], $15::bigint[], string_to_array($16, e'\\x1f')::jsonb[], $17::uuid[],
    string_to_array($18, e'\\x1f', ''), $19::bigint[]
  ) as input (
    id, workflow, version, from_revision, revision, status, state, document, sealed,
    due_at, lease_ms, keep_lease, created_at, updated_at, ended_at, entries, account_id,
    result, result_expires_at
  )
), locked as materialized (
  select id from sessions where id = any($1::uuid[]) order by id for update
), updated as (
  update sessions set
    version = input.version, revision = input.revision, status = input.status, state = input.state,
    document = input.document, sealed = input.sealed, due_at = input.due_at,
    lease_until = case when input.keep_lease then sessions.lease_until
      else clock_timestamp() + input.lease_ms * interval '1 millisecond' end,
    updated_at = input.updated_at, ended_at = input.ended_at, account_id = input.account_id,
    result = input.result, result_expires_at = input.result_expires_at
  from input
  where sessions.id = input.id and sessions.revision = input.from_revision and (select count(*) from locked) >= 0
  returning sessions.id
), inserted as (
  insert into sessions (
    id, workflow, version, revision, status, state, document, sealed,
    due_at, lease_until, created_at, updated_at, ended_at, account_id, result, result_expires_at
  )
  select
    id, workflow, version, revision, status, state, document, sealed,
    due_at, clock_timestamp() + lease_ms * interval '1 millisecond', created_at, updated_at, ended_at, account_id,
    result, result_expires_at
  from input
  where from_revision = 0 and (select count(*) from locked) >= 0
  order by id
  on conflict (id) do nothing
  returning id
)
insert into history (session_id, revision, entries)
select id, revision, entries from input
where id in (select id from updated union all select id from inserted)
returning session_id`;

/** The columns of `SessionRow`. */
export const sessionColumns = `id, workflow, version, revision, status, document, account_id, sealed, result, result_expires_at,
  created_at, updated_at, ended_at, lease_until is not null and lease_until <= clock_timestamp() as lease_lapsed`;

export const loadStatement = `
select ${sessionColumns}
from sessions where id = any($1::uuid[])`;

export const revisionStatement = 'select id, revision from sessions where id = any($1::uuid[])';

/** The names of the prepared statements, by their text. */
export const preparedNames: ReadonlyMap<string, string> = new Map([
  [spendStatement, 'spend'],
  [spendTogetherStatement, 'spend-together'],
  [commitStatement, 'commit'],
  [loadStatement, 'load'],
  [revisionStatement, 'revision'],
]);
