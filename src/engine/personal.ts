/** The sealed personal details of a session: opened for resolvers, tasks and views, and sealed again after a change. */
import type { Personal, Vault } from './ports.ts';
import type { Session } from './session.ts';

/**
 * Begins the names of details that belong to the engine, such as the number of an invitation. No resolver, task or view reads or changes
 * them.
 */
export const ownMark = '@';

/** @returns the personal details; an empty object after they were deleted */
export function personalOf({ id, sealed }: Pick<Session, 'id' | 'sealed'>, vault: Vault): Personal {
  if (sealed === null) return {};
  const known = vault.open(id, sealed);
  return withoutOwn(known);
}

/** The details that belong to the engine. */
export function ownDetailsOf({ id, sealed }: Pick<Session, 'id' | 'sealed'>, vault: Vault): Personal {
  return sealed === null ? {} : partOf(vault.open(id, sealed), isOwn);
}

/** The session with new personal details. The engine's own details stay, and a resolver or a task that names one changes nothing. */
export function withPersonal(session: Session, personal: Personal, vault: Vault): Session {
  return sealing(session, { ...withoutOwn(personal), ...ownDetailsOf(session, vault) }, vault);
}

/** The session with further details of the engine. */
export function withOwnDetails(session: Session, own: Personal, vault: Vault): Session {
  const known = session.sealed === null ? {} : vault.open(session.id, session.sealed);
  return sealing(session, { ...known, ...own }, vault);
}

function sealing(session: Session, all: Personal, vault: Vault): Session {
  return { ...session, accountId: all['accountId'] ?? null, sealed: vault.seal(session.id, all) };
}

function isOwn(name: string): boolean {
  return name.startsWith(ownMark);
}

function withoutOwn(personal: Personal): Personal {
  return Object.keys(personal).some(isOwn) ? partOf(personal, (name) => !isOwn(name)) : personal;
}

function partOf(personal: Personal, of: (name: string) => boolean): Personal {
  return Object.fromEntries(Object.entries(personal).filter(([name]) => of(name)));
}
