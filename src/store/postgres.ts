/** The store in a PostgreSQL server, version 15 or later. */
import { Kysely } from 'kysely';
import pg from 'pg';
import { AuditRecords } from './audit-records.ts';
import { isRefused, isRefusedByPooler, sqlState } from './availability.ts';
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
  /** Commits are batched, so few statements run at once. With the pool for budgets, ten processes stay within PostgreSQL's default of 100. */
  max: 5,
  /** The wait for a connection, new or from the pool. A person waits for the answer, so a clear error is better than a longer wait. */
  connectionTimeoutMillis: 3_000,
  /** The slowest statement takes some 100 ms on a healthy server. This limit frees the locks of a statement that hangs. */
  statement_timeout: 5_000,
  /** A row is locked for one statement, so a longer wait means that its holder hangs. Below the statement's limit, to tell them apart in logs. */
  lock_timeout: 3_000,
  /** For a server that no longer answers. Longer than the server's own limit, whose error says more. */
  query_timeout: 7_000,
  /** The only transaction (of the sandbox's clock) runs nothing but SQL. A process that dies inside it must not keep its lock. */
  idle_in_transaction_session_timeout: 5_000,
  /** Detects idle connections that a firewall has dropped. */
  keepAlive: true,
};

/**
 * A separate pool for budgets. Each new session draws on budgets, and thousands of waiting draws must not delay the steps of running
 * sessions.
 */
const budgetPool: pg.PoolConfig = { ...servingPool, max: 5 };

/** Migrations wait for those of another process, and may rewrite a large table. Nothing else waits for them, so their limits are high. */
const migrationPool: pg.PoolConfig = {
  max: 1,
  connectionTimeoutMillis: servingPool.connectionTimeoutMillis,
  statement_timeout: 600_000,
  query_timeout: 605_000,
  keepAlive: true,
};

/**
 * Every statement finds its rows by an index. PostgreSQL would plan a sequential scan while a table is small, and would keep that plan
 * while the table grows a thousandfold before its statistics are renewed.
 */
const plans = '-c enable_seqscan=off';

const int8 = 20;

/** Reads bigint as a number: milliseconds, counts and positions fit a double. Set per pool, because pg's own setting is global. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (type, format) => (type === int8 ? Number : pg.types.getTypeParser(type, format)),
};

/**
 * Opens the store and brings its schema up to date.
 * @throws StoreUnavailable if the server cannot be reached
 * @throws StoreError if the URL is invalid, the server refuses the connection, or a newer version of this service wrote the database
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
    if (!isRefused(error) && !isRefusedByPooler(error)) throw error;
    const message = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    const advice = isRefusedByPooler(error)
      ? 'The service has a pool of its own: let DATABASE_URL lead to the server, and not to a pooler such as PgBouncer.'
      : 'Check DATABASE_URL.';
    throw new StoreError(`${description} refuses this service: ${message}. ${advice}`, { cause: error });
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

/** The search path contains only the service's own schema, because the application may have tables of the same names. */
function optionsOf(options: string | undefined, schema: string | null): string | undefined {
  return schema === null ? options : [options, `-c search_path=${schema}`].filter((option) => option !== undefined).join(' ');
}

function useOf(pool: PoolUse['pool'], { totalCount, idleCount, waitingCount }: pg.Pool): PoolUse {
  return { pool, busy: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
}

/** True if the connection is encrypted and checks the server's certificate, or stays on this machine. */
export function isEncryptedPostgres(url: string, isLoopback: (host: string) => boolean): boolean {
  const { host, ssl }: { host: string; ssl: unknown } = new pg.Client({ connectionString: url });
  // A host that begins with a slash is the folder of the server's local socket.
  if (host.startsWith('/') || isLoopback(host)) return true;
  return typeof ssl === 'object' && ssl !== null ? !('rejectUnauthorized' in ssl && ssl.rejectUnauthorized === false) : ssl === true;
}

function describe(url: string): string {
  try {
    // pg takes any other text as the name of a database on this machine.
    if (!/^postgres(ql)?:\/\//.test(url)) throw new Error('another scheme');
    const { host, port, database } = new pg.Client({ connectionString: url });
    return `PostgreSQL at ${host}:${port}/${database ?? ''}`;
  } catch {
    // The error leaves out its cause, which quotes the password.
    throw new StoreError('The database URL is not one of PostgreSQL: postgres://user:password@host:port/database');
  }
}

/**
 * Wraps a pool. It prepares frequent statements, never reuses a failed connection, and survives the failure of an idle one.
 */
function clientsOf(pool: pg.Pool, description: string, log: (line: string) => void): Clients {
  pool.on('error', (error) => log(`${description}: an idle connection failed: ${error.message}`));
  // The pool listens for errors only while a client is idle, and an 'error' event without a listener ends the process.
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
        // Without an answer from the server, the statement may still be running on this connection.
        broken ||= sqlState(error) === undefined;
        throw error;
      }
    },
    release: () => client.release(broken),
  };
}
