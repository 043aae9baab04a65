/**
 * Sessions in SQL, the same for PostgreSQL and PGlite. The engine decides when a session is due, leased or ended, and passes this in the
 * commit. The store reads no machine.
 */
import { CompiledQuery, type Kysely, sql } from 'kysely';
import { isId } from '../common/ids.ts';
import { Batcher } from '../engine/batcher.ts';
import type { HistoryEntry, Session } from '../engine/session.ts';
import type {
  Commit,
  DueQuery,
  ExpiryQuery,
  ListedSession,
  Loaded,
  PurgeQuery,
  SessionQuery,
  SessionStore,
  StateCount,
  VersionInUse,
} from '../engine/session-store.ts';
import type { Tables } from './schema.ts';
import { forgetExpiredResults } from './session-results.ts';
import { commitParameters, listedFrom, loadedFrom, type SessionRow } from './session-rows.ts';
import { commitStatement, loadStatement, revisionStatement, sessionColumns } from './statements.ts';

/** Sessions stranded per statement: enough to be quick, few enough that no request waits long for a locked row. */
const strandedPerStatement = 500;

/** PostgreSQL raises an error for a malformed uuid. For a caller, it is an id that no session has. */
const isAnyId = (id: string): boolean => isId(id.toLowerCase());

/** Smaller than every id of a session. */
const leastId = '00000000-0000-0000-0000-000000000000';

/** A sub-select reads the clock once, so PostgreSQL can use an index. With a volatile function it can't. */
const databaseNow = sql`(select clock_timestamp())`;

/**
 * Sessions that will be woken, including ended ones with notices left to send. This wording matches two small indexes. A condition on the
 * status would read every session of the last month, and the start would exceed the statement time-out.
 */
const willBeWoken = sql`due_at is not null or lease_until is not null`;

/** True for an ended session without notices left to send. A stranded one may still have some. */
const nothingLeftToTell = sql`due_at is null and lease_until is null and status <> 'stranded'`;

/** Stranded or suspended, in the wording of an index. */
const isSetAside = sql`status in ('stranded', 'suspended')`;

/** Waits for an event alone, in the wording of an index. */
const isWaiting = sql`(status = 'active' and due_at is null and lease_until is null)`;

export class SqlSessionStore implements SessionStore {
  readonly #db: Kysely<Tables>;
  readonly #loads = new Batcher(
    (ids: readonly string[]) => this.#loadAll(ids),
    (id) => id,
    { shares: true },
  );

  readonly #revisions = new Batcher(
    (ids: readonly string[]) => this.#allRevisions(ids),
    (id) => id,
    { shares: true },
  );

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async commit(commits: readonly Commit[]): Promise<boolean[]> {
    if (commits.length === 0) return [];
    const rows = await this.#ask<{ session_id: string }>(commitStatement, commitParameters(commits));
    const written = new Set(rows.map((row) => row.session_id));
    return commits.map(({ session }) => written.has(session.id));
  }

  async load(id: string): Promise<Loaded | null> {
    return isAnyId(id) ? this.#loads.ask(id.toLowerCase()) : null;
  }

  async revision(id: string): Promise<number | null> {
    return isAnyId(id) ? this.#revisions.ask(id.toLowerCase()) : null;
  }

  async history(id: string): Promise<HistoryEntry[]> {
    if (!isAnyId(id)) return [];
    const rows = await this.#db.selectFrom('history').select('entries').where('session_id', '=', id).orderBy('revision').execute();
    return rows.flatMap((row) => row.entries);
  }

  /** Skips sessions that another process is writing at this moment. */
  async due({ now, limit, skip, except }: DueQuery): Promise<Loaded[]> {
    // Two searches, each along its own index and no further than `limit`: after an outage millions may be due.
    const { rows } = await sql<SessionRow>`
      with timed as materialized (
        select id, ${now}::bigint - due_at as overdue_ms from sessions
        where due_at <= ${now}::bigint and id <> all(${except}::uuid[])
        order by due_at limit ${limit} offset ${skip} for update skip locked
      ), orphaned as materialized (
        select id, extract(epoch from ${databaseNow} - lease_until) * 1000 as overdue_ms from sessions
        where lease_until <= ${databaseNow} and id <> all(${except}::uuid[])
        order by lease_until limit ${limit} for update skip locked
      ), waiting as materialized (
        select id, max(overdue_ms) as overdue_ms from (select * from timed union all select * from orphaned) as found
        group by id order by max(overdue_ms) desc, id limit ${limit}
      )
      select ${sql.raw(sessionColumns)} from waiting join sessions using (id) order by overdue_ms desc, id`.execute(this.#db);
    return rows.map(loadedFrom);
  }

  async nextDue(): Promise<{ dueAt: number | null; leaseInMs: number | null }> {
    const { rows } = await sql<{ due_at: number | null; lease_in_ms: number | null }>`
      select
        (select min(due_at) from sessions where due_at is not null) as due_at,
        (select ceil(extract(epoch from min(lease_until) - clock_timestamp()) * 1000)::bigint
          from sessions where lease_until is not null) as lease_in_ms`.execute(this.#db);
    const leaseInMs = rows[0]?.lease_in_ms ?? null;
    return { dueAt: rows[0]?.due_at ?? null, leaseInMs: leaseInMs === null ? null : Math.max(0, leaseInMs) };
  }

  async nextTaskDueAt(until: number): Promise<number | null> {
    const { rows } = await sql<{ due_at: number }>`
      select due_at from sessions
      where due_at <= ${until}::bigint and jsonb_array_length(document -> 'tasks') > 0
      order by due_at limit 1`.execute(this.#db);
    return rows[0]?.due_at ?? null;
  }

  async list({ workflow, state, accountId, below, limit }: SessionQuery): Promise<ListedSession[]> {
    const columns = [
      'id',
      'workflow',
      'version',
      'revision',
      'status',
      'state',
      'account_id',
      'created_at',
      'updated_at',
      'ended_at',
    ] as const;
    let query = this.#db.selectFrom('sessions').select(columns).orderBy('id', 'desc').limit(limit);
    if (workflow !== null) query = query.where('workflow', '=', workflow);
    if (state !== null) query = query.where('state', '=', state);
    if (accountId !== null) query = query.where('account_id', '=', accountId);
    if (below !== null) query = query.where('id', '<', below);
    return (await query.execute()).map(listedFrom);
  }

  async purge({ endedBefore, limit }: PurgeQuery): Promise<number> {
    const { rows } = await sql<{ purged: number }>`
      with doomed as materialized (
        select id from sessions where ended_at < ${endedBefore}::bigint and ${nothingLeftToTell}
        order by ended_at limit ${limit} for update skip locked
      ), forgotten as (
        delete from history where session_id in (select id from doomed)
      ), deleted as (
        delete from sessions where id in (select id from doomed) returning id
      )
      select count(*) as purged from deleted`.execute(this.#db);
    return rows[0]?.purged ?? 0;
  }

  forgetResults(query: ExpiryQuery): Promise<number> {
    return forgetExpiredResults(this.#db, query);
  }

  async versionsInUse(): Promise<VersionInUse[]> {
    const { rows } = await sql<VersionInUse>`
      select workflow, version, count(*) as sessions from sessions
      where ${willBeWoken} or ${isSetAside} or ${isWaiting}
      group by workflow, version order by workflow, version`.execute(this.#db);
    return rows;
  }

  /** Uses no index. An index would have to be updated with every step of every session, and this count is rarely needed. */
  async countByState(): Promise<StateCount[]> {
    const { rows } = await sql<StateCount>`
      select workflow, version, status, state, count(*) as sessions from sessions
      group by workflow, version, status, state order by workflow, version, status, state`.execute(this.#db);
    return rows;
  }

  /** Raises the revision, so that cached copies of the sessions can't commit, here or in another process. */
  async setStranded(workflow: string, version: number, stranded: boolean): Promise<number> {
    const change = stranded
      ? sql`status = 'stranded', due_at = null, lease_until = null`
      : // Timers that came due in the meantime are due at once. An attempt that was under way counts as orphaned.
        sql`status = case when ended_at is null then 'active' else 'done' end,
          due_at = (select min(at) from (
            select (timer ->> 'dueAt')::bigint as at from jsonb_array_elements(document -> 'timers') as timer
            union all select (task ->> 'retryAt')::bigint from jsonb_array_elements(document -> 'tasks') as task
            union all select (task ->> 'answerBy')::bigint from jsonb_array_elements(document -> 'tasks') as task
          ) as times),
          lease_until = (select min(clock_timestamp()) from jsonb_array_elements(document -> 'tasks') as task
            where task ->> 'retryAt' is null and task ->> 'child' is null and task ->> 'answerBy' is null)`;
    const affected = stranded ? sql`${willBeWoken} or status = 'suspended' or ${isWaiting}` : isSetAside;
    let total = 0;
    for (;;) {
      const { rows } = await sql<{ changed: number }>`
        with chosen as (
          select id from sessions where (${affected}) and workflow = ${workflow} and version = ${version}
          limit ${strandedPerStatement}
        ), locked as materialized (
          select id from sessions where id = any(array(select id from chosen)) order by id for update
        ), changed as (
          update sessions set ${change}, revision = revision + 1
          where id = any(array(select id from locked)) and (${affected})
          returning id
        )
        select count(*) as changed from changed`.execute(this.#db);
      const changed = rows[0]?.changed ?? 0;
      total += changed;
      if (changed === 0) return total;
    }
  }

  async stranded({ workflow, version, after, limit }: Parameters<SessionStore['stranded']>[0]): Promise<Session[]> {
    const { rows } = await sql<SessionRow>`
      select ${sql.raw(sessionColumns)} from sessions
      where status = 'stranded' and workflow = ${workflow} and version = ${version} and id > coalesce(${after}::uuid, ${leastId}::uuid)
      order by id limit ${limit}`.execute(this.#db);
    return rows.map((row) => loadedFrom(row).session);
  }

  async databaseTime(): Promise<number> {
    return databaseTime(this.#db);
  }

  async ping(): Promise<void> {
    await sql`select 1`.execute(this.#db);
  }

  async #loadAll(ids: readonly string[]): Promise<(Loaded | null)[]> {
    const rows = await this.#ask<SessionRow>(loadStatement, [ids]);
    const loaded = new Map(rows.map((row) => [row.id, loadedFrom(row)]));
    return ids.map((id) => loaded.get(id) ?? null);
  }

  async #allRevisions(ids: readonly string[]): Promise<(number | null)[]> {
    const rows = await this.#ask<{ id: string; revision: number }>(revisionStatement, [ids]);
    const revisions = new Map(rows.map(({ id, revision }) => [id, revision]));
    return ids.map((id) => revisions.get(id) ?? null);
  }

  async #ask<Row>(statement: string, parameters: readonly unknown[]): Promise<Row[]> {
    const query: CompiledQuery<Row> = { ...CompiledQuery.raw(statement, [...parameters]) };
    const { rows } = await this.#db.executeQuery(query);
    return rows;
  }
}

/** The database's own clock, in whole milliseconds since the epoch. */
async function databaseTime(db: Kysely<Tables>): Promise<number> {
  const { rows } = await sql<{ now: number }>`select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as now`.execute(db);
  const now = rows[0]?.now;
  if (now === undefined) throw new Error('The database did not return its time');
  return now;
}
