/** The benchmark's own PostgreSQL server, with default settings: committed data is on the disk. */
import pg from 'pg';
import { createPostgresServer, type PostgresServer } from '../support/postgres-server.ts';

export class Database {
  readonly #server: PostgresServer;
  #databases = 0;
  #processId = 0;

  private constructor(server: PostgresServer) {
    this.#server = server;
  }

  static async start(): Promise<Database> {
    const server = await createPostgresServer();
    await server.start();
    const database = new Database(server);
    await database.#findProcess();
    return database;
  }

  /** Creates an empty database. @returns its URL */
  async create(): Promise<string> {
    this.#databases += 1;
    const name = `bench_${this.#databases}`;
    await this.query(`create database ${name}`);
    const url = new URL(this.#server.url);
    url.pathname = `/${name}`;
    return url.href;
  }

  /** Queries a database; without a URL, the server's own. */
  async query<Row extends pg.QueryResultRow>(statement: string, values: readonly unknown[] = [], url = this.#server.url): Promise<Row[]> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<Row>(statement, [...values])).rows;
    } finally {
      await client.end();
    }
  }

  /** The number of transactions committed so far, in all databases. */
  async transactions(): Promise<number> {
    const [row] = await this.query<{ transactions: number }>('select sum(xact_commit)::float8 as transactions from pg_stat_database');
    return row?.transactions ?? Number.NaN;
  }

  async setting(name: string): Promise<string> {
    const [row] = await this.query<{ value: string }>('select current_setting($1) as value', [name]);
    return row?.value ?? '';
  }

  /** Changes a setting that needs a restart, and restarts. No client may be connected. */
  async restartWith(setting: string): Promise<void> {
    await this.query(`alter system set ${setting}`);
    await this.query('checkpoint');
    await this.#server.stop();
    await this.#server.start();
    await this.#findProcess();
  }

  /** Writes pending pages now, so that one measurement does not pay for the one before it. */
  async settle(): Promise<void> {
    await this.query('checkpoint');
  }

  /** The parent process of all other processes of the server. */
  get processId(): number {
    return this.#processId;
  }

  remove(): Promise<void> {
    return this.#server.remove();
  }

  async #findProcess(): Promise<void> {
    const [row] = await this.query<{ pid: string }>(`select split_part(pg_read_file('postmaster.pid'), e'\\n', 1) as pid`);
    this.#processId = Number(row?.pid);
  }
}
