/** Opens the configured database, or the embedded one if none is configured. */
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import type { Migrations } from '../store/module-migrations.ts';
import { openPglite } from '../store/pglite.ts';
import { openPostgres } from '../store/postgres.ts';
import type { Store } from '../store/store.ts';

export function openDatabase(
  { databaseUrl, dataDir, schema }: Pick<Config, 'databaseUrl' | 'dataDir' | 'schema'>,
  migrations: Migrations,
  log: Logger,
): Promise<Store> {
  return databaseUrl === null
    ? openPglite({ folder: dataDir, migrations })
    : openPostgres({ url: databaseUrl, schema, migrations, log: (line) => log.warn({ database: 'postgres' }, line) });
}
