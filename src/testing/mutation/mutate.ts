/** Breaks a workflow in every small way, and lists the versions that its rules and promises do not notice. */
import * as engineStep from '../../engine/steps/step.ts';
import { coverSteps } from '../graph/cover.ts';
import { schedulePath } from '../graph/scheduler.ts';
import { exploreSteps } from '../graph/step-graph.ts';
import type { Observed } from '../play/observation.ts';
import { rehearse } from '../play/rehearsal.ts';
import type { FigureValues } from '../promises/ledger.ts';
import { rulesOf } from '../promises/rules.ts';

/** @returns the check that notices a broken version; null if none does */
export function noticedBy(observed: Observed, figures: FigureValues, limit: number): string | null {
  const { workflow } = observed;
  try {
    const any = exploreSteps(workflow, { times: 'exact', ends: 'any', limit });
    const broken = rulesOf(workflow, figures).find((rule) => rule.broken(any).length > 0);
    if (broken !== undefined) return broken.name;
    for (const path of coverSteps(exploreSteps(workflow, { limit }))) {
      const difference = rehearse(observed, schedulePath(workflow, path, engineStep), figures);
      if (difference !== null) return difference.wrong[0] ?? 'its promises';
    }
    return null;
  } catch (error) {
    return `it cannot be explored: ${error instanceof Error ? error.message : String(error)}`;
  }
}
