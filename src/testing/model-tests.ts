/** `modelTests`: registers the model tests of a workflow with the test runner of the author, vitest or `node:test`. */
import type { WorkflowDefinition } from '../../machines/workflow.ts';
import { type ModelOptions, WorkflowModel } from './model-checks.ts';

/** Registers one test, as `test` of vitest and of `node:test` do. */
export type RegisterTest = (name: string, options: { readonly timeout: number }, run: () => Promise<void>) => unknown;

export interface ModelTestOptions extends ModelOptions {
  /** The workflow, or its name. */
  readonly workflow: string | Pick<WorkflowDefinition, 'name'>;
  /** The function of the test runner that registers a test; that of the runner that loads the file by default. */
  readonly test?: RegisterTest;
}

/** Far longer than any check takes: a busy machine must not fail a test. */
const timeout = 600_000;

/**
 * Registers the model tests of one workflow: explores everything that can happen to its sessions, checks rules and promises in every
 * configuration, and drives the paths through a service over HTTP. Tasks are played by their declared outcomes. `MODEL_TESTS=full` adds the
 * long checks. `TEST_DATABASE_URL` names a PostgreSQL database for the services. Writes `coverage/`.
 * @throws Error if the modules have no such workflow
 */
export async function modelTests({ workflow, test: given, ...options }: ModelTestOptions): Promise<void> {
  const register = given ?? (await runnersTest());
  const name = typeof workflow === 'string' ? workflow : workflow.name;
  const { MODEL_TESTS, TEST_DATABASE_URL } = process.env;
  const database = TEST_DATABASE_URL === undefined ? {} : { databaseUrl: TEST_DATABASE_URL };
  const model = new WorkflowModel(name, { full: MODEL_TESTS === 'full', ...database, ...options });
  for (const { name: title, run } of model.checks()) register(title, { timeout }, run);
}

/** The `test` of the runner that loads this file. A process that a test of vitest has started also has the variable of vitest. */
async function runnersTest(): Promise<RegisterTest> {
  const { VITEST, NODE_TEST_CONTEXT } = process.env;
  if (VITEST === undefined || NODE_TEST_CONTEXT !== undefined) return (await import('node:test')).test;
  const runner: { readonly test: RegisterTest } = await import('vitest');
  return runner.test;
}
