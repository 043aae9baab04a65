/** The place from which this package was installed, so that a new project depends on the same archive. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageFile } from '../../service/own-package.ts';

/** @returns the dependency of a project in the folder: `file:` and a path, an address, or a range of versions */
export function ownDependency(folder: string, own = packageFile): string {
  const { name, version } = JSON.parse(readFileSync(own, 'utf8'));
  const modules = dirname(dirname(own));
  // Run from its repository, which no npm has installed.
  if (!modules.endsWith(`${sep}node_modules`)) return pathFrom(folder, dirname(own));
  const resolved = resolvedIn(join(modules, '.package-lock.json'), `node_modules/${name}`);
  if (resolved?.startsWith('file:')) return pathFrom(folder, fileOf(resolved, dirname(modules)));
  const isArchive = resolved !== null && /^https?:/.test(resolved) && !resolved.includes(`/${name}/-/`);
  return isArchive ? resolved : `^${version}`;
}

/** The place of a package, as npm notes it in the lock of the installed packages. */
function resolvedIn(lock: string, path: string): string | null {
  if (!existsSync(lock)) return null;
  const { packages = {} } = JSON.parse(readFileSync(lock, 'utf8'));
  return packages[path]?.resolved ?? null;
}

/** @param resolved a path after `file:`, from the folder of the installation, or a URL */
function fileOf(resolved: string, installation: string): string {
  return resolved.startsWith('file://') ? fileURLToPath(resolved) : resolve(installation, resolved.slice('file:'.length));
}

function pathFrom(folder: string, file: string): string {
  const path = relative(resolve(folder), file).replaceAll(sep, '/');
  return `file:${path.startsWith('.') ? path : `./${path}`}`;
}
