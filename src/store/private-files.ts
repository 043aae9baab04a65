/**
 * Files of the data folder belong to the user of the process alone: they hold sealed details, hashes of passwords and, without
 * `SECRET_KEYS`, the key to all of it. Modes are set explicitly, because a umask of 000 would open what is created by default.
 */
import { chmod, lstat, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

const ownersFolder = 0o700;
const ownersFile = 0o600;
/** The bits of a mode that are for other users. */
const forOthers = 0o077;
/** The mark of a folder that many users share, such as /tmp. */
const sticky = 0o1000;

/** Makes the folder where it is missing, and closes it to other users. One that belongs to somebody else, or to everybody, stays as it is. */
export async function makePrivateFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: ownersFolder });
  const { mode, uid } = await lstat(path);
  if ((mode & sticky) === 0 && uid === process.getuid?.()) await chmod(path, ownersFolder);
}

/** Closes all that is in a folder to other users: an earlier release, a copy or a restore may have opened it. */
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
 * PGlite's files in a folder. PGlite sets the mode of a file after it created the file, past the umask of the process: most files come
 * out writable for everybody. Here every mode loses the bits for other users, also of files that PGlite creates later.
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
