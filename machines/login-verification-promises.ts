/** The promises of login verification. */
import { codeDeadlines, codeTable, correctAccountCode, countsOfCodes } from './code-entry-promises.ts';
import type { Promises } from './promises.ts';

const entered = ['SUBMIT_CREDENTIALS', 'start'];
const refusal = 'invalid-credentials';

export const loginVerificationPromises = {
  endsByItself: true,
  entries: [
    {
      states: ['authenticated'],
      by: [correctAccountCode, { event: 'SUBMIT_CREDENTIALS', with: { correct: true, trusted: true }, when: { codesIssued: 0 } }],
    },
  ],
  deadlines: codeDeadlines('resendCooldownMs', ['REQUEST_NEW_CODE', 'SUBMIT_CREDENTIALS'], ['abandoned']),
  counts: { ...countsOfCodes, wrongCredentials: { most: 'credentialsPerSession' } },
  success: { outcome: 'authenticated', lasts: 'resultLifetimeMs' },
  table: codeTable({
    cooldown: 'resendCooldownMs',
    channel: null,
    sendsAtStart: false,
    withoutCode: 'awaitingCredentials',
    facts: { mailed: false, wrongCredentials: 0, methods: null, trusts: false },
    // A code that was also mailed does not prove that the person has the telephone.
    send: [
      { when: { channel: 'email' }, set: { mailed: true } },
      { when: { channel: { not: 'email' }, sends: 1 }, set: { mailed: false } },
    ],
    // Earlier wrong codes no longer count. A trusted device does not reset them.
    ofAccount: true,
    correct: [
      { begins: ['forgetWrongCodes', 'rememberNetwork'] },
      // A password with a code. A code by email is no second factor (NIST SP 800-63B, 5.1.3.1).
      { when: { mailed: true }, set: { methods: 'pwd' } },
      { when: { mailed: false, channel: 'sms' }, set: { methods: 'pwd,otp,sms,mfa' } },
      { when: { mailed: false, channel: 'voice' }, set: { methods: 'pwd,otp,tel,mfa' } },
      { with: { trustDevice: true }, set: { trusts: true }, begins: ['trustDevice'], tells: ['new-device'] },
      { ends: 'authenticated' },
    ],
    wrong: [{ tells: ['wrong-code'] }],
    first: [
      { on: entered, when: { hasCode: true }, refusal: 'event-not-accepted' },
      {
        on: entered,
        with: { correct: { not: true }, locks: true },
        refusal,
        effects: [{ add: { wrongCredentials: 1 }, tells: ['password-locked'], ends: 'denied' }],
      },
      {
        on: entered,
        with: { correct: { not: true } },
        refusal,
        effects: [{ add: { wrongCredentials: 1 } }, { when: { wrongCredentials: { atLeast: 'credentialsPerSession' } }, ends: 'denied' }],
      },
      {
        on: entered,
        with: { trusted: true },
        effects: [{ set: { wrongCredentials: 0, methods: 'pwd' }, begins: ['rememberNetwork'], ends: 'authenticated' }],
      },
      { on: entered, effects: [{ set: { wrongCredentials: 0, channel: { field: 'channel' } } }, { do: 'newCode' }] },
    ],
    shows: {
      methods: [{ when: { proves: true }, is: { of: 'methods' } }, { is: null }],
      trustsDevice: [{ when: { proves: true }, is: { of: 'trusts' } }, { is: false }],
      triesLeft: [{ is: { of: 'credentialsPerSession', minus: 'wrongCredentials' } }],
    },
    accepts: [
      { event: 'SUBMIT_CREDENTIALS', when: { hasCode: false } },
      { event: 'SWITCH_CHANNEL', when: { isSendable: true } },
    ],
    atMostEvery: { 'wrong-code': 'noticeIntervalMs' },
  }),
} as const satisfies Promises;
