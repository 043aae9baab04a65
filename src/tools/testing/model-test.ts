/** `test`: the model tests of the workflows of a project. */
import { assemble } from '../../modules/assembly.ts';
import type { Module } from '../../modules/module.ts';
import { runModelTests } from '../../testing/run-model-tests.ts';
import { nearest } from '../command-line/nearest.ts';
import { Mistake } from '../mistake.ts';

export interface ModelTestDeps {
  readonly modules: readonly Module[];
  /** The workflows of the author, by name. They are tested if no others are asked for. */
  readonly own: readonly string[];
  /** The names of the workflows to test. */
  readonly names: readonly string[];
  /** The settings of the project. The environment is not used, because a test sends nothing to real people. */
  readonly settings: Readonly<Record<string, string>>;
  /** True for the long checks. */
  readonly isFull: boolean;
  /** A PostgreSQL database for the services; null for the embedded one. */
  readonly databaseUrl: string | null;
  readonly say: (line: string) => void;
  /** Prints a line about a fault. */
  readonly complain: (line: string) => void;
}

/**
 * Writes the coverage to `coverage/`.
 * @returns the number of faults
 * @throws Mistake for a name that no workflow has
 */
export function testModels({ modules, own, names, settings, isFull, databaseUrl, ...terminal }: ModelTestDeps): Promise<number> {
  const asked = selectedWorkflows(modules, names.length > 0 ? names : own);
  const database = databaseUrl === null ? {} : { databaseUrl };
  return runModelTests({ modules, names: asked, config: settings, full: isFull, ...database, ...terminal });
}

/** @throws Mistake for a name that no workflow has */
export function selectedWorkflows(modules: readonly Module[], names: readonly string[]): readonly string[] {
  const all = [...new Set(assemble(modules).workflows.map(({ name }) => name))];
  const [unknown] = names.filter((name) => !all.includes(name));
  if (unknown !== undefined) {
    const hint = nearest(unknown, all, (nearby) => `: did you mean ${nearby}?`) || `. The workflows: ${all.join(', ')}`;
    throw new Mistake(`There is no workflow '${unknown}'${hint}`);
  }
  return names.length === 0 ? all : names;
}
