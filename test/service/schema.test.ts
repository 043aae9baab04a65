/** SCHEMA: the tables of a service in a database that it shares with an application or another service. */
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { blankPostgres } from '../support/databases.ts';
import { Client, startIn, testDatabase } from '../support/service.ts';

test('a database keeps its other tables, and holds one service in each schema', async () => {
  const shared = await blankPostgres();
  onTestFinished(shared.drop);
  const own = await testDatabase('PostgreSQL');
  onTestFinished(own.remove);
  const sql = new pg.Client({ connectionString: shared.url });
  await sql.connect();
  // An application with its own table `sessions`, which migrates with the same library.
  await sql.query('create table sessions (id integer primary key); insert into sessions values (7)');
  await sql.query(
    "create table kysely_migration (name text primary key, timestamp text); insert into kysely_migration values ('0001-theirs', '')",
  );
  const before = await tables(sql);

  const start = (schema: string) => startIn({ ...own.environment, DATABASE_URL: shared.url, SCHEMA: schema });
  const [one, two] = [await start('verification'), await start('staging')];
  const clients = [new Client(one.url), new Client(two.url)] as const;
  const session = await clients[0].verify('jane@example.com');
  expect((await session.submit(await clients[0].codeFor('jane@example.com'))).body.state).toBe('verified');
  expect((await clients[1].get(session.path, session.token)).status).toBe(404);
  await one.stop();
  await two.stop();

  const again = await start('verification');
  expect((await new Client(again.url).get(session.path, session.token)).body.state).toBe('verified');
  await again.stop();
  expect((await tables(sql)).filter(({ schema }) => schema === 'public')).toEqual(before);
  expect((await sql.query('select id from sessions')).rows).toEqual([{ id: 7 }]);
  const schemas = new Set((await tables(sql)).map(({ schema }) => schema));
  expect(schemas).toEqual(new Set(['public', 'staging', 'verification']));
  await sql.end();
});

async function tables(sql: pg.Client): Promise<{ schema: string; name: string }[]> {
  const { rows } = await sql.query(
    "select table_schema as schema, table_name as name from information_schema.tables where table_schema not in ('pg_catalog', 'information_schema') order by 1, 2",
  );
  return rows;
}
