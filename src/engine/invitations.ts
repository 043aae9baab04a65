/**
 * Invitations: each has a number within its session, from which the token of the invited party is derived. The session keeps the number of
 * the latest invitation of each party, so a new invitation revokes the token of the one before.
 */
import { isInvited, type Workflow } from '../../machines/workflow.ts';
import { ownDetailsOf, ownMark, withOwnDetails } from './personal.ts';
import type { Personal, Vault } from './ports.ts';
import type { Session } from './session.ts';
import type { Task } from './task.ts';

/** The task that invites a party, and invites it again under a new number. */
export const inviteTask = 'invite';

/** The name of the client key that started the session. */
export const starterDetail = `${ownMark}client`;

const invitationMark = `${ownMark}invitation `;

/** The number of a party's latest invitation; null if the party was not invited, or the details were deleted. */
export function invitationOf(session: Pick<Session, 'id' | 'sealed'>, party: string, vault: Vault): number | null {
  const number = ownDetailsOf(session, vault)[invitationMark + party];
  return number === undefined ? null : Number(number);
}

/** The numbers of the latest invitations, by party. */
export function invitationsOf(session: Pick<Session, 'id' | 'sealed'>, vault: Vault): Readonly<Record<string, number>> {
  const own = Object.entries(ownDetailsOf(session, vault)).filter(([name]) => name.startsWith(invitationMark));
  return Object.fromEntries(own.map(([name, number]) => [name.slice(invitationMark.length), Number(number)]));
}

/**
 * The session with the invitations that its new tasks make. A task's generation is the number of its invitation: no session has it twice. A
 * message to a party that has no invitation yet also invites it.
 * @param generations the number of tasks before
 */
export function withInvitations(workflow: Workflow, session: Session, generations: number, vault: Vault): Session {
  if (workflow.parties === undefined || session.generations === generations) return session;
  const made: Record<string, string> = {};
  for (const task of session.tasks) {
    if (task.generation <= generations) continue;
    const party = invitedBy(workflow, task);
    if (party === null) continue;
    const isFirst = made[party] === undefined && invitationOf(session, party, vault) === null;
    if (task.src === inviteTask || isFirst) made[party] = String(task.generation);
  }
  return Object.keys(made).length === 0 ? session : withOwnDetails(session, namedBy(made), vault);
}

function namedBy(made: Readonly<Record<string, string>>): Personal {
  return Object.fromEntries(Object.entries(made).map(([party, number]) => [invitationMark + party, number]));
}

/** The invited party that a task writes to; null for every other task. */
function invitedBy({ parties = {} }: Workflow, { input }: Task): string | null {
  if (typeof input !== 'object' || input === null) return null;
  const { party, to } = input as { readonly party?: unknown; readonly to?: unknown };
  const name = party ?? to;
  return typeof name === 'string' && Object.hasOwn(parties, name) && isInvited(parties[name]) ? name : null;
}
