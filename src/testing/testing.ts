/** The public API for tests of workflows: `verification-workflows/testing`. */
export type { ModelOptions } from './model-checks.ts';
export { type ModelTestOptions, modelTests, type RegisterTest } from './model-tests.ts';
export type { BodyWriter } from './participants/bodies.ts';
