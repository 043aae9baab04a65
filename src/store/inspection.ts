/** Looks at a PostgreSQL server without changing it: for reports to an operator. */
import pg from 'pg';
import { type MigrationOptions, neededMigrations } from './migrations.ts';

export interface Inspection {
  /** The version of the server, such as 17.2. */
  readonly version: string;
  /** The migrations that the next start applies. */
  readonly pending: readonly string[];
  /** False for a database without a table of migrations. */
  readonly isUsed: boolean;
}

/** An operator waits for the report. */
const longestWaitMs = 5_000;

/** @throws the error of the driver */
export async function inspectPostgres({ url, migrations, schema }: MigrationOptions & { readonly url: string }): Promise<Inspection> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: longestWaitMs, query_timeout: longestWaitMs });
  // An error between two statements would end the process.
  client.on('error', () => {});
  try {
    await client.connect();
    if (schema !== null) await client.query(`set search_path to ${schema}`);
    const { rows: settings } = await client.query<{ server_version: string }>('show server_version');
    const { rows: tables } = await client.query<{ name: string | null }>("select to_regclass('kysely_migration')::text as name");
    const isUsed = (tables[0]?.name ?? null) !== null;
    const { rows: taken } = isUsed ? await client.query<{ name: string }>('select name from kysely_migration') : { rows: [] };
    const applied = new Set(taken.map(({ name }) => name));
    return {
      version: settings[0]?.server_version ?? '',
      pending: neededMigrations(migrations).filter((name) => !applied.has(name)),
      isUsed,
    };
  } finally {
    await client.end().catch(() => {});
  }
}
