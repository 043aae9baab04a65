/** Asks, before the commit of a request's step, if the resulting tasks may begin. */
import type { Caller, Vault } from '../ports.ts';
import type { Session } from '../session.ts';
import { inTime } from '../time-limit.ts';
import { type Handlers, handlerOf } from './handlers.ts';
import { attemptOf } from './task-attempt.ts';

export interface AdmissionDeps {
  readonly handlers: Handlers;
  readonly vault: Vault;
}

/**
 * @param generations the number of tasks before the request
 * @throws the errors of the handlers' `admit`
 */
export async function admitTasks(session: Session, generations: number, caller: Caller, { handlers, vault }: AdmissionDeps): Promise<void> {
  for (const task of session.tasks) {
    if (task.generation <= generations) continue;
    const answer = handlerOf(handlers, session, task)?.admit?.(attemptOf(session, task, vault), caller);
    if (answer !== undefined) await inTime(`The task '${task.src}'`, answer);
  }
}
