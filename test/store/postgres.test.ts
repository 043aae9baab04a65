import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { StoreUnavailable } from '../../src/engine/errors.ts';
import { StoreError } from '../../src/store/errors.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import type { Store } from '../../src/store/store.ts';
import { freshPostgres } from '../support/databases.ts';
import { createPostgresServer, type PostgresServer } from '../support/postgres-server.ts';
import { creating, idsDue, session, stepping } from './sessions.ts';

/** A server that refuses every connection after its start-up message, as the protocol of PostgreSQL says (ErrorResponse). */
async function refusingServer(state: string, text: string): Promise<{ readonly port: number; close(): Promise<void> }> {
  const fields = Buffer.from(`SFATAL\0C${state}\0M${text}\0\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(fields.length + 4, 1);
  const server = createServer((socket) => socket.once('data', () => socket.end(Buffer.concat([head, fields]))));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}

describe('a PostgreSQL store', () => {
  let server: PostgresServer;
  let store: Store;
  const logged: string[] = [];
  beforeAll(async () => {
    server = await createPostgresServer();
    await server.start();
    store = await openPostgres({ url: server.url, log: (line) => logged.push(line) });
  });
  afterAll(async () => {
    await store.close();
    await server.remove();
  });

  /** A second client, like one of another process. */
  async function stranger(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: server.url });
    client.on('error', () => {});
    await client.connect();
    return client;
  }

  async function waitUntilBlocked(client: pg.Client): Promise<void> {
    await vi.waitFor(async () => {
      const { rows } = await client.query("select 1 from pg_stat_activity where wait_event_type = 'Lock' and pid <> pg_backend_pid()");
      expect(rows).toHaveLength(1);
    }, 5_000);
  }

  test('describes itself without its password', async () => {
    const url = new URL(server.url);
    url.password = 'secret-word';
    const described = await openPostgres({ url: url.href });
    expect(described.description).toBe(`PostgreSQL at 127.0.0.1:${url.port}/postgres`);
    await described.close();
  });

  test.each(['nonsense', 'postgres://user:secret-word@host:notaport/db'])(
    'is refused in one line for a URL that is none: %s',
    async (url) => {
      const refusal = await openPostgres({ url }).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(StoreError);
      expect(String(refusal)).not.toMatch(/secret-word|\n/);
    },
  );

  test('is refused in one line by a pooler that takes no settings, with what to do', async () => {
    const text = 'unsupported startup parameter: statement_timeout';
    const pooler = await refusingServer('08P01', text);
    const url = `postgres://user:secret-word@127.0.0.1:${pooler.port}/db`;
    const refusal = await openPostgres({ url }).catch((error: unknown) => error);
    await pooler.close();
    expect(refusal).toBeInstanceOf(StoreError);
    expect((refusal as Error).message).toBe(
      `PostgreSQL at 127.0.0.1:${pooler.port}/db refuses this service: ${text}. The service has a pool of its own: let DATABASE_URL lead to the server, and not to a pooler such as PgBouncer.`,
    );
  });

  test('is unavailable if no server listens', async () => {
    const url = new URL(server.url);
    url.port = '1';
    await expect(openPostgres({ url: url.href })).rejects.toThrow(StoreUnavailable);
  });

  test('does not report a faulty statement as an outage', async () => {
    const wrong = stepping(session({ id: 'not-a-uuid' }));
    await expect(store.sessions.commit([wrong])).rejects.not.toBeInstanceOf(StoreUnavailable);
  });

  test('finds its rows by the index, even with a plan that was made while the table was small', async () => {
    const { url, drop } = await freshPostgres();
    const fresh = await openPostgres({ url });
    let live = Array.from({ length: 256 }, () => session({ status: 'done', endedAt: 1 }));
    await fresh.sessions.commit(live.map((each) => creating(each)));
    // PostgreSQL keeps a plan from the sixth execution on.
    for (let round = 0; round < 8; round += 1) {
      const steps = live.map((each) => stepping(each));
      await fresh.sessions.commit(steps);
      live = steps.map((step) => step.session);
    }
    // The query of every start, however many sessions have ended by then.
    expect(await fresh.sessions.versionsInUse()).toEqual([]);
    expect(await fresh.sessions.setStranded('email-verification', 1, true)).toBe(0);
    // Its connections report their reads when they end.
    await fresh.close();
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const counted = () =>
      client.query<{ read: string; found: string }>(
        "select seq_tup_read as read, idx_tup_fetch as found from pg_stat_user_tables where relname = 'sessions'",
      );
    await vi.waitFor(async () => expect(Number((await counted()).rows[0]?.found)).toBeGreaterThan(0), 10_000);
    expect((await counted()).rows[0]?.read).toBe('0');
    await client.end();
    await drop();
  });

  test('aborts a commit whose row is locked for too long', async () => {
    const before = session();
    await store.sessions.commit([creating(before)]);
    const other = await stranger();
    await other.query('begin');
    await other.query('select 1 from sessions where id = $1 for update', [before.id]);
    const outcome = await store.sessions.commit([stepping(before)]).catch((error: unknown) => error);
    expect(outcome).toBeInstanceOf(StoreUnavailable);
    expect(String(outcome)).toContain('lock timeout');
    await other.query('rollback');
    await other.end();
    expect(await store.sessions.commit([stepping(before)])).toEqual([true]);
  });

  test.skipIf(process.platform === 'win32')('gives up a connection that fell silent, and goes on with another', async () => {
    const silent = await openPostgres({ url: `${server.url}?application_name=silent` });
    await silent.sessions.ping();
    const other = await stranger();
    const { rows } = await other.query<{ pid: number }>("select pid from pg_stat_activity where application_name = 'silent'");
    for (const { pid } of rows) process.kill(pid, 'SIGSTOP');
    try {
      await expect(silent.sessions.ping()).rejects.toThrow(StoreUnavailable);
      await silent.sessions.ping();
    } finally {
      for (const { pid } of rows) process.kill(pid, 'SIGCONT');
    }
    await silent.close();
    await other.end();
  });

  test('skips due sessions that another process is writing', async () => {
    const [busy, free] = [session(), session()];
    await store.sessions.commit([creating(busy, { dueAt: 1 }), creating(free, { dueAt: 2 })]);
    const other = await stranger();
    await other.query('begin');
    await other.query('select 1 from sessions where id = $1 for update', [busy.id]);
    expect(await idsDue(store, 10, 10)).toEqual([free.id]);
    await other.end();
  });

  test('fails pending and new requests while the server is down, and recovers afterwards', async () => {
    const before = session();
    await store.sessions.commit([creating(before)]);
    const [other, observer] = [await stranger(), await stranger()];
    await other.query('begin');
    await other.query('select 1 from sessions where id = $1 for update', [before.id]);
    const underWay = expect(store.sessions.commit([stepping(before)])).rejects.toThrow(StoreUnavailable);
    await waitUntilBlocked(observer);
    await server.stop();
    await underWay;
    await expect(store.sessions.ping()).rejects.toThrow(StoreUnavailable);
    await expect(store.sandbox.clock()).rejects.toThrow(StoreUnavailable);
    await Promise.all([other.end(), observer.end()].map((end) => end.catch(() => {})));

    await server.start();
    await vi.waitFor(() => store.sessions.ping(), 10_000);
    expect((await store.sessions.load(before.id))?.session).toEqual(before);
    expect(await store.sessions.commit([stepping(before)])).toEqual([true]);
  });

  test('survives the loss of its idle connections', async () => {
    await store.sessions.ping();
    const other = await stranger();
    await other.query('select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname is not null');
    await other.end();
    await vi.waitFor(() => expect(logged.join('\n')).toContain('an idle connection failed'), 5_000);
    await vi.waitFor(() => store.sessions.ping(), 5_000);
  });
});
