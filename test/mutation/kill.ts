/** Tries a mutant on the model tests. The result names the check that found it. */
import * as engineStep from '../../src/engine/steps/step.ts';
import { coverMoves, coverSteps, type Path } from '../../src/testing/graph/cover.ts';
import type { Stepper } from '../../src/testing/graph/move.ts';
import { schedulePath } from '../../src/testing/graph/scheduler.ts';
import { exploreSteps } from '../../src/testing/graph/step-graph.ts';
import { rulesOf } from '../../src/testing/promises/rules.ts';
import { factsOf } from '../model/facts.ts';
import { rehearse } from '../model/rehearse.ts';
import type { Sized } from '../model/size.ts';
import type { Mutant } from './mutant.ts';

/** Several times the size of the real graphs: a larger graph has lost a limit. */
const graphLimit = 30_000;

/** @returns the check that found the mutant; null if it survives */
export async function findMutant({ workflows, stepper: broken }: Mutant): Promise<string | null> {
  try {
    const stepper = broken ? await broken.load() : engineStep;
    for (const each of workflows) {
      const found = findWith(stepper, each);
      if (found !== null) return found;
    }
    return null;
  } catch (error) {
    return `it cannot be explored: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** The quickest checks come first: most mutants break a promise on the shortest path to some move. */
function findWith(stepper: Stepper, { workflow, limits }: Sized): string | null {
  const facts = factsOf(limits);
  const graph = exploreSteps(workflow, { stepper, limit: graphLimit });
  const complaintOn = (paths: readonly Path[]): string | null => {
    for (const path of paths) {
      const complaint = rehearse({ workflow, stepper, facts }, schedulePath(workflow, path, stepper));
      if (complaint) return complaint.wrong[0] ?? 'the oracle';
    }
    return null;
  };
  return complaintOn(coverMoves(graph)) ?? brokenRule() ?? complaintOn(coverSteps(graph));

  function brokenRule(): string | null {
    const any = exploreSteps(workflow, { ends: 'any', stepper, limit: graphLimit });
    const wrong = rulesOf(workflow, facts).find((rule) => rule.broken(any).length > 0);
    return wrong ? `not so: ${wrong.name}` : null;
  }
}
