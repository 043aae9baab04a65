/** Messages to a party of a session: the recipient by role, and the link with the token of an invited party. */
import { addressDetailOf, isInvited } from '../../machines/parties.ts';
import type { Channel, Workflow } from '../../machines/workflow.ts';
import type { TaskAttempt, TaskHandler } from '../engine/ports.ts';
import { normaliseEmail } from './email-address.ts';
import { withoutLinks } from './template-text.ts';

export interface PartyMessageDeps {
  /** A version of a workflow; undefined if it is not registered. */
  readonly workflowOf: (name: string, version: number) => Workflow | undefined;
  /** The address of the page of an invited party. */
  readonly linkOf: (invitation: {
    readonly collection: string;
    readonly sessionId: string;
    readonly keyId: string;
    readonly party: string;
    readonly number: number;
  }) => string;
}

/** A party as the recipient of a message. */
export interface PartyRecipient {
  /** The personal detail with the address or number. */
  readonly detail: string;
  /** The channel of the invitation; null if none is named. */
  readonly channel: Channel | null;
  /** The page of an invited party; null for an owner, who logs in. */
  readonly link: string | null;
}

/** @returns the recipient for the name of a party; null for any other name */
export function partyRecipient(
  { workflow: name, version, sessionId, keyId, invitations = {} }: TaskAttempt,
  to: string,
  { workflowOf, linkOf }: PartyMessageDeps,
): PartyRecipient | null {
  const workflow = workflowOf(name, version);
  const party = workflow?.parties !== undefined && Object.hasOwn(workflow.parties, to) ? workflow.parties[to] : undefined;
  if (workflow === undefined || party === undefined) return null;
  const detail = addressDetailOf(party);
  if (!isInvited(party)) return { detail, channel: null, link: null };
  const { channel = null } = party.invited;
  const number = invitations[to];
  const link = number === undefined ? null : linkOf({ collection: workflow.collection, sessionId, keyId, party: to, number });
  return { detail, channel, link };
}

/**
 * The personal details as a message to a party shows them. Another person typed them, and the reader may be a stranger to that person: no
 * text but an address can become a link.
 */
export function detailsForParty(personal: TaskAttempt['personal']): TaskAttempt['personal'] {
  return Object.fromEntries(
    Object.entries(personal).map(([name, text]) => [name, normaliseEmail(text)?.address === text ? text : withoutLinks(text)]),
  );
}

/** The task `invite`: sends the notice of an invitation, which its party declares. */
export function invite(send: TaskHandler, { workflowOf }: Pick<PartyMessageDeps, 'workflowOf'>): TaskHandler {
  const asMessage = (attempt: TaskAttempt): TaskAttempt => {
    const { party = '' } = (attempt.input ?? {}) as { party?: string };
    const declared = workflowOf(attempt.workflow, attempt.version)?.parties?.[party];
    if (!isInvited(declared)) throw new Error(`The task invites '${party}', which is no invited party of ${attempt.workflow}`);
    const { notice, channel } = declared.invited;
    return { ...attempt, input: { notice, to: party, ...(channel === undefined ? {} : { channel }) } };
  };
  return {
    ...send,
    admit: async (attempt, caller) => send.admit?.(asMessage(attempt), caller),
    run: (attempt, ...rest) => send.run(asMessage(attempt), ...rest),
  };
}
