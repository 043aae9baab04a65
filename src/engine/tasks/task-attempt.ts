/** The view of a task that its handler gets. */
import { invitationsOf } from '../invitations.ts';
import { personalOf } from '../personal.ts';
import type { TaskAttempt, Vault } from '../ports.ts';
import type { Session } from '../session.ts';
import { type Task, taskKey } from '../task.ts';

export function attemptOf(session: Session, task: Task, vault: Vault): TaskAttempt {
  const { id, workflow, version, keyId, parent } = session;
  const invitations = invitationsOf(session, vault);
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
    ...(Object.keys(invitations).length === 0 ? {} : { invitations }),
    deadlines: Object.fromEntries(session.timers.map((timer) => [timer.delay, timer.dueAt])),
  };
}
