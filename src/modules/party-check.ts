/** Checks the parties of a workflow: their names, addresses and messages, the senders of its events, and the pairs that must differ. */
import { addressDetailOf, type InvitedParty, isInvited, reservedRoles, roles } from '../../machines/parties.ts';
import { sendersOf, type Workflow } from '../../machines/workflow.ts';
import { inviteTask } from '../engine/invitations.ts';
import type { Assembly } from './assembly.ts';
import { type MachineName, namesInMachine } from './machine-names.ts';
import { usualChannel } from './message-channels.ts';

type Known = Pick<Assembly, 'notices' | 'details' | 'channels' | 'hasOwners' | 'taskNames'>;

/** The name is a part of tokens. */
const plainName = /^[a-zA-Z][a-zA-Z0-9]{0,59}$/;

export function partyFaults(workflow: Workflow, known: Known): string[] {
  const { parties = {} } = workflow;
  return [
    ...Object.keys(parties).flatMap((name) => declarationFaults(workflow, name, known)),
    ...Object.keys(workflow.events).flatMap((type) => senderFaults(workflow, type, known)),
    ...differenceFaults(workflow, known),
    ...unusedParties(workflow),
  ];
}

function declarationFaults(workflow: Workflow, name: string, known: Known): string[] {
  const party = workflow.parties?.[name];
  if (party === undefined) return [];
  const { channels, hasOwners, taskNames } = known;
  const faults: string[] = [];
  if (!plainName.test(name)) faults.push(`the party '${name}' must have a name of up to 60 letters and digits, such as approver1`);
  if (reservedRoles.includes(name) || (name === 'owner' && isInvited(party)))
    faults.push(`no party can be named '${name}', which is a role of every workflow`);
  const detail = addressDetailOf(party);
  if (!isDetail(workflow, detail, known))
    faults.push(`no module brings the detail '${detail}', which has the address of the party '${name}'`);
  if (!isInvited(party)) {
    if (!hasOwners)
      faults.push(`no module recognises owners of accounts, and the party '${name}' is one: add the module accounts() to 'needs'`);
    return faults;
  }
  const { channel, until } = party.invited;
  if (!taskNames.includes(inviteTask)) faults.push(`the party '${name}' is invited by a message: add the module messages() to 'needs'`);
  if (channel !== undefined && !Object.hasOwn(channels, channel))
    faults.push(`no module brings the channel '${channel}', over which the party '${name}' is invited`);
  if (until !== undefined && !Object.hasOwn(workflow.machine.implementations.delays, until))
    faults.push(`the machine has no delay '${until}', which ends the invitation of the party '${name}'`);
  return [...faults, ...invitationFaults(workflow, name, party, known)];
}

/** An email introduces the link of an invitation, and other channels put it behind their text. */
function invitationFaults(workflow: Workflow, party: string, { invited }: InvitedParty, { notices, channels }: Known): string[] {
  const { notice: name, to, channel = usualChannel(to, workflow, channels) } = invited;
  const notice = Object.hasOwn(notices, name) ? notices[name] : undefined;
  if (notice === undefined) return [`no module brings the notice '${name}', which invites the party '${party}'`];
  const without = Object.entries(channel === 'email' ? (notice.texts ?? {}) : {}).filter(([, { link }]) => link === undefined);
  if (without.length === 0) return [];
  const languages = without.map(([language]) => language).join("', '");
  return [`the notice '${name}' invites the party '${party}', and its text in '${languages}' has no 'link' to introduce the link`];
}

function senderFaults(workflow: Workflow, type: string, { hasOwners }: Known): string[] {
  const event = workflow.events[type];
  if (event === undefined) return [];
  const { start, parties = {} } = workflow;
  const { secondFactor, senderIn, payloads, body } = event;
  const senders = sendersOf(event);
  const known: readonly string[] = [...roles, ...Object.keys(parties)];
  const faults = senders
    .filter((sender) => !known.includes(sender))
    .map(
      (sender) =>
        `the event ${type} is sent by '${sender}', which is no party of the workflow: declare it in 'parties', or use one of ${known.join(', ')}`,
    );
  if (senders.length === 0) faults.push(`no role sends the event ${type}`);
  if (senders.includes('provider') && senders.length > 1) faults.push(`a provider sends the event ${type}, and so can nobody else`);
  if (senders.includes('owner') && !hasOwners)
    faults.push(`no module recognises owners of accounts, who send the event ${type}: add the module accounts() to 'needs'`);
  if (senders.includes('holder') && start.by === 'agent')
    faults.push(`the holder can't send the event ${type}: a session that an agent starts has no holder`);
  const withLogin = (sender: string) => sender === 'owner' || (Object.hasOwn(parties, sender) && !isInvited(parties[sender]));
  if (secondFactor && !senders.every(withLogin))
    faults.push(`only an owner has a second factor, and the event ${type} is sent by the ${senders.join(' or the ')}`);
  if (senderIn === undefined) return faults;
  if (Object.hasOwn(body.properties, senderIn))
    faults.push(`the body of the event ${type} has the field '${senderIn}', which names the role of the sender`);
  const named = payloads.map((payload) => payload[senderIn]);
  const missing = senders.filter((sender) => !named.includes(sender));
  const strange = named.filter((name) => !senders.includes(String(name)));
  if (missing.length > 0) faults.push(`no payload of the event ${type} has the ${senderIn} '${missing.join("', '")}', who may send it`);
  if (strange.length > 0) faults.push(`a payload of the event ${type} has the ${senderIn} '${strange.join("', '")}', who does not send it`);
  return faults;
}

/** A workflow knows the details of modules, and its own data. */
function isDetail({ data = {} }: Workflow, name: string, { details }: Known): boolean {
  return Object.hasOwn(details, name) || Object.hasOwn(data, name);
}

function differenceFaults(workflow: Workflow, known: Known): string[] {
  return (workflow.differ ?? []).flatMap((pair) => [
    ...pair
      .filter((detail) => !isDetail(workflow, detail, known))
      .map((detail) => `no module brings the detail '${detail}', named in 'differ'`),
    ...(pair[0] === pair[1] ? [`the detail '${pair[0]}' cannot differ from itself`] : []),
  ]);
}

/** An invited party without an invitation never gets a token. */
function unusedParties({ parties = {}, machine }: Workflow): string[] {
  const tasks = namesInMachine(machine).filter((found) => found.kind === 'task');
  const reached = new Set(tasks.flatMap(({ party, to, dynamic }) => [party, to, dynamic ? '*' : undefined]));
  return Object.entries(parties)
    .filter(([name, party]) => isInvited(party) && !reached.has(name) && !reached.has('*'))
    .map(([name]) => `no action invites the party '${name}': add { type: 'invite', params: { party: '${name}' } }`);
}

/** The fault of an action `invite`; null without one. */
export function inviteFault({ parties = {} }: Workflow, found: Extract<MachineName, { kind: 'task' }>): string | null {
  const { name, party, dynamic = false } = found;
  if (name !== inviteTask || dynamic) return null;
  if (party === undefined) return `the action '${inviteTask}' names no party: give it the params { party }`;
  return isInvited(parties[party]) ? null : `the action '${inviteTask}' names '${party}', which is no invited party of the workflow`;
}
