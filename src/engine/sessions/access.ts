/** Permission to read a session and to send it an event. Routes check it before they read a body, and the turn checks it again. */
import { isInvited, sendersOf, type Workflow } from '../../../machines/workflow.ts';
import { EventNotFound, InvitationEnded, SenderRefused, SessionNotFound } from '../errors.ts';
import { invitationOf, starterDetail } from '../invitations.ts';
import { ownDetailsOf, personalOf } from '../personal.ts';
import type { Agent, Vault } from '../ports.ts';
import type { Session } from '../session.ts';
import { plainRecipient, type RecipientDeps } from './different-parties.ts';

/** The sender of a request, as far as the request proved it. The service itself sends only cancellations. */
export type AuthenticatedSender = Proved & {
  /** The name of the client key that the request came with; absent without one. */
  readonly client?: string;
};

type Proved =
  | { readonly as: 'holder' | 'provider' | 'service' | 'client' }
  | {
      readonly as: 'owner';
      readonly accountId: string;
      /** The verified addresses and numbers of the account, for workflows that find owners by them. */
      readonly addresses?: readonly string[];
    }
  | { readonly as: 'agent'; readonly agent: Agent }
  /** An invited party, with the number of the invitation that its token is of. */
  | { readonly as: 'party'; readonly party: string; readonly invitation: number };

export interface AccessRequest {
  /** The workflow of the collection that the request names. */
  readonly workflow: Workflow;
  readonly sender: AuthenticatedSender;
  /** The type of the machine event; null for a request that only reads. */
  readonly type: string | null;
}

export interface AccessDeps extends RecipientDeps {
  readonly vault: Vault;
}

/** The roles that take part in sessions of a workflow. A session started by an agent has no token, so it has no holder. */
export function partiesOf({ start, events, parties = {} }: Workflow): ReadonlySet<string> {
  const starting = start.by === 'agent' ? ['agent', 'owner'] : ['holder'];
  const sending = Object.values(events).flatMap((event) => sendersOf(event).filter((sender) => sender !== 'holder'));
  return new Set([...starting, ...sending, ...Object.keys(parties)]);
}

/**
 * Checks a request against the session's version of the workflow, which may be older than the version of the request.
 * @returns the role in which the sender sends the event or reads the session
 * @throws SessionNotFound for a session of another workflow or of other people; InvitationEnded; EventNotFound; SenderRefused
 */
export function assertAccess({ workflow, sender, type }: AccessRequest, own: Workflow, session: Session, deps: AccessDeps): string {
  if (session.workflow !== workflow.name) throw new SessionNotFound('The session belongs to another workflow');
  if (sender.as === 'party' && !isStanding(sender, own, session, deps.vault)) throw new InvitationEnded(sender.party);
  const [first, ...others] = rolesOf(sender, own, session, deps);
  if (first === undefined) throw new SessionNotFound('The caller is no party of the session');
  if (type === null) return first;
  const event = Object.hasOwn(own.events, type) ? own.events[type] : undefined;
  if (event === undefined) throw new EventNotFound(`The workflow '${own.name}' has no event '${type}'`);
  if (sender.as === 'service' && type === 'CANCEL') return first;
  const role = [first, ...others].find((each) => sendersOf(event).includes(each));
  if (role === undefined) throw new SenderRefused(sendersOf(event));
  return role;
}

/** The roles of a sender in a session, the role that its credential names first; none for a stranger. */
export function rolesOf(sender: AuthenticatedSender, workflow: Workflow, session: Session, deps: AccessDeps): readonly string[] {
  const roles = provedRoles(sender, workflow, session, deps);
  return sender.client !== undefined && isClientOf(session, sender.client, workflow, deps.vault) ? [...roles, 'client'] : roles;
}

function provedRoles(sender: AuthenticatedSender, workflow: Workflow, session: Session, deps: AccessDeps): string[] {
  switch (sender.as) {
    case 'service':
    case 'provider':
      return [sender.as];
    case 'client':
      return [];
    case 'holder':
      return workflow.start.by === 'agent' ? [] : ['holder'];
    case 'party':
      return isStanding(sender, workflow, session, deps.vault) ? [sender.party] : [];
    case 'owner':
      return ownedRoles(sender, workflow, session, deps);
    case 'agent':
      return partiesOf(workflow).has('agent') && isAgentOf(session, sender.agent, workflow, deps.vault) ? ['agent'] : [];
    default:
      return sender satisfies never;
  }
}

/** A login proves the owner of the session's account, and each party whose detail is an address of the login's account. */
function ownedRoles(
  { accountId, addresses = [] }: Extract<AuthenticatedSender, { as: 'owner' }>,
  workflow: Workflow,
  session: Session,
  { vault, recipient = plainRecipient }: AccessDeps,
): string[] {
  const personal = personalOf(session, vault);
  const { parties = {}, differ = [] } = workflow;
  const isTheirs = (detail: string) => personal[detail] !== undefined && addresses.includes(recipient(personal[detail]));
  // One person with the mail address of a party and the number of another, who must be different people, is neither.
  const both = differ.filter((pair) => pair.every(isTheirs)).flat();
  const byAddress = Object.entries(parties).flatMap(([name, party]) =>
    !isInvited(party) && isTheirs(party.by) && !both.includes(party.by) ? [name] : [],
  );
  const isOwner = session.accountId === accountId && partiesOf(workflow).has('owner');
  return [...new Set([...byAddress, ...(isOwner ? ['owner'] : [])])];
}

/**
 * A token is of one invitation: the latest one. With `until`, it opens an active session only while that timer is pending.
 */
function isStanding(
  { party, invitation }: Extract<AuthenticatedSender, { as: 'party' }>,
  { parties = {} }: Workflow,
  session: Session,
  vault: Vault,
): boolean {
  const declared = Object.hasOwn(parties, party) ? parties[party] : undefined;
  if (!isInvited(declared) || invitationOf(session, party, vault) !== invitation) return false;
  const { until } = declared.invited;
  return until === undefined || session.status !== 'active' || session.timers.some(({ delay }) => delay === until);
}

/** A session that was started with a client key belongs to that client. A session without one is open to all clients. */
function isClientOf(session: Session, client: string, workflow: Workflow, vault: Vault): boolean {
  if (!partiesOf(workflow).has('client')) return false;
  return (ownDetailsOf(session, vault)[starterDetail] ?? client) === client;
}

/**
 * A session that names its agent is closed to all other agents. A session that names no agent is open to all agents, unless only agents may
 * start its workflow.
 */
function isAgentOf(session: Session, { keyName, name }: Agent, { start }: Workflow, vault: Vault): boolean {
  const { agentKey, agent } = personalOf(session, vault);
  if (agentKey === undefined && agent === undefined) return start.by !== 'agent';
  return agentKey === keyName && agent === name;
}
