/** The files of this checkout: what git would keep, or, without git, all but what it would ignore. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type ParsedFile, parseFile } from './parsed-file.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** Where there is no git to ask: what .gitignore lists, and git's own folder. */
const ignored = /^(\.git|node_modules|data|coverage)(\/|$)|\.log$/;

function listed(): string[] {
  if (existsSync(`${root}.git`)) {
    try {
      const output = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
      return output.split('\0').filter((path) => path !== '');
    } catch (error) {
      // No git on this machine, or not its owner's checkout: the folder itself still tells.
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

/** What is committed, or is about to be: what somebody left lying about while trying things out is nobody's business. */
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

/** Every TypeScript file that somebody wrote, parsed. Read at once, since the rules look across files. */
export const sources: readonly ParsedFile[] = parsed((path) => path.endsWith('.ts'));

/** The scripts that browsers load. */
export const pageScripts: readonly ParsedFile[] = parsed((path) => /^src\/(web|client)\/.*\.js$/.test(path));
