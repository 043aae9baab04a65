/** The place of this package, whether it runs from its sources or compiled. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** `ts` while the package runs from its sources. */
export const sourceEnding = import.meta.url.endsWith('.ts') ? 'ts' : 'js';

/** The path of the package's own `package.json`: compiled files are one folder deeper. */
export const packageFile = fileURLToPath(
  new URL(sourceEnding === 'ts' ? '../../../package.json' : '../../../../package.json', import.meta.url),
);

export const packageFolder = dirname(packageFile);
