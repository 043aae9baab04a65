/** The two kinds of database. Each opens empty for one test and is removed afterwards. */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { accountRecords } from '../../src/modules/accounts/open.ts';
import { GuessRecords } from '../../src/store/guess-records.ts';
import { openPglite } from '../../src/store/pglite.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import type { Store } from '../../src/store/store.ts';
import { createDatabase, type FreshDatabase } from './postgres-databases.ts';

/** Creates a database without rows on the run's server, with the current schema: a copy of the run's template. */
export function freshPostgres(): Promise<FreshDatabase> {
  const { TEST_DATABASE_TEMPLATE: template } = process.env;
  if (!template) throw new Error('TEST_DATABASE_TEMPLATE is not set: add test/support/postgres-server.ts to globalSetup');
  return createDatabase(runServer(), `template ${template}`);
}

/** Creates a database on the run's server, without migrations. */
export function blankPostgres(): Promise<FreshDatabase> {
  return createDatabase(runServer(), '');
}

function runServer(): string {
  const { TEST_DATABASE_URL: server } = process.env;
  if (!server) throw new Error('TEST_DATABASE_URL is not set: add test/support/postgres-server.ts to globalSetup');
  return server;
}

export type DatabaseKind = 'PGlite' | 'PostgreSQL';

/** The databases of this run: `npm test` takes one, the other runs the other (`test-runs.ts`). */
export const databaseKinds: readonly DatabaseKind[] = (['PGlite', 'PostgreSQL'] as const).filter((kind) =>
  (process.env['TEST_DATABASES'] ?? 'PGlite,PostgreSQL').split(',').includes(kind),
);

/**
 * For suites that say nothing about the database, and so run on one. A copy of PostgreSQL's template takes a tenth of the processor time
 * that a PGlite takes to open.
 */
export const quickDatabase: DatabaseKind = 'PostgreSQL';

/** A store, with the tables of the modules. */
export type TestStore = Store & ReturnType<typeof accountRecords> & { readonly guesses: GuessRecords };

/** A contract suite runs once per entry. Closing the store removes its data. */
export const databases: readonly { readonly name: DatabaseKind; open(): Promise<TestStore> }[] = databaseKinds.map((name) => ({
  name,
  open: name === 'PGlite' ? openFreshPglite : openFreshPostgres,
}));

async function openFreshPglite(): Promise<TestStore> {
  const folder = await mkdtemp(join(tmpdir(), 'pglite-'));
  await layOutPglite(folder);
  return closingWith(await openPglite({ folder }), () => rm(folder, { recursive: true, force: true }));
}

/**
 * Puts a database without rows into a data folder. PGlite takes seconds to create one and a moment to open one, so this copies a prepared
 * one.
 */
export async function layOutPglite(folder: string): Promise<void> {
  copyFolder(await pgliteTemplate(), join(folder, 'database'));
}

/** The folders of the databases `template1` and `template0`, by object identifier. No session opens these databases. */
const templateFolders = [join('base', '1'), join('base', '4')];

/**
 * Takes a fifteenth of the processor time of Node's own `cp`, which checks each of a thousand files. Most bytes are left out: the template
 * databases, and the end of the write-ahead log, which is all zeros.
 */
function copyFolder(from: string, to: string, path = ''): void {
  mkdirSync(join(to, path), { recursive: true });
  for (const entry of readdirSync(join(from, path), { withFileTypes: true })) {
    const inside = join(path, entry.name);
    if (entry.isDirectory()) copyFolder(from, to, inside);
    else if (path === 'pg_wal') copySparsely(join(from, inside), join(to, inside));
    else if (!templateFolders.includes(path) || entry.name === 'PG_VERSION') copyFileSync(join(from, inside), join(to, inside));
  }
}

function copySparsely(from: string, to: string): void {
  const bytes = readFileSync(from);
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  writeFileSync(to, bytes.subarray(0, end));
  truncateSync(to, bytes.length);
}

/** @returns the folder of a database with the current schema, made once for each version of PGlite and each state of the schema */
async function pgliteTemplate(): Promise<string> {
  const root = join(import.meta.dirname, '../..');
  const packaged = dirname(createRequire(import.meta.url).resolve('@electric-sql/pglite'));
  const sources = [
    join(packaged, '../package.json'),
    join(root, 'src/store/migrations.ts'),
    join(root, 'src/store/module-migrations.ts'),
    join(root, 'src/store/pglite.ts'),
  ];
  const hash = createHash('sha256');
  for (const source of sources) hash.update(await readFile(source));
  const cache = join(root, 'node_modules/.cache');
  const kept = join(cache, `pglite-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(kept)) return kept;
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'pglite-'));
  await (await openPglite({ folder })).close();
  // Several workers may get here at once: the first result is used.
  await rename(join(folder, 'database'), kept).catch(() => {});
  await rm(folder, { recursive: true, force: true });
  return kept;
}

export async function openFreshPostgres(): Promise<TestStore> {
  const { url, drop } = await freshPostgres();
  return closingWith(await openPostgres({ url }), drop);
}

function closingWith(store: Store, clean: () => Promise<void>): TestStore {
  const close = async () => {
    await store.close();
    await clean();
  };
  return { ...store, ...accountRecords({ store }), guesses: new GuessRecords(store.limits), close };
}
