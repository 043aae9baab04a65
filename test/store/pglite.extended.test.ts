import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { StoreError } from '../../src/store/errors.ts';
import { openPglite, postgresMajor } from '../../src/store/pglite.ts';
import { killed, started } from './other-process.ts';
import { creating, session } from './sessions.ts';

describe('a PGlite store', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pglite-store-'));
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await rm(folder, { recursive: true, force: true });
  });

  test('is made in a missing folder, by the current PostgreSQL, and opened again', async () => {
    const data = join(folder, 'data');
    const created = session();
    const store = await openPglite({ folder: data });
    expect(store).toMatchObject({ kind: 'pglite', description: `PGlite in ${data}` });
    await store.sessions.commit([creating(created)]);
    await store.close();
    expect((await readdir(data)).toSorted()).toEqual(['claims', 'database']);
    expect(await readFile(join(data, 'database/PG_VERSION'), 'utf8')).toBe(`${postgresMajor}\n`);

    const again = await openPglite({ folder: data });
    expect((await again.sessions.load(created.id))?.session).toEqual(created);
    await again.close();
  });

  // As measured on a small file system: PGlite's files report the full disk by a number, statements by a SQLSTATE.
  test.each([
    ['its files are made', Object.assign(Object.create({ name: 'ErrnoError' }), { errno: 51 })],
    [
      'a statement needs room',
      Object.assign(new Error('could not extend file "base/5/16391": No space left on device'), { code: '53100' }),
    ],
    ['a folder is made', Object.assign(new Error('ENOSPC: no space left on device, mkdir'), { code: 'ENOSPC' })],
  ])('names the disk if it is full while %s', async (_, thrown) => {
    vi.spyOn(PGlite, 'create').mockRejectedValueOnce(thrown);
    const opening = openPglite({ folder: join(folder, 'data') });
    await expect(opening).rejects.toThrow(StoreError);
    await expect(opening).rejects.toThrow(/^The disk that holds the data folder .* is full: [^\n]*$/);
  });

  test('survives the kill of its process with all commits, and is open to one process at a time', async () => {
    const id = randomUUID();
    const owner = await started('hold-store.ts', folder, id);
    await expect(openPglite({ folder })).rejects.toThrow(`(pid ${owner.pid})`);
    await killed(owner);
    const store = await openPglite({ folder });
    expect(await store.sessions.revision(id)).toBe(1);
    await store.close();
  });

  test('of another PostgreSQL version is refused with both versions', async () => {
    await mkdir(join(folder, 'database'));
    await writeFile(join(folder, 'database/PG_VERSION'), '19\n');
    const message = `The database in ${folder}/database was written by PostgreSQL 19, and this version of the service reads those of PostgreSQL 18.`;
    await expect(openPglite({ folder })).rejects.toThrow(new StoreError(message));
    // The failure released the lock.
    await expect(openPglite({ folder })).rejects.toThrow('PostgreSQL 19');
  });

  test('in a folder with a file in its place is refused', async () => {
    await mkdir(join(folder, 'database'));
    await expect(openPglite({ folder })).rejects.toThrow(StoreError);
  });

  test('that was left unfinished is made anew', async () => {
    await mkdir(join(folder, 'database.unfinished'));
    await writeFile(join(folder, 'database.unfinished/PG_VERSION'), '18\n');
    const store = await openPglite({ folder });
    await store.sessions.ping();
    await store.close();
  });
});
