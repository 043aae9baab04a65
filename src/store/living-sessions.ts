/** Reads the sessions that are not over, without changing them: for reports to an operator. */
import pg from 'pg';
import type { Session } from '../engine/session.ts';
import type { StateCount } from '../engine/session-store.ts';
import { loadedFrom, type SessionRow } from './session-rows.ts';
import { sessionColumns } from './statements.ts';

/** A count reads every row; an operator waits for the report. */
const longestWaitMs = 60_000;
const connectWaitMs = 5_000;

/** Enough for few round trips; the documents of as many sessions fit in memory. */
const page = 500;

/** Ended sessions with messages left to send are among them: their machine must still be there. */
const isLiving = `(ended_at is null or due_at is not null or lease_until is not null or status in ('stranded', 'suspended'))`;

export interface LivingSessions {
  /** By workflow, version, status and state. */
  count(): Promise<StateCount[]>;
  /** The sessions of one version, page by page. */
  of(workflow: string, version: number): AsyncIterable<Session>;
}

/**
 * @param use may read the sessions until its promise is settled. A database without tables has none
 * @throws the error of the driver
 */
export async function withLivingSessions<Result>(
  { url, schema }: { readonly url: string; readonly schema: string | null },
  use: (sessions: LivingSessions) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: connectWaitMs,
    query_timeout: longestWaitMs,
    types: { getTypeParser: (oid, format) => (oid === bigint ? Number : pg.types.getTypeParser(oid, format)) },
  });
  // An error between two statements would end the process.
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('set default_transaction_read_only to on');
    if (schema !== null) await client.query(`set search_path to ${schema}`);
    const { rows } = await client.query<{ name: string | null }>("select to_regclass('sessions')::text as name");
    return await use((rows[0]?.name ?? null) === null ? noSessions : sessionsOf(client));
  } finally {
    await client.end().catch(() => {});
  }
}

/** The type of times and counts, as PostgreSQL numbers its types. */
const bigint: number = pg.types.builtins.INT8;

const noSessions: LivingSessions = { count: async () => [], async *of() {} };

function sessionsOf(client: pg.Client): LivingSessions {
  return {
    count: async () => {
      const { rows } = await client.query<StateCount>(
        `select workflow, version, status, state, count(*) as sessions from sessions where ${isLiving}
        group by workflow, version, status, state order by workflow, version, status, state`,
      );
      return rows;
    },
    async *of(workflow, version) {
      for (let after: string | null = null; ; ) {
        const { rows }: { rows: SessionRow[] } = await client.query<SessionRow>(
          `select ${sessionColumns} from sessions where workflow = $1 and version = $2 and ${isLiving} and ($3::uuid is null or id > $3)
          order by id limit ${page}`,
          [workflow, version, after],
        );
        const last = rows.at(-1);
        if (last === undefined) return;
        after = last.id;
        for (const row of rows) yield loadedFrom(row).session;
      }
    },
  };
}
