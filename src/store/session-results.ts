/** The columns of sessions for stored results, and the statement that deletes expired ones. */
import { type Kysely, type Migration, sql } from 'kysely';
import type { ExpiryQuery } from '../engine/session-store.ts';
import type { Tables } from './schema.ts';

export const sessionResults: Migration = {
  async up(db) {
    await sql`alter table sessions add column result text, add column result_expires_at bigint`.execute(db);
    // Holds the results that are valid now, so it stays small. It finds those that have expired.
    await sql`create index sessions_result on sessions (result_expires_at) where result_expires_at is not null`.execute(db);
  },
};

/** Skips sessions that another process is writing at this moment. Their commits drop an expired result too. */
export async function forgetExpiredResults(db: Kysely<Tables>, { now, limit }: ExpiryQuery): Promise<number> {
  const { rows } = await sql<{ forgotten: number }>`
    with expired as materialized (
      select id from sessions where result_expires_at <= ${now}::bigint
      order by result_expires_at limit ${limit} for update skip locked
    ), forgotten as (
      update sessions set result = null, result_expires_at = null where id in (select id from expired) returning id
    )
    select count(*) as forgotten from forgotten`.execute(db);
  return rows[0]?.forgotten ?? 0;
}
