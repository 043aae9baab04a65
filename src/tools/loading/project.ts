/** The project that a command works on: its modules, and the folders for what the command writes. */
import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Environment } from '../../config/config.ts';
import { builtInModules } from '../../modules/built-in.ts';
import type { Module } from '../../modules/module.ts';
import { Mistake } from '../mistake.ts';
import { shown } from './author-file.ts';
import { builtInNames } from './built-in-needs.ts';
import { type FoundConfig, findConfig, readConfigFile } from './config-file.ts';
import { modulesIn } from './modules-file.ts';
import { type LoadedModule, modulesOfFolder } from './workflows-folder.ts';

/** The places that the command line and the environment name; null for none. */
export interface ProjectPlaces {
  /** A file that exports the complete list of modules. */
  readonly modules: string | null;
  /** A folder of workflows. */
  readonly workflows: string | null;
  /** A configuration file. */
  readonly config: string | null;
  /** False for no built-in workflows beside those of the folder; null for the default. */
  readonly builtIn: boolean | null;
  /** The folder of the pictures, if another than the default. */
  readonly diagrams: string | null;
}

export interface Project {
  readonly modules: readonly Module[];
  /** The file of each workflow that the author wrote, by the name of the workflow. */
  readonly sources: ReadonlyMap<string, string>;
  /** Absolute; null if the author has to name them. */
  readonly folders: { readonly diagrams: string | null; readonly client: string | null };
  /** Settings that the environment may replace. */
  readonly settings: Readonly<Record<string, string>>;
  /** The places from which it was loaded, absolute. */
  readonly places: readonly string[];
  /** The arguments that lead another command to the same project. */
  readonly argument: string;
}

/**
 * Finds the project by the first of: the places of the command line, the variable WORKFLOWS, a configuration in the working directory. Without
 * any of them, the project is the built-in modules.
 * @throws Mistake, ModuleError
 */
export async function loadProject(given: Partial<ProjectPlaces>, environment: Environment = {}): Promise<Project> {
  const { modules = null, workflows = null, config = null, builtIn = null, diagrams = null } = given;
  if (modules !== null && workflows !== null)
    throw new Mistake('Give either a file with a list of modules, or --workflows: the folder can hold modules too');
  if (modules !== null) return ofModulesFile(modules);
  const folder = workflows ?? (config === null ? setting(environment, 'WORKFLOWS') : null);
  if (folder !== null) return ofFolder(folder, builtIn ?? setting(environment, 'BUILT_IN_WORKFLOWS') !== 'false', diagrams);
  const found = config ?? findConfig('.');
  if (found !== null) return ofConfig(await readConfigFile(found), builtIn, diagrams);
  return builtInAlone();
}

/** The project of a process that nobody gives arguments, such as that of the image: the folder in WORKFLOWS, and the built-in modules. */
export async function loadServed(environment: Environment): Promise<Project> {
  return setting(environment, 'WORKFLOWS') === null ? builtInAlone() : loadProject({}, environment);
}

function builtInAlone(): Project {
  return { ...none, modules: builtInModules() };
}

const none: Omit<Project, 'modules'> = {
  sources: new Map(),
  folders: { diagrams: null, client: null },
  settings: {},
  places: [],
  argument: '',
};

function setting(environment: Environment, name: string): string | null {
  const text = environment[name]?.trim() ?? '';
  return text === '' ? null : text;
}

async function ofModulesFile(path: string): Promise<Project> {
  const modules = await modulesIn(path);
  return {
    ...none,
    modules,
    sources: sourcesOf(modules.map((module) => ({ module, path }))),
    places: [resolve(path)],
    argument: ` ${path}`,
  };
}

async function ofFolder(path: string, builtIn: boolean, diagrams: string | null): Promise<Project> {
  const loaded = await modulesOfFolder(path);
  const inside = join(resolve(path), 'diagrams');
  const folders = { diagrams: diagrams ?? (isFolder(inside) ? inside : resolve('diagrams')), client: null };
  return {
    ...none,
    modules: complete(loaded, builtIn, folders.diagrams),
    sources: sourcesOf(loaded),
    folders,
    places: [resolve(path)],
    argument: ` --workflows ${path}`,
  };
}

async function ofConfig({ config, path, folder }: FoundConfig, builtIn: boolean | null, diagrams: string | null): Promise<Project> {
  const at = (place: string) => resolve(folder, place);
  const listed = await listedBy(config.modules, path, at);
  const loaded = [...listed, ...(config.workflows === undefined ? [] : await modulesOfFolder(shown(at(config.workflows))))];
  const folders = { diagrams: diagrams ?? at(config.diagrams ?? 'diagrams'), client: at(config.client ?? 'client') };
  return {
    modules: complete(loaded, builtIn ?? config.builtIn ?? config.modules === undefined, folders.diagrams),
    sources: sourcesOf(loaded),
    folders,
    settings: config.settings ?? {},
    places: [
      resolve(path),
      ...(config.workflows === undefined ? [] : [at(config.workflows)]),
      ...(typeof config.modules === 'string' ? [at(config.modules)] : []),
    ],
    argument: dirname(resolve(path)) === resolve('.') ? '' : ` --config ${path}`,
  };
}

async function listedBy(
  modules: string | readonly Module[] | undefined,
  config: string,
  at: (place: string) => string,
): Promise<readonly LoadedModule[]> {
  if (modules === undefined) return [];
  if (typeof modules !== 'string') return modules.map((module) => ({ module, path: config }));
  const path = shown(at(modules));
  return (await modulesIn(path)).map((module) => ({ module, path }));
}

/** Adds the built-in modules, and the folder of the pictures to modules of the author that name none. */
function complete(loaded: readonly LoadedModule[], builtIn: boolean, diagrams: string): readonly Module[] {
  const shipped = builtInModules();
  const own = loaded.map(({ module }) => module);
  const withPictures = own.map((module) =>
    module.diagrams === undefined ? { ...module, diagrams: pathToFileURL(`${diagrams}/`) } : module,
  );
  return [...withPictures, ...(builtIn ? shipped.filter(({ name }) => own.every((module) => module.name !== name)) : [])];
}

/** The files of the author's workflows, for messages about their faults. */
function sourcesOf(loaded: readonly LoadedModule[]): ReadonlyMap<string, string> {
  const builtIn = builtInNames();
  const own = loaded.filter(({ module }) => !builtIn.includes(module.name));
  return new Map(own.flatMap(({ module, path }) => (module.workflows ?? []).map(({ name }) => [name, path] as const)));
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

/** A fault of a workflow, after the file of the workflow. */
export function located({ sources }: Pick<Project, 'sources'>, line: string): string {
  const source = sources.get(/^Workflow '([^']+)'/.exec(line)?.[1] ?? '');
  return source === undefined ? line : `${source}: ${line}`;
}
