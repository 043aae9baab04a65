/** A deliberately broken version of the product, for the model tests to find. */
import type { Stepper } from '../../src/testing/graph/move.ts';
import type { Sized } from '../model/size.ts';

export interface Mutant {
  /** The broken part and its place. Unique. */
  readonly name: string;
  /** The tested workflows: the broken machine, or those that the broken step runs. */
  readonly workflows: readonly Sized[];
  /** The step; null for the product's own. */
  readonly stepper: BrokenStep | null;
}

export interface BrokenStep {
  readonly load: () => Promise<Stepper>;
  /** Writes the mutant's text to a file. @returns the path */
  readonly write: () => string;
}
