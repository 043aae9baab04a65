/** What a handler is told of a task. */
import type { TaskAttempt, Vault } from '../ports.ts';
import type { Session, Task } from '../session.ts';

/** Names a task among those of all sessions: the same for every attempt at it. */
export function taskKey(sessionId: string, task: Pick<Task, 'generation'>): string {
  return `${sessionId}.${task.generation}`;
}

export function attemptOf(session: Session, task: Task, vault: Vault): TaskAttempt {
  const { id, workflow, keyId, sealed, parent } = session;
  return {
    sessionId: id,
    workflow,
    keyId,
    parent,
    key: taskKey(id, task),
    generation: task.generation,
    input: task.input,
    createdAt: task.createdAt,
    personal: sealed === null ? {} : vault.open(id, sealed),
    deadlines: Object.fromEntries(session.timers.map((timer) => [timer.delay, timer.dueAt])),
  };
}
