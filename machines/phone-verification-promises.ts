/** The promises of phone verification. */
import { codeDeadlines, codeTable, correctCode, countsOfCodes, tooManyCodes } from './code-entry-promises.ts';
import type { Promises } from './promises.ts';

const entered = ['PROVIDE_NUMBER', 'start'];

export const phoneVerificationPromises = {
  endsByItself: true,
  entries: [{ states: ['verified'], by: [correctCode] }],
  deadlines: codeDeadlines('setUpResendCooldownMs', ['REQUEST_NEW_CODE', 'PROVIDE_NUMBER'], ['abandoned']),
  counts: countsOfCodes,
  success: { outcome: 'verified', lasts: 'resultLifetimeMs' },
  table: codeTable({
    cooldown: 'setUpResendCooldownMs',
    channel: null,
    sendsAtStart: false,
    withoutCode: 'awaitingNumber',
    correct: [{ ends: 'verified' }],
    first: [
      { on: 'start', with: { changed: { not: true } } },
      { on: entered, when: { hasCode: true }, refusal: 'event-not-accepted' },
      { on: entered, with: { changed: { not: true } }, refusal: 'same-destination' },
      // A landline receives no text messages.
      { on: entered, with: { line: 'landline', channel: 'sms' }, refusal: 'landline-needs-voice' },
      { on: entered, effects: [{ set: { channel: { field: 'channel' }, line: { field: 'line' } } }, { do: 'newCode' }] },
      { on: 'CHANGE_NUMBER', when: { hasCode: false }, refusal: 'event-not-accepted' },
      tooManyCodes('CHANGE_NUMBER'),
      { on: 'CHANGE_NUMBER', effects: [{ set: { hasCode: false, underWay: false, channel: null, wrong: 0, sends: 0 } }] },
    ],
    accepts: [
      { event: 'PROVIDE_NUMBER', when: { hasCode: false } },
      { event: 'CHANGE_NUMBER', when: { hasCode: true, canHaveAnother: true } },
      { event: 'SWITCH_CHANNEL', when: { isSendable: true } },
    ],
  }),
} as const satisfies Promises;
