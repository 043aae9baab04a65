/** The promises of email verification. */
import { anotherCode, codeDeadlines, codeTable, correctCode, countsOfCodes } from './code-entry-promises.ts';
import type { Promises } from './promises.ts';

export const emailVerificationPromises = {
  endsByItself: true,
  entries: [{ states: ['verified'], by: [correctCode] }],
  deadlines: codeDeadlines('setUpResendCooldownMs', ['REQUEST_NEW_CODE', 'CHANGE_EMAIL'], ['abandoned']),
  counts: countsOfCodes,
  success: { outcome: 'verified', lasts: 'resultLifetimeMs' },
  table: codeTable({
    cooldown: 'setUpResendCooldownMs',
    channel: 'email',
    sendsAtStart: true,
    correct: [{ ends: 'verified' }],
    first: [
      { on: 'start', effects: [{ do: 'newCode' }] },
      { on: 'CHANGE_EMAIL', with: { changed: { not: true } }, refusal: 'same-destination' },
      ...anotherCode('CHANGE_EMAIL'),
    ],
    accepts: [{ event: 'CHANGE_EMAIL', when: { canHaveAnother: true } }],
  }),
} as const satisfies Promises;
