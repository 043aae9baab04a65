/** A deliberately broken version of the product, for the model tests to find. */
import type { Stepper } from '../model/move.ts';
import type { Sized } from '../model/size.ts';

export interface Mutant {
  /** What is broken, and where. Unique. */
  readonly name: string;
  /** What is tried: the broken machine, or those that the broken step runs. */
  readonly workflows: readonly Sized[];
  /** What runs it; null for the product's own step. */
  readonly stepper: BrokenStep | null;
}

export interface BrokenStep {
  readonly load: () => Promise<Stepper>;
  /** Writes its text to a file. @returns the path */
  readonly write: () => string;
}
