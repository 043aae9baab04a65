/** The suite of a workflow, derived from its machine: graphs, paths, schedules, and their coverage. */
import type { Workflow, WorkflowDefinition } from '../../machines/workflow.ts';
import * as engineStep from '../../src/engine/steps/step.ts';
import { type Paths, pathsOf, stepPathsOf } from '../../src/testing/graph/paths.ts';
import type { Policy } from '../support/policy.ts';
import { factsOf } from './facts.ts';
import type { Model } from './seen.ts';
import { type Limits, type Size, sizedTo } from './size.ts';

/** The paths, with the model that says what they should bring about. */
export interface Suite extends Paths {
  readonly model: Model;
}

function modelOf(workflow: Workflow, figures: Partial<Policy>): Model {
  return { workflow, stepper: engineStep, facts: factsOf(figures) };
}

/** @param figures those of the tested deployment, if they differ from the product's */
export function suiteOf(workflow: Workflow, figures: Partial<Policy> = {}): Suite {
  return { model: modelOf(workflow, figures), ...pathsOf(workflow) };
}

/** The paths that take every step. Those that only pairs of transitions need are not among them, which saves most of the time. */
export type SizedSteps = Pick<SizedSuite, 'model' | 'schedules' | 'limits'>;

export interface SizedSuite extends Suite {
  readonly limits: Limits;
}

/** The suite of a workflow with the limits that fit the size. Each process makes it once for all sizes with these limits: it takes seconds. */
export const suiteOfSize = onceForLimits((workflow, limits): SizedSuite => ({ ...suiteOf(workflow, limits), limits }));

export const stepsOfSize = onceForLimits((workflow, limits): SizedSteps => {
  return { model: modelOf(workflow, limits), schedules: stepPathsOf(workflow), limits };
});

function onceForLimits<Made>(make: (workflow: Workflow, limits: Limits) => Made): (definition: WorkflowDefinition, size: Size) => Made {
  const known = new Map<WorkflowDefinition, Map<string, Made>>();
  return (definition, size) => {
    const { workflow, limits } = sizedTo(definition, size);
    const ofWorkflow = known.get(definition) ?? new Map<string, Made>();
    known.set(definition, ofWorkflow);
    const key = JSON.stringify(limits);
    const made = ofWorkflow.get(key) ?? make(workflow, limits);
    ofWorkflow.set(key, made);
    return made;
  };
}
