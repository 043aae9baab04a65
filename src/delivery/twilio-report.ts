/** Delivery reports of Twilio, which are signed forms (https://www.twilio.com/docs/usage/webhooks/webhooks-security). */
import twilio from 'twilio';
import type { DeliveryReport } from './message.ts';

export interface TwilioReport {
  /** The full callback URL as Twilio got it, because the signature covers it. */
  readonly url: string;
  readonly headers: Headers;
  /** In the format `application/x-www-form-urlencoded`. */
  readonly body: string;
}

const failures: ReadonlyMap<string, 'undelivered' | 'busy' | 'no-answer'> = new Map([
  ['undelivered', 'undelivered'],
  ['failed', 'undelivered'],
  ['canceled', 'undelivered'],
  ['busy', 'busy'],
  ['no-answer', 'no-answer'],
]);

export function readTwilioReport(authToken: string, { url, headers, body }: TwilioReport): DeliveryReport {
  const form = Object.fromEntries(new URLSearchParams(body));
  if (!twilio.validateRequest(authToken, headers.get('x-twilio-signature') ?? '', url, form)) return 'forged';
  return { failure: failures.get(form['MessageStatus'] ?? form['CallStatus'] ?? '') ?? null };
}
