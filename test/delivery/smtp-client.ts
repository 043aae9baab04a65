/** The client of the SMTP tests. */
import { onTestFinished } from 'vitest';
import type { CodeMessage, DeliveryResult, Provider } from '../../src/delivery/message.ts';
import { type SmtpOptions, smtpProvider } from '../../src/delivery/smtp.ts';
import { asEmail, codeMessage } from './messages.ts';

export const never = new AbortController().signal;
/** Longer than vitest's own limit, so that a test that waits for a time-out fails by that. */
export const patient = { connectMs: 60_000, greetingMs: 60_000, silenceMs: 60_000 };

export function provider(url: string, options: Partial<SmtpOptions> = {}): Provider {
  const smtp = smtpProvider({ url, from: 'Acme <no-reply@mail.acme.example>', timeouts: patient, ...options });
  onTestFinished(() => smtp.close());
  return smtp;
}

export function send(smtp: Provider, message: CodeMessage = codeMessage, signal = never): Promise<DeliveryResult> {
  return smtp.send(message, asEmail(message), signal);
}

/** A reply of the server that quotes values which no log may contain. */
export function refusal(responseCode: number, status = ''): Error {
  return Object.assign(new Error(`${status} <${codeMessage.to}> is not wanted, nor is ${codeMessage.code}`.trim()), { responseCode });
}
