/** Which session an Idempotency-Key has started, so that starting twice is starting once. */
import type { Workflow } from '../../machines/workflow.ts';
import type { Clock } from './clock.ts';
import type { Identities } from './ports.ts';
import type { Session } from './session.ts';
import type { SessionStore } from './session-store.ts';

/** How long the key of a start stands for the session that it started. */
const startKeyForMs = 24 * 60 * 60 * 1000;

/**
 * The ids that a key stands for, that of a new session first. Each day has its own, so that a session which was forgotten, with its
 * codes and its token, never comes again; a key that is used again stands for what it started yesterday, as long as it is kept.
 */
export function idsOfStart({ name }: Workflow, key: string, { clock, identities }: { clock: Clock; identities: Identities }): string[] {
  const today = Math.floor(clock.now() / startKeyForMs);
  return [today, today - 1].flatMap((day) => identities.derived(name, key, day));
}

export async function startedBefore(
  ids: readonly string[],
  { clock, store }: { clock: Clock; store: SessionStore },
): Promise<Session | null> {
  const since = clock.now() - startKeyForMs;
  const found = await Promise.all(ids.map((id) => store.load(id)));
  return found.find((loaded) => loaded && loaded.session.createdAt > since)?.session ?? null;
}
