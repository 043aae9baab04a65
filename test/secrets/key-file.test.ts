/** The key that a service makes for itself: once, and readable only by its owner. */
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { secretKeysOf } from '../../src/config/config.ts';
import { secretKeysFile } from '../../src/secrets/key-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'key-file-test-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the key file', () => {
  test('is made on the first start, with its folder, and contains one valid key', () => {
    const keys = secretKeysOf(secretKeysFile(join(folder, 'new', 'data')));
    expect(keys).toEqual([{ id: 'local', secret: expect.objectContaining({ length: 32 }) }]);
  });

  test('does not change afterwards', async () => {
    const first = secretKeysFile(folder);
    expect(secretKeysFile(folder)).toBe(first);
    expect((await readFile(join(folder, 'secret-keys'), 'utf8')).trim()).toBe(first);
    await writeFile(join(folder, 'secret-keys'), 'mine:and only mine\n');
    expect(secretKeysFile(folder)).toBe('mine:and only mine');
  });

  test('differs in every folder', () => {
    expect(secretKeysFile(join(folder, 'a'))).not.toBe(secretKeysFile(join(folder, 'b')));
  });

  test.skipIf(process.platform === 'win32')('can be read by its owner alone (Windows has no such modes)', async () => {
    secretKeysFile(folder);
    expect((await stat(join(folder, 'secret-keys'))).mode & 0o777).toBe(0o600);
  });

  test.skipIf(process.platform === 'win32')('is closed to everybody else when an earlier one was open', async () => {
    await writeFile(join(folder, 'secret-keys'), 'mine:and only mine\n', { mode: 0o644 });
    expect(secretKeysFile(folder)).toBe('mine:and only mine');
    expect((await stat(join(folder, 'secret-keys'))).mode & 0o777).toBe(0o600);
  });

  test('that cannot be made is an error of the file system', async () => {
    await writeFile(join(folder, 'file'), '');
    expect(() => secretKeysFile(join(folder, 'file'))).toThrow(/EEXIST|ENOTDIR/);
  });
});
