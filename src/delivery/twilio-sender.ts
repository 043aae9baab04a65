/** The senders of text messages at Twilio. */

/** True for the SID of a messaging service. A name can begin with the same letters. */
export function isTwilioService(from: string): boolean {
  return /^MG[0-9a-f]{32}$/i.test(from);
}
