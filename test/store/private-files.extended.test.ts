/** Files of the data folder are closed to other users under every umask, on the first start and on later ones. */
import { chmod, lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { secretKeysFile } from '../../src/secrets/key-file.ts';
import { openPglite } from '../../src/store/pglite.ts';
import { PrivateFiles } from '../../src/store/private-files.ts';
import { layOutPglite } from '../support/databases.ts';

/** Paths in a folder, and the folder itself, that another user could read, write or enter. */
async function openToOthers(folder: string): Promise<string[]> {
  const paths = ['.', ...(await readdir(folder, { recursive: true }))];
  const modes = await Promise.all(paths.map(async (path) => ({ path, mode: (await lstat(join(folder, path))).mode & 0o777 })));
  return modes.filter(({ mode }) => (mode & 0o077) !== 0).map(({ path, mode }) => `${path} ${mode.toString(8)}`);
}

// Windows has no such modes.
describe.runIf(process.platform !== 'win32')('with a umask that opens everything', () => {
  let folder: string;
  let before: number;
  beforeEach(async () => {
    before = process.umask(0o000);
    folder = join(await mkdtemp(join(tmpdir(), 'private-files-')), 'data');
  });
  afterEach(async () => {
    process.umask(before);
    await rm(join(folder, '..'), { recursive: true, force: true });
  });

  test('a new data folder is closed to others, with the database, the claims and the key', async () => {
    secretKeysFile(folder);
    const store = await openPglite({ folder });
    expect((await readdir(folder)).toSorted()).toEqual(['claims', 'database', 'secret-keys']);
    expect(await openToOthers(folder)).toEqual([]);
    await store.close();
  });

  test('an open folder of an earlier start is closed', async () => {
    secretKeysFile(folder);
    await layOutPglite(folder);
    for (const path of ['.', ...(await readdir(folder, { recursive: true }))]) await chmod(join(folder, path), 0o777);
    secretKeysFile(folder);
    const store = await openPglite({ folder });
    expect(await openToOthers(folder)).toEqual([]);
    await store.close();
  });

  test('files that the database adds while it runs are closed', async () => {
    await layOutPglite(folder);
    await (await openPglite({ folder })).close();
    const database = join(folder, 'database');
    const files = async () => new Set(await readdir(database, { recursive: true }));
    const earlier = await files();
    const pglite = await PGlite.create({ fs: new PrivateFiles(database) });
    await pglite.exec('create table later (id integer)');
    await pglite.exec('select pg_switch_wal()');
    await pglite.exec('insert into later values (1)');
    const added = [...(await files())].filter((path) => !earlier.has(path));
    expect(added.filter((path) => path.startsWith('pg_wal/')).length).toBeGreaterThan(0);
    expect(added.filter((path) => path.startsWith('base/')).length).toBeGreaterThan(0);
    expect(await openToOthers(folder)).toEqual([]);
    await pglite.close();
  });
});
