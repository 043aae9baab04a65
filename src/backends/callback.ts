/** The later answer of a backend, signed with the secret that also signs the request. */
import { Webhook } from 'standardwebhooks';
import type { OwnTask } from '../../machines/workflow.ts';
import { type AnswerFault, answerIn, type BackendAnswer } from './backend-answer.ts';

/** @returns false if the signature is wrong, or its time is more than five minutes off (Standard Webhooks) */
export function isSigned(secret: string, headers: Headers, body: string): boolean {
  try {
    new Webhook(secret).verify(body, Object.fromEntries(headers));
    return true;
  } catch {
    return false;
  }
}

/**
 * @param key of the task that the address names. The signature covers the body and not the address, so the body names the task as well: a
 *   captured callback fits no other task
 */
export function callbackIn(
  body: string,
  key: string,
  { outcomes }: Pick<OwnTask, 'outcomes'>,
): BackendAnswer | { readonly fault: AnswerFault } {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return { fault: { kind: 'invalid', path: '', message: 'JSON' } };
  }
  const named: unknown = (value as { readonly key?: unknown } | null)?.key;
  if (named !== key) return { fault: { kind: 'invalid', path: '/key', message: `The key of the task that the address names: ${key}` } };
  return answerIn(value, outcomes);
}
