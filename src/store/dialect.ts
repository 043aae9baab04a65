/**
 * Kysely's PostgreSQL dialect over any client that can run a statement. Both kinds of database share its transactions and its handling of
 * errors.
 */
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely';
import { explained } from './availability.ts';

/** A connection that belongs to one caller until its release. */
export interface Client {
  query<Row>(text: string, values: readonly unknown[]): Promise<{ readonly rows: Row[]; readonly affectedRows: number }>;
  release(): void;
}

/** A source of connections. */
export interface Clients {
  /** The database's description for messages, without a password. */
  readonly description: string;
  acquire(): Promise<Client>;
  close(): Promise<void>;
}

/** The dialect throws StoreUnavailable if the database is at fault, and the driver's own error if the statement is. */
export function dialectOver(clients: Clients): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new ClientsDriver(clients),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
}

class ClientConnection implements DatabaseConnection {
  readonly #client: Client;
  readonly #description: string;

  constructor(client: Client, description: string) {
    this.#client = client;
    this.#description = description;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    try {
      const { rows, affectedRows } = await this.#client.query<Row>(query.sql, query.parameters);
      return { rows, numAffectedRows: BigInt(affectedRows) };
    } catch (error) {
      throw explained(error, this.#description);
    }
  }

  streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('No statement here reads more rows than fit in memory');
  }

  release(): void {
    this.#client.release();
  }
}

class ClientsDriver implements Driver {
  readonly #clients: Clients;

  constructor(clients: Clients) {
    this.#clients = clients;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<ClientConnection> {
    try {
      return new ClientConnection(await this.#clients.acquire(), this.#clients.description);
    } catch (error) {
      throw explained(error, this.#clients.description);
    }
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin'));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'));
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('rollback'));
  }

  async releaseConnection(connection: ClientConnection): Promise<void> {
    connection.release();
  }

  destroy(): Promise<void> {
    return this.#clients.close();
  }
}
