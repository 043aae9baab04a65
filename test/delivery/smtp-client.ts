/** What the SMTP tests send with. */
import { onTestFinished } from 'vitest';
import type { CodeMessage, DeliveryResult, Provider } from '../../src/delivery/message.ts';
import { type SmtpOptions, smtpProvider } from '../../src/delivery/smtp.ts';
import { asEmail, codeMessage } from './messages.ts';

export const never = new AbortController().signal;
/** Long enough that a test which runs into one of them fails by vitest's own limit. */
export const patient = { connectMs: 60_000, greetingMs: 60_000, silenceMs: 60_000 };

export function provider(url: string, options: Partial<SmtpOptions> = {}): Provider {
  const smtp = smtpProvider({ url, from: 'Acme <no-reply@mail.acme.example>', timeouts: patient, ...options });
  onTestFinished(() => smtp.close());
  return smtp;
}

export function send(smtp: Provider, message: CodeMessage = codeMessage, signal = never): Promise<DeliveryResult> {
  return smtp.send(message, asEmail(message), signal);
}

/** An answer of the server, which quotes what no log may hold. */
export function refusal(responseCode: number, status = ''): Error {
  return Object.assign(new Error(`${status} <${codeMessage.to}> is not wanted, nor is ${codeMessage.code}`.trim()), { responseCode });
}
