/** The list of modules that an author's file exports, as `default` or as `modules`. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { builtInModules } from '../modules/built-in.ts';
import type { Module } from '../modules/module.ts';
import { Mistake } from './mistake.ts';

/**
 * @param path of the file, relative to the working directory; null for the built-in modules
 * @throws Mistake if the file has no such list
 */
export async function modulesOf(path: string | null): Promise<readonly Module[]> {
  if (path === null) return builtInModules();
  const file = resolve(path);
  if (!existsSync(file)) throw new Mistake(`There is no file ${path}`);
  const exported = await load(file, path);
  const listed = exported['default'] ?? exported['modules'];
  if (!Array.isArray(listed) || listed.length === 0)
    throw new Mistake(`${path} exports no list of modules: export it as default, or as 'modules'`);
  const [foreign] = listed.filter((each) => !isModule(each));
  if (foreign !== undefined) throw new Mistake(`${path} lists an entry that defineModule did not make`);
  return listed;
}

async function load(file: string, path: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_UNKNOWN_FILE_EXTENSION')
      throw new Mistake(`This version of Node.js cannot load ${path}: name the compiled JavaScript instead`, { cause: error });
    throw error;
  }
}

function isModule(thing: unknown): thing is Module {
  return typeof thing === 'object' && thing !== null && 'name' in thing && 'configure' in thing && typeof thing.configure === 'function';
}
