/** The files of this checkout: those that git tracks or would track. Without git, all files that .gitignore does not list. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type ParsedFile, parseFile } from './parsed-file.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** Ignored without git: the entries of .gitignore, and git's own folder. */
const ignored = /^(\.git|node_modules|data|coverage)(\/|$)|\.log$/;

function listed(): string[] {
  if (existsSync(`${root}.git`)) {
    try {
      const output = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
      return output.split('\0').filter((path) => path !== '');
    } catch (error) {
      // Without git, or in the checkout of another user, the folder itself is read.
      if (!(error instanceof Error)) throw error;
    }
  }
  return walk('');
}

function walk(folder: string): string[] {
  return readdirSync(`${root}${folder}`, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}${entry.name}`;
    if (ignored.test(path)) return [];
    return entry.isDirectory() ? walk(`${path}/`) : [path];
  });
}

/** Every file, from the root. A deleted file that git still lists is gone. */
export const paths: readonly string[] = listed().filter((path) => existsSync(`${root}${path}`));

/** Committed or staged files. Other files are temporary, and no rule applies to them. */
export function tracked(): string[] {
  if (!existsSync(`${root}.git`)) return [];
  return execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
    .split('\0')
    .filter((path) => existsSync(`${root}${path}`) && path !== '');
}

function parsed(wanted: (path: string) => boolean): ParsedFile[] {
  const read = (path: string) => readFileSync(`${root}${path}`, 'utf8');
  return paths.filter((path) => wanted(path) && !path.includes('/generated/')).map((path) => parseFile({ path, text: read(path) }));
}

/** Every hand-written TypeScript file, parsed. All are read at once, because the rules look across files. */
export const sources: readonly ParsedFile[] = parsed((path) => path.endsWith('.ts'));

/** The scripts that browsers load. */
export const pageScripts: readonly ParsedFile[] = parsed((path) => /^src\/(web|client)\/.*\.js$/.test(path));
