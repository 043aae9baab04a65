/** The promises of the registrations of factors: the owner confirms each one, and a factor counts only after it was shown to work. */
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

/** The owner has confirmed the registration, so that the new factor may be shown. The counts of the confirmation are over. */
const confirmed: readonly Effect[] = [
  {
    begins: ['forgetWrongCodes'],
    set: { hasCode: false, underWay: false, wrong: 0, sends: 0, codes: 0, byFactor: false, enrols: true },
  },
];

export const factorRegistrationPromises = {
  endsByItself: true,
  uninterrupted: ['enrolFactor'],
  entries: [
    { states: ['enrollingFactor', 'storingFactor', 'enrolled'], tasks: ['enrolFactor'], by: [correctAccountCode, correctProof] },
    { states: ['storingFactor', 'enrolled'], tasks: ['enrolFactor'], by: [correctEnrolment] },
    { states: ['enrolled'], by: [enrolled] },
  ],
  // A factor that is being stored may be stored already, so the end of that task decides.
  deadlines: codeDeadlines(
    'resendCooldownMs',
    ['REQUEST_NEW_CODE', { event: 'CHOOSE_FACTOR', with: { choice: 'code' } }],
    ['abandoned', 'storingFactor'],
  ),
  counts: { ...countsOfCodes, ...countsOfProofs },
  taskEnds: [{ task: 'enrolFactor', outcome: 'enrolled', leadsTo: 'enrolled' }],
  messages: [...usedFactorMessages, { notice: 'factor-added', on: [enrolled] }],
  table: codeTable({
    cooldown: 'resendCooldownMs',
    channel: null,
    sendsAtStart: true,
    within: 'confirming.',
    withoutCode: 'enrollingFactor',
    facts: { onlyEmail: false, ...factorFacts, ...enrolmentFacts },
    states: [...factorStates('confirming.'), ...enrolmentStates],
    ofAccount: true,
    correct: confirmed,
    wrong: [{ tells: ['wrong-code'] }],
    first: [
      { on: 'start', with: { factor: true }, effects: [asksFactor] },
      {
        on: 'start',
        effects: [
          { set: { channel: { field: 'channel' } } },
          // An owner without a telephone is reached by email only.
          { with: { channel: 'email' }, set: { onlyEmail: true } },
          { do: 'newCode' },
        ],
      },
      ...factorRules(confirmed),
      ...enrolmentRules('enrolled'),
    ],
    accepts: [{ event: 'SWITCH_CHANNEL', when: { isSendable: true, onlyEmail: false } }, ...factorAccepts, ...enrolmentAccepts],
    atMostEvery: { 'wrong-code': 'noticeIntervalMs', 'wrong-factor': 'noticeIntervalMs' },
  }),
} as const satisfies Promises;
