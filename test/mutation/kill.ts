/** Whether the model tests find a mutant, and by what. */
import * as engineStep from '../../src/engine/step.ts';
import { coverSteps } from '../model/cover.ts';
import { factsOf } from '../model/facts.ts';
import { invariants } from '../model/invariants.ts';
import { rehearse } from '../model/rehearse.ts';
import { schedulePath } from '../model/scheduler.ts';
import { exploreSteps } from '../model/step-graph.ts';
import type { Mutant } from './mutant.ts';

/** Several times the real graphs: beyond it, a limit has gone. */
const graphLimit = 30_000;

/** @returns what found it; null when it survives */
export async function findMutant({ workflow, limits, stepper: broken }: Mutant): Promise<string | null> {
  try {
    const stepper = broken ? await broken.load() : engineStep;
    const facts = factsOf(workflow.name, limits);
    const any = exploreSteps(workflow, { ends: 'any', stepper, limit: graphLimit });
    const wrong = invariants.find((invariant) => invariant.broken(any, workflow, facts).length > 0);
    if (wrong) return `not so: ${wrong.name}`;
    const graph = exploreSteps(workflow, { stepper, limit: graphLimit });
    for (const path of coverSteps(graph)) {
      const complaint = rehearse({ workflow, stepper, facts }, schedulePath(workflow, path, stepper));
      if (complaint) return complaint.wrong[0] ?? 'the oracle';
    }
    return null;
  } catch (error) {
    return `it cannot be explored: ${error instanceof Error ? error.message : String(error)}`;
  }
}
