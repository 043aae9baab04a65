/** Paths through a workflow, derived from its machine alone, and their coverage. */
import type { Workflow } from '../../../machines/workflow.ts';
import { coverEndings, coverSteps } from './cover.ts';
import { type Coverage, coverageOf, takenPairs } from './coverage.ts';
import { lateTimers } from './late-timers.ts';
import { pairsOf } from './pairs.ts';
import type { Schedule } from './schedule.ts';
import { schedulePath } from './scheduler.ts';
import { exploreSteps } from './step-graph.ts';

export interface Paths {
  readonly schedules: readonly Schedule[];
  /** The coverage of all paths, or of some of them; computed on demand. */
  readonly coverage: (of?: readonly Schedule[]) => Coverage;
}

/** Paths that take every step of the graph, without those that are needed for pairs of transitions alone. */
export function stepPathsOf(workflow: Workflow): Schedule[] {
  return coverSteps(exploreSteps(workflow)).map((path) => schedulePath(workflow, path));
}

/**
 * @param limit the largest number of steps of each graph
 * @throws GraphTooLarge
 */
export function pathsOf(workflow: Workflow, limit?: number): Paths {
  const most = limit === undefined ? {} : { limit };
  const order = exploreSteps(workflow, most);
  const regions = exploreSteps(workflow, { ...most, times: 'regions' });
  const steps = coverSteps(order).map((path) => schedulePath(workflow, path));
  const pairs = pairsOf(workflow, regions);
  const covered = takenPairs(steps);
  const missing = [...pairs.examples].filter(([pair]) => !covered.has(pair)).map(([, ending]) => ending);
  const taken = [...steps, ...coverEndings(regions, missing).map((path) => schedulePath(workflow, path))];
  const schedules = [...taken, ...lateTimers(workflow, order, taken)];
  return { schedules, coverage: (of = schedules) => coverageOf(workflow, order, pairs, of) };
}
