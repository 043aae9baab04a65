/** Databases on a PostgreSQL server. Each has its own name, and its creator drops it. */
import { randomUUID } from 'node:crypto';
import pg from 'pg';

export interface FreshDatabase {
  readonly name: string;
  readonly url: string;
  drop(): Promise<void>;
}

/** @param from the rest of the `create` statement, for example `template other` */
export async function createDatabase(server: string, from: string): Promise<FreshDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await administer(server, `create database ${name} ${from}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { name, url: url.href, drop: () => administer(server, `drop database if exists ${name} with (force)`) };
}

/** The rows that a statement reads. */
export async function rowsOf(url: string, statement: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

async function administer(server: string, statement: string): Promise<void> {
  await rowsOf(server, statement);
}
