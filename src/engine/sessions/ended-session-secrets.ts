/**
 * What a session must not hold longer than it lasts, a password's hash for one: it goes with the commit by which the session ends. One
 * that was ended from outside, where nothing can be sealed anew, is left a task, and it goes with the commit that begins that.
 */
import type { Workflow } from '../../../machines/workflow.ts';
import { withPersonal } from '../personal.ts';
import type { TaskHandler, Vault } from '../ports.ts';
import type { Session } from '../session.ts';

/** The session as it is written: what nobody needs any more is gone with the commit by which it ends, whatever ended it. */
export function withoutSecrets({ secrets = [] }: Workflow, session: Session, vault: Vault): Session {
  if (secrets.length === 0 || session.status !== 'done' || session.sealed === null) return session;
  const known = Object.entries(vault.open(session.id, session.sealed));
  const kept = known.filter(([name]) => !secrets.includes(name));
  return kept.length === known.length ? session : withPersonal(session, Object.fromEntries(kept), vault);
}

/** The tasks of sessions that were ended from outside, by name. Nothing is left to do by the time that one runs. */
export const endedSessionHandlers: Readonly<Record<string, TaskHandler>> = {
  forgetSecrets: { run: async () => ({ outcome: 'done' }) },
};
