/** The script that creates the service's role, on a new server. The service then runs with the rights that the script grants. */
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPostgresServer, type PostgresServer } from '../support/postgres-server.ts';
import { Client, startIn, testDatabase } from '../support/service.ts';

const password = "it's a password";
let server: PostgresServer;
let url: string;
beforeAll(async () => {
  server = await createPostgresServer();
  await server.start();
  for (const statement of statements()) await ask(server.url, statement);
  const own = new URL(server.url);
  own.username = 'verification';
  own.password = password;
  own.pathname = '/verification';
  url = own.href;
});
afterAll(() => server.remove());

/** The statements as psql sends them, with the password from the environment. */
function statements(): string[] {
  const script = readFileSync('database-role.sql', 'utf8').replaceAll(/^(--|\\).*$/gm, '');
  return script
    .split(';')
    .map((statement) => statement.replace(":'password'", pg.escapeLiteral(password)).trim())
    .filter((statement) => statement !== '');
}

async function ask(database: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: database });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

test('the service starts, migrates and verifies an address with that role, twice', async () => {
  const { environment, remove } = await testDatabase('PGlite');
  for (const email of ['first@example.com', 'second@example.com']) {
    const service = await startIn({ ...environment, DATABASE_URL: url });
    const client = new Client(service.url);
    const session = await client.verify(email);
    expect((await session.submit(await client.codeFor(email))).body.outcome).toBe('verified');
    await service.stop();
  }
  await remove();
});

test('the role owns its own database and has no other right', async () => {
  const [role] = await ask(
    url,
    'select rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls from pg_roles where rolname = user',
  );
  expect(Object.values(role ?? {})).toEqual([false, false, false, false, false]);
  expect(await ask(url, 'select * from pg_auth_members where member = (select oid from pg_roles where rolname = user)')).toEqual([]);
});

test.each([
  'create role another',
  'create database another',
  'select rolpassword from pg_authid',
  "copy (select 1) to program 'true'",
  "select pg_read_file('PG_VERSION')",
  "alter system set log_statement = 'all'",
  'alter role verification superuser',
  'create extension file_fdw',
])('the role may not: %s', async (statement) => {
  await expect(ask(url, statement)).rejects.toMatchObject({ code: '42501' });
});

test('the role connects to no other database, and no other role connects to its own', async () => {
  await expect(ask(url.replace(/\/verification$/, '/postgres'), 'select 1')).rejects.toMatchObject({ code: '42501' });
  await ask(server.url, 'create role stranger login');
  await expect(ask(url.replace('verification:', 'stranger:'), 'select 1')).rejects.toMatchObject({ code: '42501' });
});

test('the superuser has no password afterwards, and the role’s is stored hashed', async () => {
  const rows = await ask(
    server.url,
    "select rolname, rolpassword from pg_authid where rolname in ('postgres', 'verification') order by rolname",
  );
  expect(rows).toEqual([
    { rolname: 'postgres', rolpassword: null },
    { rolname: 'verification', rolpassword: expect.stringMatching(/^SCRAM-SHA-256\$/) },
  ]);
});
