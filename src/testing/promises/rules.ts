/** All rules that the graph of a workflow must satisfy: those of any workflow, and its promises. */
import type { Workflow } from '../../../machines/workflow.ts';
import { invariants } from '../graph/invariants.ts';
import type { StepGraph } from '../graph/step-graph.ts';
import { graphPromises } from './graph-promises.ts';
import type { FigureValues } from './ledger.ts';

export interface GraphRule {
  readonly name: string;
  /** @returns the violations: steps, and keys of configurations */
  readonly broken: (graph: StepGraph) => string[];
}

/** @param figures the figures that the promises name */
export function rulesOf(workflow: Workflow, figures: FigureValues): readonly GraphRule[] {
  const { promises } = workflow;
  return [
    ...invariants.map(({ name, broken }): GraphRule => ({ name, broken: (graph) => broken(graph, workflow) })),
    ...(promises === undefined
      ? []
      : graphPromises.map(({ name, broken }): GraphRule => ({ name, broken: (graph) => broken({ graph, workflow, promises, figures }) }))),
  ];
}
