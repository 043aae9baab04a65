/**
 * Removes secrets, such as the hash of a password, from sessions that have ended: the commit that ends a session also removes its secrets.
 * An SQL statement of an operator can also end a session, but can't seal its details again. It adds a task instead, and the commit that
 * begins the task removes the secrets.
 */
import type { Workflow } from '../../../machines/workflow.ts';
import { withPersonal } from '../personal.ts';
import type { Personal, TaskHandler, Vault } from '../ports.ts';
import type { Session } from '../session.ts';

/** The session as the commit writes it. An ended session has no secrets, in whichever way it ended. Its recorded answers have none either. */
export function withoutSecrets({ secrets = [] }: Workflow, session: Session, vault: Vault): Session {
  if (secrets.length === 0 || session.status !== 'done') return session;
  const keptOf = (sealed: string | null) => keptDetails(secrets, sealed === null ? {} : vault.open(session.id, sealed));
  const kept = keptOf(session.sealed);
  const without = kept === null ? session : withPersonal(session, kept, vault);
  if (!without.idempotencyRecords.some(({ given }) => given)) return without;
  const idempotencyRecords = without.idempotencyRecords.map((record) => {
    const details = record.given ? keptOf(record.given.session.sealed) : null;
    if (!record.given || details === null) return record;
    return { ...record, given: { ...record.given, session: { ...record.given.session, sealed: vault.seal(session.id, details) } } };
  });
  return { ...without, idempotencyRecords };
}

/** @returns null if no detail is a secret */
function keptDetails(secrets: readonly string[], details: Personal): Personal | null {
  const known = Object.entries(details);
  const kept = known.filter(([name]) => !secrets.includes(name));
  return kept.length === known.length ? null : Object.fromEntries(kept);
}

/**
 * The handlers of tasks left in sessions that were ended from outside, by name. The commit that begins the task has already done the work.
 */
export const endedSessionHandlers: Readonly<Record<string, TaskHandler>> = {
  forgetSecrets: { run: async () => ({ outcome: 'done' }) },
};
