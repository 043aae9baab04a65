/** `diagrams`: draws the workflows of modules into a folder, or lists stale pictures there. */
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
  /** Compares without writing. */
  readonly checking: boolean;
  /** The command that draws the pictures. Reports of stale pictures name it. */
  readonly command: string;
}

/**
 * Draws the workflows of every module that has its pictures in this folder or names no folder. The authors of other modules draw
 * their own.
 * @returns one line for each problem
 * @throws Mistake if the package that computes layouts is missing, or if the folder contains other files
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
