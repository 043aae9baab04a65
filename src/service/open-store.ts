/** Opens the foundations of the service: the database, its clock, and the stored sessions that this release can continue. */
import { setTimeout as after } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { DatabaseClock } from '../engine/database-clock.ts';
import { StoreUnavailable } from '../engine/errors.ts';
import type { Workflows } from '../engine/machines/workflows.ts';
import type { VersionInUse } from '../engine/session-store.ts';
import { settleVersions } from '../engine/sessions/migrate.ts';
import { SandboxClock } from '../sandbox/sandbox-clock.ts';
import type { Migrations } from '../store/module-migrations.ts';
import type { Store } from '../store/store.ts';
import { openDatabase } from './database.ts';

export interface OpenStore {
  readonly store: Store;
  readonly databaseClock: DatabaseClock;
  /** Null outside the sandbox. */
  readonly sandboxClock: SandboxClock | null;
  /** Sessions of versions that this release lacks. */
  readonly stranded: readonly VersionInUse[];
}

export interface OpenStoreDeps {
  readonly config: Config;
  readonly log: Logger;
  readonly workflows: Workflows;
  /** The tables of the service's modules. */
  readonly migrations: Migrations;
  /** Called once, with the reason why the database can't be used yet. */
  readonly onWaiting: (reason: string) => void;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
}

/** A starting database server answers within a second or two. */
const firstPauseMs = 500;

/** The longest time that a node stays unavailable after the database has returned. */
const longestPauseMs = 5_000;

/** A pause is up to a quarter longer, so that many nodes do not reconnect together. */
const jitter = 0.25;

/**
 * Waits without limit for an unreachable database server, because nodes and databases start in any order.
 * @throws StoreError for errors that waiting does not solve: a wrong password, a missing database
 */
export async function openStore(deps: OpenStoreDeps): Promise<OpenStore> {
  for (let pauseMs = firstPauseMs, failures = 0; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs), failures += 1) {
    try {
      return await openOnce(deps);
    } catch (error) {
      // The embedded database runs in this process, so waiting would not help.
      if (!(error instanceof StoreUnavailable) || deps.config.databaseUrl === null) throw error;
      if (failures === 0) deps.onWaiting(error.message);
      deps.log.warn({ reason: error.message }, 'the database cannot be used yet');
    }
    await after(pauseMs * (1 + jitter * Math.random()), undefined, { signal: deps.signal });
  }
}

async function openOnce({ config, log, workflows, migrations }: OpenStoreDeps): Promise<OpenStore> {
  const store = await openDatabase(config, migrations, log);
  const databaseClock = new DatabaseClock(() => store.sessions.databaseTime());
  try {
    await databaseClock.start();
    const sandboxClock = config.sandbox ? new SandboxClock(databaseClock, store.sandbox, store.kind === 'postgres') : null;
    await sandboxClock?.start();
    const now = (sandboxClock ?? databaseClock).now();
    return { store, databaseClock, sandboxClock, stranded: await settleVersions(store.sessions, workflows, now, log) };
  } catch (error) {
    databaseClock.stop();
    await store.close();
    throw error;
  }
}
