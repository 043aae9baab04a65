/** A file that exports the complete list of a service's modules, as `default` or as `modules`. */
import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Module } from '../../modules/module.ts';
import { Mistake } from '../mistake.ts';
import { importFile } from './author-file.ts';
import { isModule } from './exported.ts';

/**
 * @param path of the file, relative to the working directory
 * @throws Mistake if the file has no such list
 */
export async function modulesIn(path: string): Promise<readonly Module[]> {
  const file = resolve(path);
  if (!existsSync(file)) throw new Mistake(`There is no file ${path}`);
  if (statSync(file).isDirectory()) throw new Mistake(`${path} is a folder: give a folder of workflows as --workflows ${path}`);
  const exported = await importFile(file);
  const listed = exported['default'] ?? exported['modules'];
  if (!Array.isArray(listed) || listed.length === 0)
    throw new Mistake(`${path} exports no list of modules: export it as default, or as 'modules'`);
  const [foreign] = listed.filter((each) => !isModule(each));
  if (foreign !== undefined) throw new Mistake(`${path} lists an entry that defineModule did not make`);
  return listed;
}
