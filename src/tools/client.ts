/** `client`: writes a client for the workflows of modules into a folder, or lists stale files there. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { valuesOf } from '../../machines/figures.ts';
import { Workflows } from '../engine/machines/workflows.ts';
import { problemsOf } from '../http/problems/problem.ts';
import { assemble } from '../modules/assembly.ts';
import type { Module } from '../modules/module.ts';
import { withPackage } from './optional-package.ts';

const packaged = fileURLToPath(new URL('../client/', import.meta.url));

export interface ClientTask {
  readonly modules: readonly Module[];
  /** An absolute path. */
  readonly folder: string;
  /** Compares without writing. */
  readonly checking: boolean;
  /** The command that writes the files. Reports of stale files name it. */
  readonly command: string;
}

/**
 * Copies the package's client, with types and routes of these workflows in place of the built-in ones. The copy imports no package.
 * @returns when comparing, one line for each stale file
 * @throws Mistake if the package that generates types is missing
 */
export async function writeClient({ modules, folder, checking, command }: ClientTask): Promise<string[]> {
  const stale: string[] = [];
  for (const [name, text] of await filesOf(modules)) {
    const place = join(folder, name);
    // Git may check files out with Windows line breaks.
    const before = (await readFile(place, 'utf8').catch(() => null))?.replaceAll('\r\n', '\n');
    if (before === text) continue;
    if (checking) {
      stale.push(`${name} is stale: run ${command}`);
      continue;
    }
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, text);
  }
  return stale;
}

/** @returns texts by path relative to the client's folder */
async function filesOf(modules: readonly Module[]): Promise<Map<string, string>> {
  const { clientFiles } = await withPackage('json-schema-to-typescript', 'Writing a client', () => import('./client-files.ts'));
  const { workflows, figures, refusals, channels } = assemble(modules);
  const latest = new Workflows(workflows, valuesOf(figures, 'default')).latest();
  const generated = await clientFiles({
    workflows: latest,
    problems: problemsOf(refusals, latest),
    channels: Object.keys(channels),
  });
  const files = new Map<string, string>();
  for (const name of (await readdir(packaged)).filter((each) => /\.(js|d\.ts)$/.test(each)).sort())
    files.set(name, (await readFile(join(packaged, name), 'utf8')).replaceAll('\r\n', '\n'));
  for (const [name, text] of generated) files.set(`generated/${name}`, text);
  return files;
}
