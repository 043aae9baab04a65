/** `diagrams`: draws the workflows of modules into a folder, or says which pictures there are stale. */
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { valuesOf } from '../../machines/figures.ts';
import { Workflows } from '../engine/machines/workflows.ts';
import { assemble } from '../modules/assembly.ts';
import type { Module } from '../modules/module.ts';
import { Mistake } from './mistake.ts';
import { withPackage } from './optional-package.ts';

export interface DiagramTask {
  readonly modules: readonly Module[];
  /** An absolute path. */
  readonly folder: string;
  /** Only compares. */
  readonly checking: boolean;
  /** The command that draws, for those who read that a picture is stale. */
  readonly command: string;
}

/**
 * Draws the workflows of every module that keeps its pictures in the folder, or names no folder. Modules with pictures elsewhere were drawn
 * by their own authors.
 * @returns a line for each problem
 * @throws Mistake where the package that arranges pictures is missing, and for a folder with other files
 */
export async function drawDiagrams({ modules, folder, checking, command }: DiagramTask): Promise<string[]> {
  const assembly = assemble(modules);
  const all = new Workflows(assembly.workflows, valuesOf(assembly.figures, 'default')).latest();
  const drawn = all.filter(({ name }) => {
    const place = assembly.pictures[name];
    return place === undefined || relative(fileURLToPath(place), folder) === '';
  });
  const { check, generate, ForeignFolder } = await withPackage('elkjs', 'Drawing diagrams', () => import('../diagrams/artefacts.ts'));
  if (checking) return check(folder, drawn, command);
  return generate(folder, drawn).catch((error) => {
    throw error instanceof ForeignFolder ? new Mistake(error.message, { cause: error }) : error;
  });
}
