/** The channels of messages that workflows send: each needs a text of the notice, and a provider. */
import { addressDetailOf, isInvited, type Party } from '../../machines/parties.ts';
import { addressFormat, fieldsOfBodies } from '../../machines/session-data.ts';
import type { Channel, Workflow } from '../../machines/workflow.ts';
import type { ChannelDefinition } from '../delivery/channel.ts';
import { channelsOf, languagesOf } from '../delivery/notice-text.ts';
import { faultLine } from '../engine/machines/fault.ts';
import type { Workflows } from '../engine/machines/workflows.ts';
import type { Assembly } from './assembly.ts';
import { type MachineName, namesInMachine } from './machine-names.ts';
import { ModuleError } from './module-error.ts';

/**
 * The channel for messages to a personal detail, if the machine names none: by the format of the field, or the first channel that sends to
 * details of this name; otherwise email.
 */
export function usualChannel(
  to: string,
  workflow: Pick<Workflow, 'start' | 'events'> | undefined,
  channels: Readonly<Record<string, ChannelDefinition>>,
): Channel {
  const format = workflow && addressFormat(fieldsOfBodies(workflow)[to]);
  if (format === 'phone') return 'sms';
  const [channel = 'email'] = Object.keys(channels).filter((name) => channels[name]?.detail === to);
  return format === 'email' ? 'email' : channel;
}

/** A message that a machine sends, found in one of its states. */
type MachineMessage = Extract<MachineName, { kind: 'task' }>;

/** A message with its channel. */
interface Sent {
  readonly notice: string;
  readonly channel: Channel;
}

/** @returns the message of the task `sendMessage` or `invite`; null for another task */
function sentBy(
  { name, notice, to = 'email', channel, party: invitee = '' }: MachineMessage,
  workflow: Workflow,
  channels: Readonly<Record<string, ChannelDefinition>>,
): Sent | null {
  const { parties = {} } = workflow;
  const partyNamed = (role: string) => (Object.hasOwn(parties, role) ? parties[role] : undefined);
  const channelFor = (recipient: Party) =>
    (isInvited(recipient) ? recipient.invited.channel : undefined) ?? usualChannel(addressDetailOf(recipient), workflow, channels);
  if (name === 'invite') {
    const party = partyNamed(invitee);
    return isInvited(party) ? { notice: party.invited.notice, channel: channelFor(party) } : null;
  }
  if (name !== 'sendMessage' || notice === undefined) return null;
  const party = partyNamed(to);
  return { notice, channel: channel ?? (party === undefined ? usualChannel(to, workflow, channels) : channelFor(party)) };
}

/** @returns the fault of the channel of a message; null for none */
export function channelFault(
  found: MachineMessage,
  workflow: Workflow,
  { channels, notices }: Pick<Assembly, 'channels' | 'notices'>,
): string | null {
  const sent = sentBy(found, workflow, channels);
  const notice = sent && notices[sent.notice];
  if (sent === null || !notice) return null;
  const { channel } = sent;
  if (!Object.hasOwn(channels, channel)) return `no module brings the channel '${channel}', by which the notice '${sent.notice}' goes`;
  if (channelsOf(notice).includes(channel)) return null;
  const member = { email: 'texts', sms: 'sms', voice: 'voice' }[channel] ?? `channels.${channel}`;
  return `the notice '${sent.notice}' has no text for the channel '${channel}': add \`${member}\` to it, or name another channel`;
}

/** The languages of the notices that a workflow sends. */
export function languagesOfMessages(workflow: Workflow, notices: Assembly['notices']): readonly string[] {
  return namesInMachine(workflow.machine).flatMap((found) => {
    const sent = found.kind === 'task' ? sentBy(found, workflow, {}) : null;
    const notice = sent && notices[sent.notice];
    return notice ? languagesOf(notice) : [];
  });
}

/** @throws ModuleError that names each message whose channel has no provider: it could never be sent */
export function checkMessageProviders(
  workflows: Workflows,
  channels: Assembly['channels'],
  providersOf: Readonly<Record<string, readonly string[]>>,
): void {
  const faults = workflows.latest().flatMap((workflow) =>
    namesInMachine(workflow.machine).flatMap((found) => {
      const sent = found.kind === 'task' ? sentBy(found, workflow, channels) : null;
      if (sent === null || (providersOf[sent.channel] ?? []).length > 0) return [];
      const fault = `the notice '${sent.notice}' goes by ${sent.channel}, for which no provider is configured`;
      return [faultLine({ workflow: workflow.name, state: found.state, fault })];
    }),
  );
  if (faults.length > 0) throw new ModuleError([...new Set(faults)]);
}
