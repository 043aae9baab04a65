/** Sets aside the sessions whose machine is not registered any more, and takes back those whose machine is again. */
import type { Log } from './ports.ts';
import type { SessionStore } from './session-store.ts';
import type { Workflows } from './workflows.ts';

/** Looked at once, at the start: a session is never guessed at, and never forgotten in silence. */
export async function reportStranded(store: SessionStore, workflows: Workflows, log: Log): Promise<void> {
  for (const { workflow, version, sessions } of await store.versionsInUse()) {
    const registered = workflows.of(workflow, version) !== undefined;
    const moved = await store.setStranded(workflow, version, !registered);
    if (!registered) log.error({ workflow, version, sessions }, 'sessions are stranded: their workflow version is not registered');
    else if (moved > 0) log.info({ workflow, version, sessions: moved }, 'stranded sessions were taken back');
  }
}
