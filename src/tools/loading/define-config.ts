/** The configuration of a project, for `verification.config.ts`. */
import type { Module } from '../../modules/module.ts';

export interface ProjectConfig {
  /** The path of a file that exports a list of modules, or the list itself. */
  readonly modules?: string | readonly Module[];
  /** The folder of workflows: each file there that exports modules or workflows is a part of the service. */
  readonly workflows?: string;
  /** False for a service without the built-in workflows. By default they are there with `workflows`, and not with `modules` alone. */
  readonly builtIn?: boolean;
  /** The folder of the pictures, by default `./diagrams`. */
  readonly diagrams?: string;
  /** The folder of the typed client, by default `./client`. */
  readonly client?: string;
  /** Settings for `start` and `dev`, by name. A variable of the environment takes precedence. No place for secrets. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Types the configuration of a project: `export default defineConfig({ workflows: './workflows' })`. */
export function defineConfig(config: ProjectConfig): ProjectConfig {
  return config;
}
