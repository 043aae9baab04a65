/** The place and the version of this package, whether it runs from its sources or compiled. */
import { readFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** `ts` while the package runs from its sources. */
export const sourceEnding = import.meta.url.endsWith('.ts') ? 'ts' : 'js';

/** The path of the package's own `package.json`: compiled files are one folder deeper. */
export const packageFile = fileURLToPath(new URL(sourceEnding === 'ts' ? '../../package.json' : '../../../package.json', import.meta.url));

/** The version of this package. */
export const ownVersion: string = JSON.parse(readFileSync(packageFile, 'utf8')).version;

const packageFolder = dirname(packageFile);

/** True for files of this package. Its examples are files of authors. */
export function isOwn(file: string): boolean {
  return ['src', 'dist', 'machines'].some((folder) => file.startsWith(join(packageFolder, folder) + sep));
}
