import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { StoreError } from '../../src/store/errors.ts';
import { openPglite } from '../../src/store/pglite.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { blankPostgres } from '../support/databases.ts';
import { creating, session } from './sessions.ts';

const fromTheFuture = "insert into kysely_migration (name, timestamp) values ('9999-from-the-future', '2999-01-01T00:00:00Z')";
const newer = /^The database has the migration 9999-from-the-future, which this service does not know\. [^\n]*$/;

describe('the migrations', () => {
  test('may be started by several processes at once', async () => {
    for (let round = 0; round < 3; round += 1) {
      const { url, drop } = await blankPostgres();
      const stores = await Promise.all([1, 2, 3, 4].map(() => openPostgres({ url })));
      const created = session();
      expect(await stores[0]?.sessions.commit([creating(created)])).toEqual([true]);
      expect(await stores[3]?.sessions.revision(created.id)).toBe(1);
      await Promise.all(stores.map((store) => store.close()));
      await drop();
    }
  });

  test('refuse a PostgreSQL database of a newer version', async () => {
    const { url, drop } = await blankPostgres();
    onTestFinished(drop);
    await (await openPostgres({ url })).close();
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(fromTheFuture);
    await client.end();
    const refusal = openPostgres({ url });
    await expect(refusal).rejects.toThrow(StoreError);
    await expect(refusal).rejects.toThrow(newer);
  });

  test('refuse a PGlite database of a newer version, and release its folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pglite-newer-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await (await openPglite({ folder })).close();
    const database = await PGlite.create({ dataDir: join(folder, 'database') });
    await database.exec(fromTheFuture);
    await database.close();
    await expect(openPglite({ folder })).rejects.toThrow(newer);
    await expect(openPglite({ folder })).rejects.toThrow(newer);
  });
});
