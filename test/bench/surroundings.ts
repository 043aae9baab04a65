/** The machine on which the figures were measured. */
import { cpus, release, type as system, totalmem } from 'node:os';
import type { Database } from './database.ts';

export async function surroundingsOf(database: Database): Promise<Record<string, string | number>> {
  const processors = cpus();
  return {
    processors: `${processors.length} × ${processors[0]?.model.trim() ?? 'unknown'}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${system()} ${release()}`,
    node: process.version,
    PostgreSQL: await database.setting('server_version'),
    fsync: await database.setting('fsync'),
    synchronous_commit: await database.setting('synchronous_commit'),
    shared_buffers: await database.setting('shared_buffers'),
    at: new Date().toISOString(),
  };
}
