/** The view of a task that its handler gets. */

import { personalOf } from '../personal.ts';
import type { TaskAttempt, Vault } from '../ports.ts';
import type { Session } from '../session.ts';
import { type Task, taskKey } from '../task.ts';

export function attemptOf(session: Session, task: Task, vault: Vault): TaskAttempt {
  const { id, workflow, version, keyId, parent } = session;
  return {
    sessionId: id,
    workflow,
    version,
    keyId,
    parent,
    key: taskKey(id, task),
    generation: task.generation,
    attempt: task.attempts,
    input: task.input,
    createdAt: task.createdAt,
    personal: personalOf(session, vault),
    deadlines: Object.fromEntries(session.timers.map((timer) => [timer.delay, timer.dueAt])),
  };
}
