/** The file `verification.config.ts` of a project: the modules and workflows, and the folders that the command writes to. */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { nearest } from '../command-line/nearest.ts';
import { Mistake } from '../mistake.ts';
import { importFile, shown } from './author-file.ts';
import type { ProjectConfig } from './define-config.ts';
import { isModule } from './exported.ts';

const names = ['ts', 'mts', 'js', 'mjs'].map((ending) => `verification.config.${ending}`);

export interface FoundConfig {
  readonly config: ProjectConfig;
  readonly path: string;
  /** The folder of the file, from which its paths begin. */
  readonly folder: string;
}

/** @returns the path of the configuration in the folder; null if there is none */
export function findConfig(folder: string): string | null {
  return names.map((name) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

/** @throws Mistake if the file exports no configuration */
export async function readConfigFile(path: string): Promise<FoundConfig> {
  const file = resolve(path);
  if (!existsSync(file)) throw new Mistake(`There is no file ${path}`);
  const { default: config } = await importFile(file);
  const at = shown(file);
  if (typeof config !== 'object' || config === null)
    throw new Mistake(`${at} exports no configuration: export default defineConfig({ workflows: './workflows' })`);
  const faults = Object.entries(config).flatMap(([name, value]) => faultsOf(name, value));
  if (faults.length > 0) throw new Mistake(faults.map((fault) => `${at}: ${fault}`).join('\n'));
  const found: ProjectConfig = config;
  if (found.modules === undefined && found.workflows === undefined)
    throw new Mistake(`${at} names no workflows: add workflows: './workflows', or modules: './modules.ts'`);
  return { config: found, path: at, folder: dirname(file) };
}

const isText = (value: unknown) => typeof value === 'string' && value !== '';

const members: Readonly<Record<keyof ProjectConfig, { readonly is: (value: unknown) => boolean; readonly must: string }>> = {
  modules: {
    is: (value) => isText(value) || (Array.isArray(value) && value.every(isModule)),
    must: 'the path of a file with a list of modules, or a list of modules that defineModule made',
  },
  workflows: { is: isText, must: 'the path of a folder' },
  builtIn: { is: (value) => typeof value === 'boolean', must: 'true or false' },
  diagrams: { is: isText, must: 'the path of a folder' },
  client: { is: isText, must: 'the path of a folder' },
  settings: {
    is: (value) => typeof value === 'object' && value !== null && Object.values(value).every((each) => typeof each === 'string'),
    must: 'an object of texts by the name of the setting',
  },
};

function faultsOf(name: string, value: unknown): string[] {
  if (value === undefined) return [];
  const member = Object.entries(members).find(([known]) => known === name)?.[1];
  if (member === undefined)
    return [`there is no member '${name}'${nearest(name, Object.keys(members), (known) => `: did you mean ${known}?`)}`];
  return member.is(value) ? [] : [`${name} must be ${member.must}`];
}
