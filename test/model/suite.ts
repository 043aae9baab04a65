/** The suite of a workflow, derived from its machine: graphs, paths, schedules, and their coverage. */
import type { Workflow, WorkflowDefinition } from '../../machines/workflow.ts';
import * as engineStep from '../../src/engine/steps/step.ts';
import { type Paths, pathsOf } from '../../src/testing/graph/paths.ts';
import type { Policy } from '../support/policy.ts';
import { factsOf } from './facts.ts';
import type { Model } from './seen.ts';
import { type Limits, type Size, sizedTo } from './size.ts';

/** The paths, with the model that says what they should bring about. */
export interface Suite extends Paths {
  readonly model: Model;
}

/** @param figures those of the tested deployment, if they differ from the product's */
export function suiteOf(workflow: Workflow, figures: Partial<Policy> = {}): Suite {
  return { model: { workflow, stepper: engineStep, facts: factsOf(figures) }, ...pathsOf(workflow) };
}

export interface SizedSuite extends Suite {
  readonly limits: Limits;
}

const suites = new Map<WorkflowDefinition, Map<string, SizedSuite>>();

/** The suite of a workflow with the limits that fit the size. Each process makes it once for all sizes with these limits: it takes seconds. */
export function suiteOfSize(definition: WorkflowDefinition, size: Size): SizedSuite {
  const { workflow, limits } = sizedTo(definition, size);
  const ofWorkflow = suites.get(definition) ?? new Map<string, SizedSuite>();
  suites.set(definition, ofWorkflow);
  const key = JSON.stringify(limits);
  const suite = ofWorkflow.get(key) ?? { ...suiteOf(workflow, limits), limits };
  ofWorkflow.set(key, suite);
  return suite;
}
