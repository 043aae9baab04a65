/**
 * Compiles the TypeScript sources to `dist/`. Every supported Node version runs the result, faster than through a loader, and Node
 * refuses TypeScript below `node_modules`. This file is plain JavaScript because it runs before anything is built.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { chmod, cp, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const built = join(root, 'dist');
const configuration = join(root, 'tsconfig.build.json');

/** Files to copy unchanged: JavaScript (the pages' scripts, the client, the thread that judges passwords), the diagrams, and the new project. */
const copied = ['src/web', 'src/client', 'src/accounts/strength', 'src/tools/init/template', 'diagrams'];

/** Files of Swagger UI, which shows the API reference, with its licence. */
const swaggerUi = ['swagger-ui-bundle.js', 'swagger-ui-bundle.js.LICENSE.txt', 'swagger-ui.css', 'LICENSE', 'NOTICE'];

/** Holds the fingerprint of the sources that `dist/` was built from. */
const stamp = '.sources';

/** The compiled command. */
export const entry = join(built, 'src/main.js');

/**
 * Builds `dist/` unless it is fresh. An installed package has no sources, so nothing is built.
 * @throws Error with the compiler's output
 */
export async function buildIfStale() {
  if (!existsSync(configuration)) return;
  const fingerprint = fingerprintOfSources();
  if (existsSync(join(built, stamp)) && readFileSync(join(built, stamp), 'utf8') === fingerprint) return;
  // Builds aside first, so that an interrupted build or two builds at once never leave half a result.
  const aside = await mkdtemp(join(root, 'dist-'));
  try {
    await compile(aside);
    for (const path of copied) await cp(join(root, path), join(aside, path), { recursive: true });
    const packaged = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
    for (const name of swaggerUi) await cp(join(packaged, name), join(aside, 'src/web/swagger-ui', name));
    await chmod(join(aside, 'src/command.js'), 0o755);
    await writeFile(join(aside, stamp), fingerprint);
    await rm(built, { recursive: true, force: true });
    await rename(aside, built);
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    // Another process finished the same build first.
    if (!isTaken(error)) throw error;
  }
}

/** @param {string} folder the output folder */
async function compile(folder) {
  const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
  await promisify(execFile)(process.execPath, [compiler, '-p', configuration, '--outDir', folder]).catch((error) => {
    throw new Error(`The sources do not compile:\n${error.stdout}${error.stderr}`, { cause: error });
  });
}

/** @returns {string} a hash over paths, sizes and modification times. Changes when a source is added, removed or edited */
function fingerprintOfSources() {
  const hash = createHash('sha256');
  for (const folder of ['machines', 'src', 'diagrams']) {
    for (const path of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).sort())
      hash.update(describe(join(folder, path)));
  }
  for (const path of ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'src/build/build.js']) hash.update(describe(path));
  return hash.digest('hex');
}

/** @param {string} path relative to the root */
function describe(path) {
  const { size, mtimeMs } = statSync(join(root, path));
  return `${path} ${size} ${mtimeMs}\n`;
}

/** @param {unknown} error */
function isTaken(error) {
  return error instanceof Error && 'code' in error && (error.code === 'ENOTEMPTY' || error.code === 'EEXIST');
}
