/** The file with the secret key of a service whose settings have none. The first start creates it in the data folder. */
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** @returns the value for `SECRET_KEYS`, from the folder's file. Creates a missing file. Only its owner may read it, under every umask */
export function secretKeysFile(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'secret-keys');
  try {
    // The flag fails if the file exists, so two processes that start together use one key.
    writeFileSync(path, `local:${randomBytes(32).toString('base64')}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  // An existing file is restricted too, because a copy or a restore may have changed its mode.
  chmodSync(path, 0o600);
  return readFileSync(path, 'utf8').trim();
}
