/** The two kinds of database, each opened empty for one test and gone after it. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { openPglite } from '../../src/store/pglite.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import type { Store } from '../../src/store/store.ts';

/** Makes an empty database on the run's server. */
export async function freshPostgres(): Promise<{ url: string; drop(): Promise<void> }> {
  const server = process.env['TEST_DATABASE_URL'];
  if (!server) throw new Error('TEST_DATABASE_URL is not set: add test/support/postgres-server.ts to globalSetup');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await administer(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => administer(server, `drop database if exists ${name} with (force)`) };
}

async function administer(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** A contract suite runs once per entry. Closing the store removes its data too. */
export const databases: readonly { readonly name: string; open(): Promise<Store> }[] = [
  { name: 'PGlite', open: openFreshPglite },
  { name: 'PostgreSQL', open: openFreshPostgres },
];

async function openFreshPglite(): Promise<Store> {
  const folder = await mkdtemp(join(tmpdir(), 'pglite-'));
  await layOutPglite(folder);
  return closingWith(await openPglite({ folder }), () => rm(folder, { recursive: true, force: true }));
}

/** Puts an empty database into a data folder. PGlite takes seconds to make one and a moment to open one: this is a copy of one that is kept. */
export async function layOutPglite(folder: string): Promise<void> {
  await cp(await emptyPglite(), join(folder, 'database'), { recursive: true });
}

async function emptyPglite(): Promise<string> {
  const packaged = dirname(createRequire(import.meta.url).resolve('@electric-sql/pglite'));
  const { version }: { version: string } = JSON.parse(await readFile(join(packaged, '../package.json'), 'utf8'));
  const cache = join(import.meta.dirname, '../../node_modules/.cache');
  const kept = join(cache, `pglite-${version}`);
  if (existsSync(kept)) return kept;
  await mkdir(cache, { recursive: true });
  const made = await mkdtemp(join(cache, 'pglite-'));
  await (await PGlite.create({ dataDir: made })).close();
  // Several workers may get here at once: the first to finish is kept.
  await rename(made, kept).catch(() => rm(made, { recursive: true, force: true }));
  return kept;
}

async function openFreshPostgres(): Promise<Store> {
  const { url, drop } = await freshPostgres();
  return closingWith(await openPostgres({ url }), drop);
}

function closingWith(store: Store, clean: () => Promise<void>): Store {
  const close = async () => {
    await store.close();
    await clean();
  };
  return { ...store, close };
}
