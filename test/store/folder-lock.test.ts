import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StoreError } from '../../src/store/errors.ts';
import { lockFolder } from '../../src/store/folder-lock.ts';
import { killed, started } from './other-process.ts';

describe('a folder lock', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'folder-lock-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test('makes the folder, and leaves no file behind when it is released', async () => {
    const lock = await lockFolder(join(folder, 'new/data'));
    expect(existsSync(join(folder, 'new/data'))).toBe(true);
    await lock.release();
    expect(await readdir(join(folder, 'new/data/claims'))).toEqual([]);
  });

  test('refuses a second claim in the same process until it is released', async () => {
    const lock = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toThrow(StoreError);
    await lock.release();
    await (await lockFolder(folder)).release();
  });

  test('of another process is reported with folder and process id, and taken over at once when that process is killed', async () => {
    const owner = await started('hold-folder.ts', folder);
    const message = `The data folder ${folder} is in use by another process (pid ${owner.pid}): stop it, or set another data folder.`;
    await expect(lockFolder(folder)).rejects.toThrow(new StoreError(message));
    await killed(owner);
    const lock = await lockFolder(folder);
    // The dead claim is removed.
    expect(await readdir(join(folder, 'claims'))).toHaveLength(1);
    await lock.release();
  });

  test('holds while its owner lives, even if the owner is too busy to answer', async () => {
    const owner = await started('hold-folder.ts', folder);
    owner.kill('SIGSTOP');
    await expect(lockFolder(folder)).rejects.toThrow('in use by another process:');
    await killed(owner);
  });

  test('is given to one of many simultaneous claims', async () => {
    for (let round = 0; round < 20; round += 1) {
      const claims = await Promise.allSettled(Array.from({ length: 5 }, () => lockFolder(folder)));
      const locks = claims.filter((claim) => claim.status === 'fulfilled');
      expect(locks.length).toBeLessThanOrEqual(1);
      for (const claim of claims) if (claim.status === 'rejected') expect(claim.reason).toBeInstanceOf(StoreError);
      for (const { value } of locks) await value.release();
    }
  });

  test('reports why a folder cannot be made', async () => {
    await writeFile(join(folder, 'file'), '');
    const message = `The data folder ${join(folder, 'file/data')} cannot be written to: ENOTDIR`;
    const failed = lockFolder(join(folder, 'file/data'));
    await expect(failed).rejects.toThrow(StoreError);
    await expect(failed).rejects.toThrow(message);
  });

  test('ignores files that no process listens on', async () => {
    await mkdir(join(folder, 'claims'));
    await writeFile(join(folder, 'claims/left-behind'), '');
    await (await lockFolder(folder)).release();
  });

  test.runIf(process.platform === 'linux')('works in a folder whose path is longer than a socket path may be', async () => {
    const deep = join(folder, 'a'.repeat(120));
    const lock = await lockFolder(deep);
    await expect(lockFolder(deep)).rejects.toThrow('in use');
    await lock.release();
  });
});
