/** The task `deliverCode`: derives the code, renders the message, and makes one attempt to hand it over. */
import type { Channel } from '../../machines/workflow.ts';
import type { Origin, TaskAttempt, TaskHandler, TaskResult } from '../engine/ports.ts';
import type { NewCode } from './code-budget.ts';
import type { CodeMessage, DeliveryResult, Message, NoticeKind, NoticeMessage, Provider, RenderedMessage } from './message.ts';

export interface DeliverCodeParts {
  /** Six digits, always the same for the same arguments. */
  readonly codeFor: (identity: { keyId: string; sessionId: string; workflow: string; destination: string; number: number }) => string;
  /** What sends over a channel; null where there is nothing. */
  readonly providerFor: (channel: Channel) => Provider | null;
  readonly render: (message: Message) => RenderedMessage;
  /** How long a code is valid, in milliseconds. */
  readonly validForMs: number;
  /** What the owner of the address is told instead of the code; null for the code. */
  readonly instead: (attempt: TaskAttempt) => Promise<NoticeKind | null>;
  /** @throws RateLimited when no further code may be sent there, or for this client, just now */
  readonly admit: (code: NewCode, origin: Origin) => Promise<void>;
}

export function deliverCode(parts: DeliverCodeParts): TaskHandler {
  return {
    async admit(attempt, origin) {
      const { channel, sendNumber } = sendOf(attempt.input);
      const { destination = '', country = null, accountId = null } = attempt.personal;
      if (sendNumber === 1) await parts.admit({ key: attempt.key, channel, destination, country, account: accountId }, origin);
    },

    async run(attempt, signal) {
      const message = messageOf(attempt, parts);
      const provider = parts.providerFor(message.channel);
      if (provider === null) return { outcome: 'failed', reason: `no provider for ${message.channel} is configured` };
      const notice = await parts.instead(attempt);
      if (notice !== null) {
        const telling = noticeInstead(message, notice, attempt);
        return taskResult(await provider.send(telling, parts.render(telling), signal));
      }
      return taskResult(await provider.send(message, parts.render(message), signal));
    },
  };
}

function messageOf(
  { sessionId, workflow, keyId, key, input, personal, deadlines }: TaskAttempt,
  { codeFor, validForMs }: DeliverCodeParts,
): CodeMessage {
  const { codeNumber, sendNumber, channel } = sendOf(input);
  const expiresAt = deadlines['codeLifetime'];
  const { destination } = personal;
  const to = channel === 'email' ? personal['email'] : personal['phone'];
  if (expiresAt === undefined || to === undefined || destination === undefined)
    throw new Error('A code without an expiry or a destination');
  return {
    notice: null,
    sessionId,
    workflow,
    key,
    codeNumber,
    sendNumber,
    channel,
    to,
    confirms: isObject(input) && input['confirms'] === 'change' ? 'change' : null,
    code: codeFor({ keyId, sessionId, workflow, destination, number: codeNumber }),
    expiresAt,
    validForMs,
    device: deviceOf(personal),
    locale: personal['locale'] ?? null,
  };
}

function noticeInstead(
  { sessionId, workflow, key, channel, to, device, locale, codeNumber, sendNumber }: CodeMessage,
  notice: NoticeKind,
  { createdAt }: TaskAttempt,
): NoticeMessage {
  const instead = { codeNumber, sendNumber };
  return { sessionId, workflow, key, channel, to, device, locale, code: null, notice, instead, agent: null, reason: null, at: createdAt };
}

/** What the person said about their device. */
export function deviceOf(personal: TaskAttempt['personal']): CodeMessage['device'] {
  return { type: personal['deviceType'] ?? null, name: personal['deviceName'] ?? null };
}

/** What a machine's task says of a send. */
function sendOf(input: unknown): { codeNumber: number; sendNumber: number; channel: Channel } {
  const { codeNumber, sendNumber, channel } = (input ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof codeNumber !== 'number' || typeof sendNumber !== 'number' || !isChannel(channel))
    throw new Error('The task does not say which code to deliver, or how');
  return { codeNumber, sendNumber, channel };
}

function isObject(input: unknown): input is Readonly<Record<string, unknown>> {
  return typeof input === 'object' && input !== null;
}

function isChannel(channel: unknown): channel is Channel {
  return channel === 'email' || channel === 'sms' || channel === 'voice';
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
