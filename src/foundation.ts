/** The foundation of the service: the database, its clock, and the stored sessions that this release can continue. */
import { setTimeout as after } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { WorkflowDefinition } from '../machines/workflow.ts';
import type { Config } from './config.ts';
import { openDatabase } from './database.ts';
import { DatabaseClock } from './engine/database-clock.ts';
import { StoreUnavailable } from './engine/errors.ts';
import { assertMachines } from './engine/machine-check.ts';
import { settleVersions } from './engine/migrate.ts';
import type { VersionInUse } from './engine/session-store.ts';
import { Workflows } from './engine/workflows.ts';
import { SandboxClock } from './sandbox/sandbox-clock.ts';
import type { Store } from './store/store.ts';

export interface Foundation {
  readonly workflows: Workflows;
  readonly store: Store;
  readonly databaseClock: DatabaseClock;
  /** Null outside the sandbox. */
  readonly sandboxClock: SandboxClock | null;
  /** Sessions whose version this release lacks. */
  readonly stranded: readonly VersionInUse[];
}

export interface FoundationParts {
  readonly config: Config;
  readonly log: Logger;
  readonly definitions: readonly WorkflowDefinition[];
  /** Called once, with the reason why the database can't be used yet. */
  readonly onWaiting: (reason: string) => void;
}

/** A starting database server answers within a second or two. */
const firstPauseMs = 500;

/** The longest that a node stays unavailable after the database is back. */
const longestPauseMs = 5_000;

/** Up to a quarter longer, so that many nodes do not reconnect together. */
const jitter = 0.25;

/**
 * Waits without limit for a database server that is away, because nodes and databases start in any order.
 * @throws WorkflowRefused if a machine uses what the engine does not run
 * @throws StoreError for errors that waiting does not mend: a wrong password, a database that does not exist
 */
export async function openFoundation(parts: FoundationParts): Promise<Foundation> {
  assertMachines(new Workflows(parts.definitions, parts.config.policy).all());
  for (let pauseMs = firstPauseMs, failures = 0; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs), failures += 1) {
    try {
      return await openOnce(parts);
    } catch (error) {
      // The embedded database runs in this process, so waiting would not help.
      if (!(error instanceof StoreUnavailable) || parts.config.databaseUrl === null) throw error;
      if (failures === 0) parts.onWaiting(error.message);
      parts.log.warn({ reason: error.message }, 'the database can not be used yet');
    }
    await after(pauseMs * (1 + jitter * Math.random()));
  }
}

async function openOnce({ config, log, definitions }: FoundationParts): Promise<Foundation> {
  const workflows = new Workflows(definitions, config.policy);
  const store = await openDatabase(config, log);
  const databaseClock = new DatabaseClock(() => store.sessions.databaseTime());
  try {
    await databaseClock.start();
    const sandboxClock = config.sandbox ? new SandboxClock(databaseClock, store.sandbox, store.kind === 'postgres') : null;
    await sandboxClock?.start();
    const now = (sandboxClock ?? databaseClock).now();
    return { workflows, store, databaseClock, sandboxClock, stranded: await settleVersions(store.sessions, workflows, now, log) };
  } catch (error) {
    databaseClock.stop();
    await store.close();
    throw error;
  }
}
