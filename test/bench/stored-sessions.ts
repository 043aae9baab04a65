/** Fills a database with sessions as a service leaves them behind in a month: copies of real ones, under ids of their own. */
import type { Database } from './database.ts';

/** Of those that ended; as long as they are kept by default. */
const keptDays = 30;

/**
 * The templates are sessions that came to their end. A tenth of the copies look like ones that are still open: in the index of
 * what falls due, a day ahead at most. Ids are of the time at which the session would have started.
 */
const copyStatement = `
with templates as materialized (
  select row_number() over (order by id) as number, count(*) over () as templates, sessions.*
  from (select * from sessions where status = 'done' limit 500) as sessions
), copies as materialized (
  select
    templates.id as template,
    uuidv7(-(copy * interval '${keptDays} days' / $1::int)) as id,
    (copy::bigint * ${keptDays} * 86400000 / $1::int) as age_ms,
    copy % 10 = 0 as open,
    copy
  from generate_series(1, $1::int) as copy join templates on number = copy % templates + 1
), stored as (
  insert into sessions (
    id, workflow, version, revision, status, state, document, sealed, due_at, lease_until, created_at, updated_at, ended_at, account_id
  )
  select
    copies.id, workflow, version, revision, case when open then 'active' else status end, case when open then 'expired' else state end,
    document, sealed, case when open then created_at + 3600000 + copy % 82800 * 1000 end, null,
    created_at - age_ms, updated_at - age_ms, case when open then null else ended_at - age_ms end, account_id
  from copies join sessions on sessions.id = template
  order by copies.id
)
insert into history (session_id, revision, entries)
select copies.id, history.revision, entries from copies join history on session_id = template
order by copies.id, history.revision`;

/** Many enough to be quick, few enough for the server's memory. */
const perStatement = 100_000;

/** Copies finished sessions that are there already until there are that many. */
export async function storeSessions(database: Database, url: string, sessions: number): Promise<void> {
  for (let stored = 0; stored < sessions; stored += perStatement) {
    await database.query(copyStatement, [Math.min(perStatement, sessions - stored)], url);
  }
  // Autovacuum would have done the same over the month.
  await database.query('vacuum (analyze) sessions', [], url);
  await database.query('vacuum (analyze) history', [], url);
}

/** The tables of sessions, with all that belongs to them. */
export async function bytesPerSession(database: Database, url: string): Promise<number> {
  const [row] = await database.query<{ bytes: number }>(
    `select (pg_total_relation_size('sessions') + pg_total_relation_size('history'))::float8
      / (select count(*) from sessions)::float8 as bytes`,
    [],
    url,
  );
  return row?.bytes ?? Number.NaN;
}
