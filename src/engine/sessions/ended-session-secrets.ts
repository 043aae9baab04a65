/**
 * Removes secrets, such as the hash of a password, from sessions that have ended: the commit that ends a session also removes its secrets.
 * An SQL statement of an operator can also end a session, but can't seal its details again. It adds a task instead, and the commit that
 * begins the task removes the secrets.
 */
import type { Workflow } from '../../../machines/workflow.ts';
import { withPersonal } from '../personal.ts';
import type { TaskHandler, Vault } from '../ports.ts';
import type { Session } from '../session.ts';

/** The session as the commit writes it. An ended session has no secrets, in whichever way it ended. */
export function withoutSecrets({ secrets = [] }: Workflow, session: Session, vault: Vault): Session {
  if (secrets.length === 0 || session.status !== 'done' || session.sealed === null) return session;
  const known = Object.entries(vault.open(session.id, session.sealed));
  const kept = known.filter(([name]) => !secrets.includes(name));
  return kept.length === known.length ? session : withPersonal(session, Object.fromEntries(kept), vault);
}

/**
 * The handlers of tasks left in sessions that were ended from outside, by name. The commit that begins the task has already done the work.
 */
export const endedSessionHandlers: Readonly<Record<string, TaskHandler>> = {
  forgetSecrets: { run: async () => ({ outcome: 'done' }) },
};
