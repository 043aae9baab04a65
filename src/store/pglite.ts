/**
 * The store in a folder, by PGlite: PostgreSQL compiled to WebAssembly, inside this process. One process at a time can use the folder. A
 * committed step survives the death of the process. PGlite does not flush to the disk itself, so a power cut may lose the last seconds.
 */
import { existsSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { Kysely } from 'kysely';
import { AuditRecords } from './audit-records.ts';
import { isDiskFull } from './availability.ts';
import { Budgets } from './budgets.ts';
import { type Client, type Clients, dialectOver } from './dialect.ts';
import { StoreError } from './errors.ts';
import { lockFolder } from './folder-lock.ts';
import { knownMigrations, type MigrationOptions, migrate } from './migrations.ts';
import { closeToOthers, makePrivateFolder, PrivateFiles } from './private-files.ts';
import { SandboxRecords } from './sandbox-records.ts';
import type { Tables } from './schema.ts';
import { SqlSessionStore } from './session-store.ts';
import type { Store } from './store.ts';

/** The major version of the PostgreSQL in PGlite. Another major version can't read its files. */
export const postgresMajor = 18;

const int8 = 20;

/**
 * Opens the store, and brings its schema up to date. Creates the database in an empty or missing folder.
 * @throws StoreError if a running process has the folder open, another version of PGlite wrote the folder, or its disk is full
 */
export async function openPglite({
  folder,
  migrations = knownMigrations,
}: { readonly folder: string } & Partial<Pick<MigrationOptions, 'migrations'>>): Promise<Store> {
  const lock = await lockFolder(folder);
  try {
    const clients = new TakingTurns(await openDatabase(folder), `PGlite in ${folder}`);
    const db = new Kysely<Tables>({ dialect: dialectOver(clients) });
    const close = async () => {
      await db.destroy();
      await lock.release();
    };
    await migrate(db, { migrations, schema: null }).catch(async (error: unknown) => {
      await db.destroy();
      throw error;
    });
    return {
      kind: 'pglite',
      description: clients.description,
      db,
      limits: db,
      sessions: new SqlSessionStore(db),
      sandbox: new SandboxRecords(db),
      budgets: new Budgets(db),
      audit: new AuditRecords(db),
      connections: () => [],
      close,
    };
  } catch (error) {
    await lock.release();
    if (!isDiskFull(error)) throw error;
    throw new StoreError(`The disk that holds the data folder ${folder} is full: make room on it, then start again.`, { cause: error });
  }
}

async function openDatabase(folder: string): Promise<PGlite> {
  const database = join(folder, 'database');
  if (!existsSync(database)) await createDatabase(folder, database);
  await closeToOthers(database);
  const major = Number.parseInt(await readFile(join(database, 'PG_VERSION'), 'utf8').catch(() => ''), 10);
  if (Number.isNaN(major)) throw new StoreError(`${database} holds no database: move it away, or set another data folder.`);
  if (major !== postgresMajor) {
    throw new StoreError(
      `The database in ${database} was written by PostgreSQL ${major}, and this version of the service reads those of PostgreSQL ${postgresMajor}.`,
    );
  }
  return await open(database);
}

/** Creates the database under a temporary name, so that an interrupted process leaves no incomplete database behind. */
async function createDatabase(folder: string, database: string): Promise<void> {
  const unfinished = join(folder, 'database.unfinished');
  await rm(unfinished, { recursive: true, force: true });
  await makePrivateFolder(unfinished);
  const created = await open(unfinished);
  await created.close();
  await rename(unfinished, database);
}

function open(dataDir: string): Promise<PGlite> {
  return PGlite.create({ fs: new PrivateFiles(dataDir), relaxedDurability: false, parsers: { [int8]: Number } });
}

/** Gives PGlite's only connection to one caller at a time. Otherwise the transactions of several callers would mix. */
class TakingTurns implements Clients {
  readonly description: string;
  readonly #pglite: PGlite;
  #last: Promise<void> = Promise.resolve();

  constructor(pglite: PGlite, description: string) {
    this.#pglite = pglite;
    this.description = description;
  }

  async acquire(): Promise<Client> {
    const before = this.#last;
    let release = () => {};
    this.#last = new Promise((resolve) => {
      release = resolve;
    });
    await before;
    return {
      query: async <Row>(text: string, values: readonly unknown[]) => {
        const { rows, affectedRows } = await this.#pglite.query<Row>(text, [...values]);
        return { rows, affectedRows: affectedRows ?? 0 };
      },
      release,
    };
  }

  async close(): Promise<void> {
    const client = await this.acquire();
    try {
      await this.#pglite.close();
    } finally {
      client.release();
    }
  }
}
