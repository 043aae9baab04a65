/** `init`: makes a project with one workflow, its configuration and its scripts. */
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { shown } from '../loading/author-file.ts';
import { builtInNames, builtInWorkflows } from '../loading/built-in-needs.ts';
import { Mistake } from '../mistake.ts';
import { ownDependency } from './own-source.ts';
import { projectFiles, templateName } from './project-files.ts';

export interface InitRequest {
  /** The folder of the project, absolute. */
  readonly folder: string;
  /** The name of the workflow; null for that of the template. */
  readonly name: string | null;
}

/**
 * Writes the files.
 * @returns their paths
 * @throws Mistake, before anything is written, for a name that cannot be used and for files that are there already
 */
export function initProject({ folder, name }: InitRequest): string[] {
  const workflow = name ?? templateName;
  refuseName(workflow);
  if (existsSync(folder) && !statSync(folder).isDirectory()) throw new Mistake(`${shown(folder)} is a file: name a folder`);
  const files = projectFiles({ project: packageName(folder), workflow, dependency: ownDependency(folder) });
  const present = [...files.keys()].filter((path) => existsSync(join(folder, path)));
  if (present.length > 0)
    throw new Mistake(
      `${shown(folder)} has ${present.join(', ')} already: name an empty folder, such as verification-workflows init my-project`,
    );
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return [...files.keys()].map((path) => shown(resolve(folder, path)));
}

function refuseName(workflow: string): void {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(workflow) || workflow.length > 50)
    throw new Mistake(`'${workflow}' is no name of a workflow: write it in kebab-case, such as table-booking`);
  if ([...builtInNames(), ...builtInWorkflows()].includes(workflow))
    throw new Mistake(`'${workflow}' is the name of a built-in module or workflow: choose another name`);
}

/** A name that npm accepts. */
function packageName(folder: string): string {
  const name = basename(resolve(folder))
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return name === '' || name === 'verification-workflows' || name === 'node-modules' ? 'my-workflows' : name;
}
