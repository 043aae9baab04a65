/** Permission to read a session and to send it an event. Routes check it before they read a body, and the turn checks it again. */
import type { Sender, Workflow } from '../../../machines/workflow.ts';
import { EventNotFound, SenderRefused, SessionNotFound } from '../errors.ts';
import { personalOf } from '../personal.ts';
import type { Agent, Vault } from '../ports.ts';
import type { Session } from '../session.ts';

/** The sender of a request, as far as the request proved it. The service itself sends only cancellations. */
export type AuthenticatedSender =
  | { readonly as: 'holder' | 'provider' | 'service' }
  | { readonly as: 'owner'; readonly accountId: string }
  | { readonly as: 'agent'; readonly agent: Agent };

export interface AccessRequest {
  /** The workflow of the collection that the request names. */
  readonly workflow: Workflow;
  readonly sender: AuthenticatedSender;
  /** The type of the machine event; null for a request that only reads. */
  readonly type: string | null;
}

/** The roles that take part in sessions of a workflow. A session started by an agent has no token, so it has no holder. */
export function partiesOf({ start, events }: Workflow): ReadonlySet<Sender> {
  const starting: readonly Sender[] = start.by === 'agent' ? ['agent', 'owner'] : ['holder'];
  const sending = Object.values(events).flatMap(({ sender }) => (sender === 'holder' ? [] : [sender]));
  return new Set([...starting, ...sending]);
}

/**
 * Checks a request against the session's version of the workflow, which may be older than the version of the request.
 * @throws SessionNotFound for a session of another workflow or of other people; EventNotFound; SenderRefused
 */
export function assertAccess({ workflow, sender, type }: AccessRequest, own: Workflow, session: Session, vault: Vault): void {
  if (session.workflow !== workflow.name) throw new SessionNotFound('The session belongs to another workflow');
  if (!isParty(sender, own, session, vault)) throw new SessionNotFound('The caller is no party of the session');
  if (type === null) return;
  const event = Object.hasOwn(own.events, type) ? own.events[type] : undefined;
  if (event === undefined) throw new EventNotFound(`The workflow '${own.name}' has no event '${type}'`);
  const isAllowed = sender.as === 'service' ? type === 'CANCEL' : sender.as === event.sender;
  if (!isAllowed) throw new SenderRefused(event.sender);
}

function isParty(sender: AuthenticatedSender, workflow: Workflow, session: Session, vault: Vault): boolean {
  switch (sender.as) {
    case 'service':
    case 'provider':
      return true;
    case 'holder':
      return workflow.start.by !== 'agent';
    case 'owner':
      return session.accountId === sender.accountId && partiesOf(workflow).has('owner');
    case 'agent':
      return partiesOf(workflow).has('agent') && isAgentOf(session, sender.agent, workflow, vault);
    default:
      return sender satisfies never;
  }
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
