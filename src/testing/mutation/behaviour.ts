/** The behaviour of a workflow, to find out if a changed machine still does the same. */
import { createHash } from 'node:crypto';
import type { Workflow } from '../../../machines/workflow.ts';
import type { Session } from '../../engine/session.ts';
import { step } from '../../engine/steps/step.ts';
import { inputOf, labelOf, timeOfMove } from '../graph/move.ts';
import { exploreSteps } from '../graph/step-graph.ts';

/**
 * @param limit the largest number of steps of the graph
 * @returns a hash over every step of the graph: its refusal, the session after it, and the tasks that it begins
 * @throws GraphTooLarge
 */
export function behaviourOf(workflow: Workflow, limit: number): string {
  const { configurations, starts } = exploreSteps(workflow, { times: 'exact', ends: 'any', limit });
  const hash = createHash('sha256');
  for (const { opening, key } of starts) hash.update(JSON.stringify([opening, key, begun(configurations.get(key)?.session, 0)]));
  for (const { key, session, now, steps } of configurations.values())
    for (const { move, to } of steps) {
      const made = step(workflow, session, inputOf(session, move) ?? { kind: 'time' }, timeOfMove(workflow, { session, now }, move));
      hash.update(JSON.stringify([key, labelOf(move), to, made.rejection, begun(made.session, session.generations)]));
    }
  return hash.digest('hex');
}

function begun(session: Session | undefined, generations: number): unknown {
  const tasks = session?.tasks ?? [];
  return tasks
    .filter(({ generation }) => generation > generations)
    .map(({ src, input, detached, lasting }) => [src, input, detached, lasting]);
}
