/** The secret key of a service that was given none: made on its first start, kept in its data folder. */
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** @returns the text of `SECRET_KEYS`, from the folder's file; a missing file is made. Under every umask, only its owner may read it */
export function secretKeysFile(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'secret-keys');
  try {
    // Fails when the file is there: two processes that start together end up with one key.
    writeFileSync(path, `local:${randomBytes(32).toString('base64')}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  // Also closes an existing file, because a copy or a restore may have opened it.
  chmodSync(path, 0o600);
  return readFileSync(path, 'utf8').trim();
}
