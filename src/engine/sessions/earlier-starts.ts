/** Finds the session that an Idempotency-Key started, so that a repeated start makes no second session. */
import type { Workflow } from '../../../machines/workflow.ts';
import type { Clock } from '../clock.ts';
import type { SessionIds } from '../ports.ts';
import type { Session } from '../session.ts';
import type { SessionStore } from '../session-store.ts';

/** How long a key identifies the session that it started. */
const startKeyForMs = 24 * 60 * 60 * 1000;

/**
 * The ids that a key stands for, the id of a new session first. Each day has its own id, so a purged session never returns with its codes
 * and its token. A key that was used yesterday still identifies yesterday's session, until 24 hours after the start of that session.
 */
export function idsOfStart({ name }: Workflow, key: string, { clock, sessionIds }: { clock: Clock; sessionIds: SessionIds }): string[] {
  const today = Math.floor(clock.now() / startKeyForMs);
  return [today, today - 1].flatMap((day) => sessionIds.derived(name, key, day));
}

export async function startedBefore(
  ids: readonly string[],
  { clock, store }: { clock: Clock; store: SessionStore },
): Promise<Session | null> {
  const since = clock.now() - startKeyForMs;
  const found = await Promise.all(ids.map((id) => store.load(id)));
  return found.find((loaded) => loaded && loaded.session.createdAt > since)?.session ?? null;
}
