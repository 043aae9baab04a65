/** The suite of a workflow, made from its machine alone: graphs, paths, schedules, and what they cover. */

import type { Workflow } from '../../machines/workflow.ts';
import * as engineStep from '../../src/engine/steps/step.ts';
import type { Policy } from '../support/policy.ts';
import { coverEndings, coverSteps } from './cover.ts';
import { type Coverage, coverageOf, takenPairs } from './coverage.ts';
import { factsOf } from './facts.ts';
import { lateTimers } from './late-timers.ts';
import { pairsOf } from './pairs.ts';
import type { Schedule } from './schedule.ts';
import { schedulePath } from './scheduler.ts';
import type { Model } from './seen.ts';
import { exploreSteps } from './step-graph.ts';

export interface Suite {
  readonly model: Model;
  readonly schedules: readonly Schedule[];
  /** The coverage of the paths, or of some of them; counted on demand. */
  readonly coverage: (of?: readonly Schedule[]) => Coverage;
}

/** @param figures those of the deployment that is tested, where they are not the product's own */
export function suiteOf(workflow: Workflow, figures: Partial<Policy> = {}): Suite {
  const order = exploreSteps(workflow);
  const regions = exploreSteps(workflow, { times: 'regions' });
  const steps = coverSteps(order).map((path) => schedulePath(workflow, path));
  const pairs = pairsOf(workflow, regions);
  const covered = takenPairs(steps);
  const missing = [...pairs.examples].filter(([pair]) => !covered.has(pair)).map(([, ending]) => ending);
  const taken = [...steps, ...coverEndings(regions, missing).map((path) => schedulePath(workflow, path))];
  const schedules = [...taken, ...lateTimers(workflow, order, taken)];
  return {
    model: { workflow, stepper: engineStep, facts: factsOf(workflow.name, figures) },
    schedules,
    coverage: (of = schedules) => coverageOf(workflow, order, pairs, of),
  };
}
