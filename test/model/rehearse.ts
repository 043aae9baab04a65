/** Rehearses a schedule without a service: the oracle watches the step function itself. Thousands of sessions a second, for mutants. */
import { viewerOf } from '../../src/testing/drive/model.ts';
import type { Schedule, ScheduledStep } from '../../src/testing/graph/schedule.ts';
import type { ArrivedCode } from '../../src/testing/promises/differences.ts';
import { PromiseOracle } from '../../src/testing/promises/oracle.ts';
import { expectedObservation, type Model, saidBy } from './seen.ts';

/** @returns the oracle's first difference, with its step; null without any */
export function rehearse(model: Model, { opening, steps }: Schedule): { step: ScheduledStep; wrong: string[] } | null {
  const [first] = steps;
  if (!first) return null;
  const oracle = new PromiseOracle(model.workflow.promises ?? {}, model.facts, first.at);
  const inbox: ArrivedCode[] = [];
  let sends = 0;
  for (const step of steps) {
    const seen = expectedObservation(model, step, viewerOf(model.workflow, step.does));
    const said = saidBy(step, opening);
    const told = said === null ? [] : oracle.told(said, step.at, seen, arrives(step));
    for (const { at, well } of step.ends) oracle.delivered(at, well);
    const wrong = [...told, ...oracle.shows(step.at, seen), ...oracle.begins(step.asides)];
    if (wrong.length > 0) return { step, wrong };
    if (sendsOf(step) > sends && arrives(step)) inbox.push({ at: step.at, code: digitsOf(step) });
    sends = sendsOf(step);
  }
  const last = steps.at(-1) as ScheduledStep;
  const wrong = oracle.messages(inbox);
  return wrong.length > 0 ? { step: last, wrong } : null;
}

/** Rises with every send of a code. */
function sendsOf({ session }: ScheduledStep): number {
  return Number(session.context['codesIssued']) * 1000 + Number(session.context['sendsOfCode']);
}

/** True if a message that this step sends reaches the inbox. */
export function arrives({ before }: ScheduledStep): boolean {
  return before?.outcome !== 'fail';
}

/** Each code number has different digits. */
function digitsOf({ session }: ScheduledStep): string {
  return String(session.context['codesIssued']).padStart(6, '0');
}
