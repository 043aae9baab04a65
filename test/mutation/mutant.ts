/** A deliberately broken version of the product, for the model tests to find. */
import type { Workflow } from '../../machines/workflow.ts';
import type { Stepper } from '../model/move.ts';
import type { Limits } from '../model/size.ts';

export interface Mutant {
  /** What is broken, and where. Unique. */
  readonly name: string;
  readonly workflow: Workflow;
  /** What the sound version has, as the oracle is told. */
  readonly limits: Limits;
  /** What runs it; null for the product's own step. */
  readonly stepper: BrokenStep | null;
}

export interface BrokenStep {
  readonly load: () => Promise<Stepper>;
  /** Writes its text to a file. @returns the path */
  readonly write: () => string;
}
