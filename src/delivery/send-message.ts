/** The task `sendMessage`: sends a notice to an address or a number that the session holds, or to a party of the session. */
import type { Channel } from '../../machines/workflow.ts';
import { RateLimited } from '../engine/errors.ts';
import { claimLost, serviceCaller, type TaskAttempt, type TaskHandler } from '../engine/ports.ts';
import { noticeDelaysMs } from '../engine/task-limits.ts';
import type { ChannelDefinition } from './channel.ts';
import { deviceOf, type SendBudget, taskResult } from './deliver-code.ts';
import { normaliseEmail } from './email-address.ts';
import type { NoticeMessage, Provider, RenderedMessage } from './message.ts';
import { detailsForParty, type PartyMessageDeps, type PartyRecipient, partyRecipient } from './party-message.ts';
import { readPhoneNumber } from './phone-number.ts';

export interface SendMessageDeps {
  /** Every channel, by name. */
  readonly channels: Readonly<Record<string, ChannelDefinition>>;
  /** The provider of a channel; null without one. */
  readonly providerFor: (channel: Channel) => Provider | null;
  /** The channel for messages to a personal detail, if the machine names none. */
  readonly usualChannel: (attempt: Pick<TaskAttempt, 'workflow' | 'version'>, to: string) => Channel;
  readonly render: (message: NoticeMessage) => RenderedMessage;
  readonly budget: Pick<SendBudget, 'admit'>;
  readonly parties: PartyMessageDeps;
  readonly now: () => number;
}

/** The input of the task. */
interface Input {
  readonly notice: string;
  /** The party, or the personal detail that holds the address; `email` by default. */
  readonly to: string;
  /** Absent for the usual channel of the party or the detail. */
  readonly channel?: Channel;
}

/** A recipient, as a channel reaches them. */
interface Recipient {
  readonly channel: Channel;
  /** To send to. */
  readonly to: string;
  /** To count by: equal for two spellings. */
  readonly identity: string;
  /** The number's country; null for an address. */
  readonly country: string | null;
  /** Null for a recipient that is no party. */
  readonly party: PartyRecipient | null;
}

export function sendMessage(deps: SendMessageDeps): TaskHandler {
  const { providerFor, render, budget, now } = deps;
  return {
    isNotice: true,
    retryDelaysMs: noticeDelaysMs,
    async admit(attempt, caller) {
      const recipient = recipientOf(attempt, deps);
      if (recipient === null) return;
      const refused = await budget.admit(sendTo(recipient, attempt), caller);
      if (refused !== null) throw new RateLimited(refused.until, refused.limit ?? null);
    },

    async run(attempt, signal, isStillClaimed = () => true) {
      const recipient = recipientOf(attempt, deps);
      if (recipient === null) return { outcome: 'failed', reason: 'the session knows no address' };
      const sends = providerFor(recipient.channel);
      if (sends === null) return { outcome: 'failed', reason: `no provider for ${recipient.channel} is configured` };
      // A message that no request caused, such as a reminder, was not admitted yet. One that was draws nothing a second time.
      const refused = await budget.admit(sendTo(recipient, attempt), serviceCaller);
      if (refused) return { outcome: 'retry', reason: 'a limit on messages is reached', retryAfterMs: Math.max(0, refused.until - now()) };
      const message = messageOf(attempt, recipient);
      const rendered = render(message);
      if (!(await isStillClaimed())) return claimLost;
      return taskResult(await sends.send(message, rendered, signal));
    },
  };
}

function inputOf({ input }: TaskAttempt): Input {
  const { notice, to = 'email', channel } = (input ?? {}) as Partial<Input>;
  if (notice === undefined) throw new Error('The task does not say which notice to send');
  return { notice, to, ...(channel === undefined ? {} : { channel }) };
}

/** @returns null if the session holds no address, or none that the channel can reach */
function recipientOf(attempt: TaskAttempt, { channels, usualChannel, parties }: SendMessageDeps): Recipient | null {
  const { to: named, channel: asked } = inputOf(attempt);
  const party = partyRecipient(attempt, named, parties);
  const detail = party?.detail ?? named;
  const channel = asked ?? party?.channel ?? usualChannel(attempt, detail);
  const text = attempt.personal[detail];
  const definition = channels[channel];
  if (text === undefined || definition === undefined) return null;
  if (definition.limits === 'number') {
    const number = readPhoneNumber(text, null, null);
    return 'invalid' in number ? null : { channel, to: number.e164, identity: number.e164, country: number.country, party };
  }
  const address = normaliseEmail(text);
  if (address !== null) return { channel, to: address.address, identity: address.identity, country: null, party };
  // A channel of another module has addresses of its own form.
  return channel === 'email' ? null : { channel, to: text, identity: text, country: null, party };
}

/** Each task sends its own message, so its generation replaces the number of a code. */
function sendTo({ channel, identity, country }: Recipient, { sessionId, generation }: TaskAttempt) {
  return { sessionId, codeNumber: generation, sendNumber: 1, channel, destination: identity, country, account: null };
}

function messageOf(attempt: TaskAttempt, { channel, to, party }: Recipient): NoticeMessage {
  const { sessionId, workflow, key, createdAt, personal, deadlines } = attempt;
  return {
    kind: 'notice',
    sessionId,
    workflow,
    key,
    channel,
    to,
    device: deviceOf(personal),
    locale: personal['locale'] ?? null,
    code: null,
    notice: inputOf(attempt).notice,
    details: party === null ? personal : detailsForParty(personal),
    instead: null,
    agent: personal['agent'] ?? null,
    reason: personal['reason'] ?? null,
    at: createdAt,
    link: party?.link ?? null,
    deadlines,
    ofSession: true,
  };
}
