/** Paths that end where a timer is set, so that it fires after a long pause. */
import type { Workflow } from '../../../machines/workflow.ts';
import { readMachine } from '../../diagrams/machine-reader.ts';
import { pathsToEach } from './cover.ts';
import type { Schedule } from './schedule.ts';
import { schedulePath } from './scheduler.ts';
import type { StepGraph } from './step-graph.ts';

/** Further schedules, for timers that fire late after none of the given schedules. */
export function lateTimers(workflow: Workflow, graph: StepGraph, schedules: readonly Schedule[]): Schedule[] {
  const timeouts = readMachine(workflow).transitions.filter(({ kind }) => kind === 'timeout');
  const late = new Set(schedules.flatMap(({ aftermath }) => aftermath.taken));
  const added: Schedule[] = [];
  for (const path of pathsToEach(graph)) {
    if (timeouts.every(({ id }) => late.has(id))) break;
    const schedule = schedulePath(workflow, path);
    const { taken } = schedule.aftermath;
    if (!timeouts.some(({ id }) => taken.includes(id) && !late.has(id))) continue;
    for (const id of taken) late.add(id);
    added.push(schedule);
  }
  return added;
}
