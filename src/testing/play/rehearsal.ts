/** Rehearses paths without a service: the oracle watches the step function itself. Thousands of sessions a second. */
import type { MachineEvent } from '../../../machines/workflow.ts';
import { publicEventName } from '../../http/sessions/representation.ts';
import { viewerOf } from '../drive/model.ts';
import { isPrecondition, type Schedule, type ScheduledStep } from '../graph/schedule.ts';
import type { FigureValues } from '../promises/ledger.ts';
import { PromiseOracle, type Request, type Shown } from '../promises/oracle.ts';
import { expectedObservation, type Observation, type Observed } from './observation.ts';

/** The first difference between a path and the promises, with its step. */
export interface Difference {
  readonly step: ScheduledStep;
  readonly wrong: readonly string[];
}

/** @returns the oracle's first difference; null without any */
export function rehearse(observed: Observed, { opening, steps }: Schedule, figures: FigureValues): Difference | null {
  const [first] = steps;
  const { promises } = observed.workflow;
  if (first === undefined || promises === undefined) return null;
  const oracle = new PromiseOracle(promises, figures, first.at);
  for (const step of steps) {
    const seen = expectedObservation(observed, step, viewerOf(observed.workflow, step.does));
    const wrong = [...watched(oracle, step, opening, seen), ...oracle.begins(step.asides)];
    if (wrong.length > 0) return { step, wrong };
  }
  return null;
}

/** @returns the differences between the promises and one step with its observation */
export function watched(oracle: PromiseOracle, step: ScheduledStep, opening: MachineEvent | null, seen: Observation): string[] {
  const request = requestOf(step, opening);
  const told = request === null ? [] : oracle.told(request, step.at, seen, step.before?.outcome !== 'fail');
  for (const { at, well } of step.ends) oracle.delivered(at, well);
  return [...told, ...oracle.shows(step.at, shownIn(seen))];
}

/** The fields that a decision table names: those of the answer, its data and its deadlines. */
export function shownIn({ data, deadlines, ...seen }: Observation): Shown {
  return { ...data, ...deadlines, ...seen };
}

/** A step in the words of the promises; null for a read, which changes nothing. */
function requestOf({ does, before }: ScheduledStep, opening: MachineEvent | null): Request | null {
  if (does === 'look') return null;
  if (does === 'start') return { ...opening, event: 'start' };
  const precondition = before !== null && isPrecondition(before.outcome) ? { precondition: before.outcome } : {};
  if ('child' in does) return { ...precondition, ...{ event: 'child', outcome: does.child } };
  if ('task' in does) return { ...does, ...{ event: 'task', outcome: does.outcome ?? null } };
  return { ...does.payload, ...precondition, event: publicEventName(does.type) };
}
