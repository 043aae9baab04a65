/** The task `deliverCode`: derives the code, renders the message, and makes one attempt to send it. */
import type { Channel } from '../../machines/workflow.ts';
import { ChannelUnavailable, RateLimited } from '../engine/errors.ts';
import { type Caller, claimLost, type TaskAttempt, type TaskHandler, type TaskResult } from '../engine/ports.ts';
import type { ChannelDefinition } from './channel.ts';
import { normaliseEmail } from './email-address.ts';
import type { CodeMessage, DeliveryResult, Message, NoticeMessage, Provider, RenderedMessage } from './message.ts';
import type { Refused, Send } from './message-budget.ts';

export interface DeliverCodeDeps {
  /** Six digits. The same arguments always give the same code. */
  readonly codeFor: (identity: { keyId: string; sessionId: string; workflow: string; destination: string; number: number }) => string;
  /** Every channel, by name. */
  readonly channels: Readonly<Record<string, ChannelDefinition>>;
  /** The provider of a channel; null without one. */
  readonly providerFor: (channel: Channel) => Provider | null;
  readonly render: (message: Message) => RenderedMessage;
  /** The lifetime of a code of this session’s workflow, in milliseconds; null if it is not fixed. */
  readonly validForMs: (attempt: Pick<TaskAttempt, 'workflow' | 'version'>) => number | null;
  /** True if another module forbids sending this code by email. */
  readonly forbidsEmail: (attempt: TaskAttempt) => Promise<boolean>;
  /** The name of the notice that the owner of the address gets instead of the code; null to send the code. */
  readonly instead: (attempt: TaskAttempt) => Promise<string | null>;
  readonly budget: SendBudget;
}

/** The message budgets, which count over all sessions. */
export interface SendBudget {
  /** @returns null if the message may go out; otherwise the limit that refuses it, and when it has room again */
  readonly admit: (send: Send, caller: Caller) => Promise<Refused | null>;
  /** True if a send would be admitted now. */
  readonly hasRoom: (send: Send, caller: Caller) => Promise<boolean>;
}

export function deliverCode(deps: DeliverCodeDeps): TaskHandler {
  return {
    delays: [codeExpiryDelay],
    async admit(attempt, caller) {
      const { sessionId, input, personal } = attempt;
      const { codeNumber, sendNumber, channel } = sendOf(input);
      if (await isForbidden(attempt, deps)) throw new ChannelUnavailable(`No code of this session may be sent by ${channel}`);
      const send = sendBy(channel, { sessionId, codeNumber, sendNumber, personal });
      const refused = await deps.budget.admit(send, caller);
      if (refused === null) return;
      const others: Channel[] = [];
      for (const other of otherChannels(channel, input, personal)) {
        const another = sendBy(other, { sessionId, codeNumber, sendNumber, personal });
        if (deps.providerFor(other) !== null && (await deps.budget.hasRoom(another, caller))) others.push(other);
      }
      throw new RateLimited(refused.until, refused.limit ?? null, others);
    },

    async run(attempt, signal, isStillClaimed = () => true) {
      const { channel } = sendOf(attempt.input);
      if (await isForbidden(attempt, deps)) return { outcome: 'failed', reason: `no code of this session may be sent by ${channel}` };
      const message = messageOf(attempt, deps);
      const provider = deps.providerFor(message.channel);
      if (provider === null) return { outcome: 'failed', reason: `no provider for ${message.channel} is configured` };
      const notice = await deps.instead(attempt);
      if (!(await isStillClaimed())) return claimLost;
      if (notice !== null) {
        const telling = noticeInstead(message, notice, attempt);
        return taskResult(await provider.send(telling, deps.render(telling), signal));
      }
      return taskResult(await provider.send(message, deps.render(message), signal));
    },
  };
}

/**
 * Checks again that a code may go by email. Machines choose among the available channels, and the channel decides how strong a proof the
 * code is. The code for a number never goes by email; other modules add rules of their own.
 */
async function isForbidden(attempt: TaskAttempt, { forbidsEmail }: DeliverCodeDeps): Promise<boolean> {
  if (sendOf(attempt.input).channel !== 'email') return false;
  const { destination, phone } = attempt.personal;
  return (phone !== undefined && destination === phone) || forbidsEmail(attempt);
}

/** The budget entry of a session's send. */
export function sendBy(
  channel: Channel,
  {
    sessionId,
    codeNumber,
    sendNumber,
    personal,
  }: Pick<Send, 'sessionId' | 'codeNumber' | 'sendNumber'> & { readonly personal: TaskAttempt['personal'] },
): Send {
  const { accountId: account = null, destination = '', country = null, email = '', phone = '' } = personal;
  const owned = channel === 'email' ? (normaliseEmail(email)?.identity ?? email) : phone;
  return { sessionId, codeNumber, sendNumber, channel, destination: account === null ? destination : owned, country, account };
}

/**
 * The owner's other channels that have separate budgets: from the telephone to the address, and back. A code by email is a weaker proof,
 * and the login's result says so. A code that confirms a change never goes by email while the account has a telephone.
 */
function otherChannels(channel: Channel, input: unknown, { accountId, phone, line, email }: TaskAttempt['personal']): readonly Channel[] {
  if (accountId === undefined || confirmsOf(input) !== null) return [];
  if (channel !== 'email') return email === undefined ? [] : ['email'];
  if (phone === undefined) return [];
  return line === 'landline' ? ['voice'] : ['sms', 'voice'];
}

/** @returns the action that the owner of an account confirms with the code; null if the code only proves possession */
export function confirmsOf(input: unknown): 'change' | null {
  return isObject(input) && input['confirms'] === 'change' ? 'change' : null;
}

/** The delay of a machine whose timer is the expiry of the code. */
export const codeExpiryDelay = 'codeLifetime';

function messageOf(attempt: TaskAttempt, { codeFor, validForMs, channels }: DeliverCodeDeps): CodeMessage {
  const { sessionId, workflow, keyId, key, input, personal, deadlines } = attempt;
  const { codeNumber, sendNumber, channel } = sendOf(input);
  const expiresAt = deadlines[codeExpiryDelay];
  const { destination } = personal;
  const to = personal[channels[channel]?.detail ?? ''];
  if (expiresAt === undefined || to === undefined || destination === undefined) throw new Error('The code has no expiry or no destination');
  return {
    kind: 'code',
    notice: null,
    sessionId,
    workflow,
    key,
    codeNumber,
    sendNumber,
    channel,
    to,
    confirms: confirmsOf(input),
    code: codeFor({ keyId, sessionId, workflow, destination, number: codeNumber }),
    expiresAt,
    validForMs: validForMs(attempt),
    device: deviceOf(personal),
    locale: personal['locale'] ?? null,
  };
}

function noticeInstead(
  { sessionId, workflow, key, channel, to, device, locale, codeNumber, sendNumber }: CodeMessage,
  notice: string,
  { createdAt, personal: details }: TaskAttempt,
): NoticeMessage {
  const instead = { codeNumber, sendNumber };
  return {
    kind: 'notice',
    sessionId,
    workflow,
    key,
    channel,
    to,
    device,
    locale,
    code: null,
    notice,
    details,
    instead,
    agent: null,
    reason: null,
    at: createdAt,
    link: null,
  };
}

/** The device as the person described it. */
export function deviceOf(personal: TaskAttempt['personal']): CodeMessage['device'] {
  return { type: personal['deviceType'] ?? null, name: personal['deviceName'] ?? null };
}

/** The send that the input of a machine's task names. */
function sendOf(input: unknown): { codeNumber: number; sendNumber: number; channel: Channel } {
  const { codeNumber, sendNumber, channel } = (input ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof codeNumber !== 'number' || typeof sendNumber !== 'number' || typeof channel !== 'string')
    throw new Error('The task does not name the code, its send and the channel');
  return { codeNumber, sendNumber, channel };
}

function isObject(input: unknown): input is Readonly<Record<string, unknown>> {
  return typeof input === 'object' && input !== null;
}

export function taskResult(result: DeliveryResult): TaskResult {
  switch (result.outcome) {
    case 'accepted':
      return { outcome: 'done' };
    case 'rejected':
      return { outcome: 'failed', reason: result.reason };
    case 'unavailable': {
      const { reason, retryAfterMs } = result;
      return retryAfterMs === undefined ? { outcome: 'retry', reason } : { outcome: 'retry', reason, retryAfterMs };
    }
    default:
      return result satisfies never;
  }
}
