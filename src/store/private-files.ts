/**
 * Restricts the files of the data folder to the user of the process. They hold sealed details, hashes of passwords and, without
 * `SECRET_KEYS`, also the secret key. Modes are set explicitly, because under a umask of 000 other users could read new files.
 */
import { chmod, lstat, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

const ownersFolder = 0o700;
const ownersFile = 0o600;
/** The bits of a mode that concern other users. */
const forOthers = 0o077;
/** The sticky bit, which marks a folder shared by many users, such as /tmp. */
const sticky = 0o1000;

/**
 * Creates a missing folder, and closes it to other users. A folder that belongs to another user, or is shared like /tmp, stays unchanged.
 */
export async function makePrivateFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: ownersFolder });
  const { mode, uid } = await lstat(path);
  if ((mode & sticky) === 0 && uid === process.getuid?.()) await chmod(path, ownersFolder);
}

/** Closes all files of a folder to other users, because an earlier release, a copy or a restore may have opened them. */
export async function closeToOthers(folder: string): Promise<void> {
  await chmod(folder, ownersFolder);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await closeToOthers(path);
    else if (entry.isFile() && ((await lstat(path)).mode & forOthers) !== 0) await chmod(path, ownersFile);
  }
}

type Options = Parameters<NodeFS['init']>[1];

/** The part of Emscripten's file system that sets modes (https://emscripten.org/docs/api_reference/Filesystem-API.html). */
interface ModeSetters {
  chmod(path: unknown, mode: number, ...rest: unknown[]): unknown;
  fchmod(descriptor: unknown, mode: number): unknown;
  mknod(path: unknown, mode: number, device: unknown): unknown;
}

/**
 * PGlite's files in a folder. PGlite sets the mode of each file after creating it, regardless of the umask, so most files would be writable
 * for every user. This class removes the bits for other users from every mode, also for files created later.
 */
export class PrivateFiles extends NodeFS {
  override async init(pglite: PGlite, options: Options): Promise<{ emscriptenOpts: Options }> {
    const { emscriptenOpts } = await super.init(pglite, options);
    const restrictModes = ({ FS }: { FS: ModeSetters }): void => {
      const { chmod: change, fchmod: changeOpen, mknod: create } = FS;
      FS.chmod = (path, mode, ...rest) => change(path, mode & ~forOthers, ...rest);
      FS.fchmod = (descriptor, mode) => changeOpen(descriptor, mode & ~forOthers);
      FS.mknod = (path, mode, device) => create(path, mode & ~forOthers, device);
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [restrictModes, ...(emscriptenOpts.preRun ?? [])] } };
  }
}
