/** The store in a PostgreSQL server, version 15 or later. */
import { Kysely } from 'kysely';
import pg from 'pg';
import { AuditRecords } from './audit-records.ts';
import { isRefused, sqlState } from './availability.ts';
import { Budgets } from './budgets.ts';
import { type Client, type Clients, dialectOver } from './dialect.ts';
import { StoreError } from './errors.ts';
import { knownMigrations, type MigrationOptions, migrate } from './migrations.ts';
import { SandboxRecords } from './sandbox-records.ts';
import type { Tables } from './schema.ts';
import { SqlSessionStore } from './session-store.ts';
import { preparedNames } from './statements.ts';
import type { PoolUse, Store } from './store.ts';

const servingPool: pg.PoolConfig = {
  /** Commits are joined, so a process keeps few statements in flight. With those for budgets, ten processes stay below PostgreSQL's default of 100. */
  max: 5,
  /** For a connection, new or from the pool. A person waits for the answer: better a clear error than a longer wait. */
  connectionTimeoutMillis: 3_000,
  /** The slowest statement takes some 100 ms on a healthy server; this frees the locks of one that hangs. */
  statement_timeout: 5_000,
  /** A row is locked for one statement, so a longer wait means that its holder hangs. Below the statement's own limit, to be told apart in logs. */
  lock_timeout: 3_000,
  /** For a server that no longer answers at all; above the server's own limit, which tells more. */
  query_timeout: 7_000,
  /** The one transaction here (the sandbox's clock) does nothing but SQL; a process that died inside it must not keep its lock. */
  idle_in_transaction_session_timeout: 5_000,
  /** Finds out about connections that a firewall forgot while they idled. */
  keepAlive: true,
};

/**
 * Connections of their own: each new session draws on budgets, and thousands of them in line must not stand before the steps of
 * those that are running.
 */
const budgetPool: pg.PoolConfig = { ...servingPool, max: 5 };

/** Migrations wait for those of another process and may rewrite a large table; nothing else waits for them. */
const migrationPool: pg.PoolConfig = {
  max: 1,
  connectionTimeoutMillis: servingPool.connectionTimeoutMillis,
  statement_timeout: 600_000,
  query_timeout: 605_000,
  keepAlive: true,
};

/**
 * Every statement finds its rows by an index. A plan that is made while a table is small prefers to read all of it, and
 * would be kept while the table grows a thousandfold before its statistics are renewed.
 */
const plans = '-c enable_seqscan=off';

const int8 = 20;

/** Milliseconds, counts and positions all fit a double. Set per pool, because pg's own setting is global. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (type, format) => (type === int8 ? Number : pg.types.getTypeParser(type, format)),
};

/**
 * Opens the store and brings its schema up to date.
 * @throws StoreUnavailable when the server cannot be reached
 * @throws StoreError when the URL is none, the server refuses what it says, or a newer version of this service wrote the database
 */
export async function openPostgres({
  url,
  log = () => {},
  migrations = knownMigrations,
  schema = null,
}: { readonly url: string; readonly log?: (line: string) => void } & Partial<MigrationOptions>): Promise<Store> {
  const description = describe(url);
  const poolOf = (config: pg.PoolConfig) =>
    new pg.Pool({ connectionString: url, types, ...config, options: optionsOf(config.options, schema) });
  const over = (pool: pg.Pool) => new Kysely<Tables>({ dialect: dialectOver(clientsOf(pool, description, log)) });

  const migrating = over(poolOf(migrationPool));
  try {
    await migrate(migrating, { migrations, schema });
  } catch (error) {
    if (!isRefused(error)) throw error;
    const message = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new StoreError(`${description} refuses this service: ${message}. Check DATABASE_URL.`, { cause: error });
  } finally {
    await migrating.destroy();
  }

  const pools = { sessions: poolOf({ ...servingPool, options: plans }), budgets: poolOf({ ...budgetPool, options: plans }) };
  const [db, budgets] = [over(pools.sessions), over(pools.budgets)];
  return {
    kind: 'postgres',
    description,
    db,
    limits: budgets,
    sessions: new SqlSessionStore(db),
    sandbox: new SandboxRecords(db),
    budgets: new Budgets(budgets),
    audit: new AuditRecords(db),
    connections: () => [useOf('sessions', pools.sessions), useOf('budgets', pools.budgets)],
    close: async () => {
      await Promise.all([db.destroy(), budgets.destroy()]);
    },
  };
}

/** The tables of the service are found in its own schema alone: the application may have tables of the same names. */
function optionsOf(options: string | undefined, schema: string | null): string | undefined {
  return schema === null ? options : [options, `-c search_path=${schema}`].filter((option) => option !== undefined).join(' ');
}

function useOf(pool: PoolUse['pool'], { totalCount, idleCount, waitingCount }: pg.Pool): PoolUse {
  return { pool, busy: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
}

/** Whether the connection is encrypted to a server whose certificate is checked, or stays on this machine. */
export function isEncryptedPostgres(url: string, isLoopback: (host: string) => boolean): boolean {
  const { host, ssl }: { host: string; ssl: unknown } = new pg.Client({ connectionString: url });
  // A folder holds the server's socket.
  if (host.startsWith('/') || isLoopback(host)) return true;
  return typeof ssl === 'object' && ssl !== null ? !('rejectUnauthorized' in ssl && ssl.rejectUnauthorized === false) : ssl === true;
}

function describe(url: string): string {
  try {
    // pg would take any other text for the name of a database on this machine.
    if (!/^postgres(ql)?:\/\//.test(url)) throw new Error('another scheme');
    const { host, port, database } = new pg.Client({ connectionString: url });
    return `PostgreSQL at ${host}:${port}/${database ?? ''}`;
  } catch {
    // Without its cause, which quotes the password.
    throw new StoreError('The database URL is not one of PostgreSQL: postgres://user:password@host:port/database');
  }
}

/**
 * A pool that prepares the statements worth it, never hands out again a connection that failed, and outlives the
 * failure of an idle one.
 */
function clientsOf(pool: pg.Pool, description: string, log: (line: string) => void): Clients {
  pool.on('error', (error) => log(`${description}: an idle connection failed: ${error.message}`));
  // The pool listens only while a client is idle, and an 'error' that nobody hears ends the process.
  pool.on('connect', (client) => client.on('error', () => {}));
  return { description, acquire: async () => clientOf(await pool.connect()), close: () => pool.end() };
}

function clientOf(client: pg.PoolClient): Client {
  let broken = false;
  return {
    query: async (text, values) => {
      const name = preparedNames.get(text);
      try {
        const { rows, rowCount } = await client.query(
          name === undefined ? { text, values: [...values] } : { name, text, values: [...values] },
        );
        return { rows, affectedRows: rowCount ?? 0 };
      } catch (error) {
        // Without a word from the server the statement may still be running on this connection.
        broken ||= sqlState(error) === undefined;
        throw error;
      }
    },
    release: () => client.release(broken),
  };
}
