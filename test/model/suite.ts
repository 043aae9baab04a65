/** The suite of a workflow, derived from its machine: graphs, paths, schedules, and their coverage. */

import type { Workflow, WorkflowDefinition } from '../../machines/workflow.ts';
import * as engineStep from '../../src/engine/steps/step.ts';
import { coverEndings, coverSteps } from '../../src/testing/graph/cover.ts';
import { type Coverage, coverageOf, takenPairs } from '../../src/testing/graph/coverage.ts';
import { lateTimers } from '../../src/testing/graph/late-timers.ts';
import { pairsOf } from '../../src/testing/graph/pairs.ts';
import type { Schedule } from '../../src/testing/graph/schedule.ts';
import { schedulePath } from '../../src/testing/graph/scheduler.ts';
import { exploreSteps } from '../../src/testing/graph/step-graph.ts';
import type { Policy } from '../support/policy.ts';
import { factsOf } from './facts.ts';
import type { Model } from './seen.ts';
import { type Limits, type Size, sizedTo } from './size.ts';

/** Paths through a workflow, made from its machine alone. */
export interface Paths {
  readonly schedules: readonly Schedule[];
  /** The coverage of all paths, or of some of them; computed on demand. */
  readonly coverage: (of?: readonly Schedule[]) => Coverage;
}

/** The paths, with the model that says what they should bring about. */
export interface Suite extends Paths {
  readonly model: Model;
}

/** @param figures those of the tested deployment, if they differ from the product's */
export function suiteOf(workflow: Workflow, figures: Partial<Policy> = {}): Suite {
  return { model: { workflow, stepper: engineStep, facts: factsOf(figures) }, ...pathsOf(workflow) };
}

export function pathsOf(workflow: Workflow): Paths {
  const order = exploreSteps(workflow);
  const regions = exploreSteps(workflow, { times: 'regions' });
  const steps = coverSteps(order).map((path) => schedulePath(workflow, path));
  const pairs = pairsOf(workflow, regions);
  const covered = takenPairs(steps);
  const missing = [...pairs.examples].filter(([pair]) => !covered.has(pair)).map(([, ending]) => ending);
  const taken = [...steps, ...coverEndings(regions, missing).map((path) => schedulePath(workflow, path))];
  const schedules = [...taken, ...lateTimers(workflow, order, taken)];
  return { schedules, coverage: (of = schedules) => coverageOf(workflow, order, pairs, of) };
}

export interface SizedSuite extends Suite {
  readonly limits: Limits;
}

const suitesOfSizes = new Map<Size, Map<WorkflowDefinition, SizedSuite>>();

/** The suite of a workflow with the limits that fit the size. Each process makes it once, because its graphs take seconds. */
export function suiteOfSize(definition: WorkflowDefinition, size: Size): SizedSuite {
  const suites = suitesOfSizes.get(size) ?? new Map<WorkflowDefinition, SizedSuite>();
  suitesOfSizes.set(size, suites);
  const known = suites.get(definition);
  if (known) return known;
  const { workflow, limits } = sizedTo(definition, size);
  const suite = { ...suiteOf(workflow, limits), limits };
  suites.set(definition, suite);
  return suite;
}
