/** Asks, before a request's step is committed, whether the tasks that it leads to may be begun. */
import type { Caller, TaskHandler, Vault } from '../ports.ts';
import type { Session } from '../session.ts';
import { attemptOf } from './task-attempt.ts';

export interface AdmissionDeps {
  readonly handlers: Readonly<Record<string, TaskHandler>>;
  readonly vault: Vault;
}

/**
 * @param generations how many tasks the session had begun before the request
 * @throws what a handler's `admit` throws
 */
export async function admitTasks(session: Session, generations: number, caller: Caller, { handlers, vault }: AdmissionDeps): Promise<void> {
  for (const task of session.tasks) {
    if (task.generation > generations) await handlers[task.src]?.admit?.(attemptOf(session, task, vault), caller);
  }
}
