/** Opens the configured database, or the embedded one if none is configured. */
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { openPglite } from './store/pglite.ts';
import { openPostgres } from './store/postgres.ts';
import type { Store } from './store/store.ts';

export function openDatabase({ databaseUrl, dataDir }: Pick<Config, 'databaseUrl' | 'dataDir'>, log: Logger): Promise<Store> {
  return databaseUrl === null
    ? openPglite({ folder: dataDir })
    : openPostgres({ url: databaseUrl, log: (line) => log.warn({ database: 'postgres' }, line) });
}
