/** Remembers which events a session would accept: every answer over HTTP says it, and a machine comes into few states. */
import type { Workflow } from '../../../machines/workflow.ts';
import type { Session } from '../session.ts';
import { acceptedEvents } from '../steps/step.ts';

/** Contexts are small and bounded, so that a workflow stays far below; if one did not, memory would matter more than time. */
const mostAnswers = 10_000;

export class AcceptedEvents {
  readonly #answers = new WeakMap<Workflow, Map<string, readonly string[]>>();

  of(workflow: Workflow, session: Session): readonly string[] {
    const answers = this.#answers.get(workflow) ?? new Map<string, readonly string[]>();
    this.#answers.set(workflow, answers);
    const question = JSON.stringify([session.status, session.value, session.context, session.parent?.withholds ?? []]);
    const known = answers.get(question);
    if (known) return known;
    if (answers.size >= mostAnswers) answers.clear();
    const answer = acceptedEvents(workflow, session);
    answers.set(question, answer);
    return answer;
  }
}
