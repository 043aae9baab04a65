/** The promises of login verification. */
import { codeDeadlines, codeTable, correctAccountCode, countsOfCodes } from './code-entry-promises.ts';
import {
  asksFactor,
  correctEnrolment,
  correctProof,
  countsOfProofs,
  enrolled,
  enrolmentAccepts,
  enrolmentFacts,
  enrolmentRules,
  enrolmentStates,
  factorAccepts,
  factorFacts,
  factorRules,
  factorStates,
  usedFactorMessages,
} from './factor-promises.ts';
import type { Effect, Promises } from './promises.ts';

/** A trusted device needs no second step. */
const trustedDevice = { event: 'SUBMIT_CREDENTIALS', with: { correct: true, trusted: true }, when: { codesIssued: 0 } } as const;

const enough = { enrols: { not: true } } as const;

/** The owner is recognised. If the service demands a factor that the account does not have, the login goes on with its enrolment. */
const recognised: readonly Effect[] = [
  { begins: ['forgetWrongCodes', 'rememberNetwork'], set: { hasCode: false, underWay: false, wrong: 0, sends: 0 } },
  { with: { enrols: true }, set: { enrols: true } },
  { with: enough, ends: 'authenticated' },
];

const entered = ['SUBMIT_CREDENTIALS', 'start'];
const refusal = 'invalid-credentials';

export const loginVerificationPromises = {
  endsByItself: true,
  uninterrupted: ['enrolFactor'],
  entries: [
    {
      states: ['authenticated'],
      by: [
        { ...correctAccountCode, with: { ...correctAccountCode.with, ...enough } },
        { ...correctProof, with: { ...correctProof.with, ...enough } },
        trustedDevice,
        enrolled,
      ],
    },
    {
      states: ['enrollingFactor', 'storingFactor', 'authenticated'],
      tasks: ['enrolFactor'],
      by: [correctAccountCode, correctProof, trustedDevice],
    },
    { states: ['storingFactor'], tasks: ['enrolFactor'], by: [correctEnrolment] },
    { states: ['provingFactor'], by: [{ event: 'SUBMIT_CREDENTIALS', with: { correct: true, factor: true }, when: { codesIssued: 0 } }] },
  ],
  // A factor that is being stored may be stored already, so the end of that task decides.
  deadlines: codeDeadlines(
    'resendCooldownMs',
    [
      'REQUEST_NEW_CODE',
      { event: 'SUBMIT_CREDENTIALS', with: { factor: { not: true } } },
      { event: 'CHOOSE_FACTOR', with: { choice: 'code' } },
    ],
    ['abandoned', 'storingFactor'],
  ),
  taskEnds: [
    { task: 'enrolFactor', outcome: 'enrolled', leadsTo: 'authenticated' },
    { task: 'enrolFactor', outcome: 'taken', leadsTo: 'denied' },
  ],
  messages: [...usedFactorMessages, { notice: 'factor-added', on: [enrolled] }],
  counts: { ...countsOfCodes, ...countsOfProofs, wrongCredentials: { most: 'credentialsPerSession' } },
  success: { outcome: 'authenticated', lasts: 'resultLifetimeMs' },
  table: codeTable({
    cooldown: 'resendCooldownMs',
    channel: null,
    sendsAtStart: false,
    withoutCode: 'awaitingCredentials',
    facts: { mailed: false, wrongCredentials: 0, methods: null, trusts: false, ...factorFacts, ...enrolmentFacts },
    flags: { isPastCredentials: [{ hasCode: true }, { asksFactor: true }, { enrols: true }] },
    states: [...factorStates(), ...enrolmentStates],
    // A code that was also mailed does not prove that the person has the telephone.
    send: [
      { when: { channel: 'email' }, set: { mailed: true } },
      { when: { channel: { not: 'email' }, sends: 1 }, set: { mailed: false } },
    ],
    // Earlier wrong codes no longer count. A trusted device does not reset them.
    ofAccount: true,
    correct: [
      // A password with a code. A code by email is no second factor (NIST SP 800-63B, 5.1.3.1).
      { when: { mailed: true }, set: { methods: 'pwd' } },
      { when: { mailed: false, channel: 'sms' }, set: { methods: 'pwd,otp,sms,mfa' } },
      { when: { mailed: false, channel: 'voice' }, set: { methods: 'pwd,otp,tel,mfa' } },
      { with: { trustDevice: true }, set: { trusts: true }, begins: ['trustDevice'], tells: ['new-device'] },
      ...recognised,
    ],
    wrong: [{ tells: ['wrong-code'] }],
    first: [
      { on: entered, when: { isPastCredentials: true }, refusal: 'event-not-accepted' },
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
      { on: entered, with: { factor: true }, effects: [{ set: { wrongCredentials: 0 } }, asksFactor] },
      { on: entered, effects: [{ set: { wrongCredentials: 0, channel: { field: 'channel' } } }, { do: 'newCode' }] },
      ...factorRules(recognised),
      ...enrolmentRules('authenticated'),
    ],
    shows: {
      // The methods of another factor are the factor's own.
      methods: [
        { when: { proves: false }, is: null },
        { when: { byFactor: false }, is: { of: 'methods' } },
      ],
      trustsDevice: [{ when: { proves: true }, is: { of: 'trusts' } }, { is: false }],
      triesLeft: [{ is: { of: 'credentialsPerSession', minus: 'wrongCredentials' } }],
    },
    accepts: [
      { event: 'SUBMIT_CREDENTIALS', when: { isPastCredentials: false } },
      { event: 'SWITCH_CHANNEL', when: { isSendable: true } },
      ...factorAccepts,
      ...enrolmentAccepts,
    ],
    atMostEvery: { 'wrong-code': 'noticeIntervalMs', 'wrong-factor': 'noticeIntervalMs' },
  }),
} as const satisfies Promises;
