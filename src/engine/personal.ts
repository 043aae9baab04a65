/** The sealed personal details of a session: opened for resolvers, tasks and views, and sealed again after a change. */
import type { Personal, Vault } from './ports.ts';
import type { Session } from './session.ts';

/** @returns the personal details; an empty object after they were deleted */
export function personalOf({ id, sealed }: Pick<Session, 'id' | 'sealed'>, vault: Vault): Personal {
  return sealed === null ? {} : vault.open(id, sealed);
}

/** The session with new personal details. */
export function withPersonal(session: Session, personal: Personal, vault: Vault): Session {
  return { ...session, accountId: personal['accountId'] ?? null, sealed: vault.seal(session.id, personal) };
}
