/**
 * Requests that are repeated with their Idempotency-Key after their sender's access has ended, for example because the request ended it. The
 * sender gets the first answer again, and sees nothing of the session that came later.
 */
import { personalOf } from '../personal.ts';
import type { Vault } from '../ports.ts';
import type { GivenAnswer, IdempotencyRecord, Session } from '../session.ts';
import type { AuthenticatedSender } from './access.ts';
import { type Idempotency, isRemembered } from './idempotency.ts';

/** A recorded answer. */
export interface RepeatedAnswer {
  readonly record: IdempotencyRecord;
  /** The role in which the sender made the first request. */
  readonly role: string;
  /** The session as the first request left it. Nothing of it is pending. */
  readonly session: Session;
}

/**
 * The part of a record from which the answer can be given again.
 * @param session as the request leaves it, before the commit
 * @returns null for a sender whose access lasts as long as the session
 */
export function givenAnswer(sender: AuthenticatedSender, role: string, session: Session, vault: Vault): GivenAnswer | null {
  const credential = credentialOf(sender);
  if (credential === null) return null;
  const { id, version, revision, status, value, historyValue, timers, updatedAt, endedAt } = session;
  const sealed = vault.seal(id, personalOf(session, vault));
  return {
    credential,
    role,
    session: { version, revision: revision + 1, status, value, historyValue, timers, sealed, updatedAt, endedAt },
  };
}

/** The answer to a request that the same sender made before with the same key and body; null if there was none. */
export function repeatedAnswer(
  session: Session,
  sender: AuthenticatedSender,
  idempotency: Idempotency | null,
  at: number,
): RepeatedAnswer | null {
  const record = idempotency === null ? null : recordOf(session, sender, idempotency.keys);
  if (idempotency === null || !record?.given || !isRemembered(record, at)) return null;
  if (!idempotency.fingerprints.includes(record.fingerprint)) return null;
  const { role, session: left } = record.given;
  return { record, role, session: { ...session, ...left, context: record.context, tasks: [] } };
}

/** The record of a request by the same sender with the same key; null if there is none, or if the session was migrated after it. */
export function recordOf(session: Session, sender: AuthenticatedSender, keys: readonly string[]): IdempotencyRecord | null {
  const credential = credentialOf(sender);
  const record = session.idempotencyRecords.find(({ key }) => keys.includes(key));
  if (!record?.given || credential === null) return null;
  return record.given.credential === credential && record.given.session.version === session.version ? record : null;
}

/** The fingerprint of a key contains the account, the agent or the client, but not the invitation: a renewed link is of the same party. */
function credentialOf(sender: AuthenticatedSender): string | null {
  switch (sender.as) {
    case 'holder':
    case 'service':
    case 'provider':
      return null;
    case 'party':
      return `party ${sender.invitation}`;
    default:
      return sender.as;
  }
}
