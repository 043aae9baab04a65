/** The ids of messaging services at Twilio, which can stand in place of the sender of a text message. */

/** True for the SID of a messaging service. A name can begin with the same letters. */
export function isTwilioService(from: string): boolean {
  return /^MG[0-9a-f]{32}$/i.test(from);
}
