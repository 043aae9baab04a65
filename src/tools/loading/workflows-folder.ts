/** A folder of workflows: every file there that exports modules or workflows becomes a part of the service. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { WorkflowDefinition } from '../../../machines/workflow.ts';
import { defineModule, type Module } from '../../modules/module.ts';
import { Mistake } from '../mistake.ts';
import { importFile, shown } from './author-file.ts';
import { builtInNames, withNeeds } from './built-in-needs.ts';
import { type Exported, exportedBy } from './exported.ts';
import { noteUse } from './used-files.ts';

export interface LoadedModule {
  readonly module: Module;
  /** The file that exports it, as its author would write its path. */
  readonly path: string;
}

/** @returns the files that may contain workflows: scripts that are no tests, no declarations and no configuration */
function scriptsIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.name.startsWith('.') || entry.name === 'node_modules') return [];
      if (entry.isDirectory() || (entry.isSymbolicLink() && statSync(path).isDirectory())) return scriptsIn(path);
      return /\.m?[jt]s$/.test(entry.name) && !/\.(?:test|spec|config|d)\.[^.]+$/.test(entry.name) ? [path] : [];
    });
}

/**
 * @param path of a folder, or of a single file
 * @throws Mistake for a file that cannot be imported, and for a folder without workflows
 */
export async function modulesOfFolder(path: string): Promise<readonly LoadedModule[]> {
  const place = resolve(path);
  if (!existsSync(place)) throw new Mistake(`There is no folder ${path}`);
  noteUse(place);
  const files = statSync(place).isDirectory() ? scriptsIn(place) : [place];
  const found: { readonly path: string; readonly file: string; readonly exported: Exported }[] = [];
  // One after the other, so that the first mistake is that of the first file.
  for (const file of files) found.push({ file, path: shown(file), exported: exportedBy(await importFile(file)) });
  const modules = withoutRepetitions(
    found.flatMap(({ path: from, exported }) => exported.modules.map((module) => ({ module, path: from }))),
  );
  const inModules = new Set(modules.flatMap(({ module }) => definitionsOf(module)));
  for (const { file, path: from, exported } of found) {
    const own = exported.workflows.filter((workflow) => !inModules.has(workflow));
    for (const workflow of own) inModules.add(workflow);
    if (own.length > 0) modules.push({ module: wrapped(file, from, { ...exported, workflows: own }), path: from });
  }
  if (modules.length === 0)
    throw new Mistake(`${path} has no workflows: no file there exports something made by defineWorkflow or defineModule`);
  refuseSharedNames(modules);
  return modules.map(({ module, path: from }) => ({ module: withNeeds(module), path: from }));
}

/** The module of a file that exports workflows, and perhaps their figures, notices and so on. It has the name of the file. */
function wrapped(file: string, path: string, { workflows, members }: Pick<Exported, 'workflows' | 'members'>): Module {
  const name = kebabCase(basename(file).replace(/\.[^.]+$/, ''));
  if (builtInNames().includes(name))
    throw new Mistake(`${path}: its module would have the name '${name}', which is that of a built-in module: rename the file`);
  return defineModule({ name, workflows, ...members } as Parameters<typeof defineModule>[0]);
}

function kebabCase(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .toLowerCase();
}

/** The workflows of a module, and of those that it needs. */
function definitionsOf({ workflows = [], needs = [] }: Module): readonly WorkflowDefinition[] {
  return [...workflows, ...needs.flatMap(definitionsOf)];
}

/** A file that lists modules often exports those of its neighbours, and built-in ones. */
function withoutRepetitions(modules: readonly LoadedModule[]): LoadedModule[] {
  const builtIn = builtInNames();
  return modules.filter(
    ({ module }, index) =>
      !modules
        .slice(0, index)
        .some(({ module: before }) => before === module || (before.name === module.name && builtIn.includes(module.name))),
  );
}

/** @throws Mistake that names both files */
function refuseSharedNames(modules: readonly LoadedModule[]): void {
  for (const [index, { module, path }] of modules.entries()) {
    const before = modules.slice(0, index).find(({ module: { name } }) => name === module.name);
    if (before)
      throw new Mistake(`${before.path} and ${path} both bring a module '${module.name}': rename one of them, or one of the files`);
  }
}
