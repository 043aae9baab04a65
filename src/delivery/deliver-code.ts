/** The task `deliverCode`: derives the code, renders the message, and makes one attempt to hand it over. */
import type { TaskAttempt, TaskHandler, TaskResult } from '../engine/ports.ts';
import { type EmailTemplateOptions, renderEmail } from './email-template.ts';
import type { CodeMessage, DeliveryResult, Provider } from './message.ts';

export interface DeliverCodeParts {
  /** Six digits, always the same for the same arguments. */
  readonly codeFor: (identity: { keyId: string; sessionId: string; workflow: string; destination: string; number: number }) => string;
  /** Null when there is none. */
  readonly email: Provider | null;
  readonly template: EmailTemplateOptions;
  /** How long a code is valid, in milliseconds. */
  readonly validForMs: number;
}

export function deliverCode(parts: DeliverCodeParts): TaskHandler {
  return async (attempt, signal) => {
    if (parts.email === null) return { outcome: 'failed', reason: 'no provider for email is configured' };
    const message = messageOf(attempt, parts);
    return taskResult(await parts.email.send(message, renderEmail(message, parts.template), signal));
  };
}

function messageOf(
  { sessionId, workflow, keyId, key, input, personal, deadlines }: TaskAttempt,
  { codeFor, validForMs }: DeliverCodeParts,
): CodeMessage {
  const expiresAt = deadlines['codeLifetime'];
  const { email, destination } = personal;
  if (expiresAt === undefined || email === undefined || destination === undefined)
    throw new Error('A code without an expiry or a destination');
  return {
    sessionId,
    key,
    channel: 'email',
    to: email,
    code: codeFor({ keyId, sessionId, workflow, destination, number: codeNumber(input) }),
    expiresAt,
    validForMs,
    device: { type: personal['deviceType'] ?? null, name: personal['deviceName'] ?? null },
    locale: personal['locale'] ?? null,
  };
}

function codeNumber(input: unknown): number {
  if (typeof input === 'object' && input !== null && 'codeNumber' in input && typeof input.codeNumber === 'number') return input.codeNumber;
  throw new Error('The task does not say which code to deliver');
}

function taskResult(result: DeliveryResult): TaskResult {
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
