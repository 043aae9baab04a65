/** The database that the settings name: a PostgreSQL server, or the embedded one in the data folder. */
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { openPglite } from './store/pglite.ts';
import { openPostgres } from './store/postgres.ts';
import type { Store } from './store/store.ts';

export function openStore(config: Config, log: Logger): Promise<Store> {
  return config.databaseUrl === null
    ? openPglite({ folder: config.dataDir })
    : openPostgres({ url: config.databaseUrl, log: (line) => log.warn({ database: 'postgres' }, line) });
}
