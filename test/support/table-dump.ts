/** Everything that a stopped service has stored, as text: two dumps are equal if nothing changed. */
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';

type Rows = Readonly<Record<string, readonly string[]>>;

interface Connection {
  query(statement: string): Promise<{ rows: unknown[] }>;
}

/** @param except tables that requests may write without touching a session or a count */
export async function dumpOf(environment: Readonly<Record<string, string>>, except: readonly string[]): Promise<Rows> {
  const url = environment['DATABASE_URL'];
  if (url === undefined) {
    const database = await PGlite.create({ dataDir: join(environment['DATA_DIR'] ?? '', 'database') });
    return rowsIn(database, except).finally(() => database.close());
  }
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return rowsIn(client, except).finally(() => client.end());
}

async function rowsIn(connection: Connection, except: readonly string[]): Promise<Rows> {
  const texts = async (statement: string) => {
    const { rows } = await connection.query(statement);
    return (rows as { text: string }[]).map(({ text }) => text);
  };
  const tables = await texts("select table_name as text from information_schema.tables where table_schema = 'public' order by 1");
  const dumped = tables.filter((table) => !except.includes(table));
  const rows: Record<string, string[]> = {};
  for (const table of dumped) rows[table] = await texts(`select t::text as text from "${table}" t order by 1`);
  return rows;
}
