/** The promises of account change: who confirms it, what is verified afterwards, and who is told. */
import { codeDeadlines, codeTable, correctAccountCode, countsOfCodes } from './code-entry-promises.ts';
import {
  asksFactor,
  correctProof,
  countsOfProofs,
  factorAccepts,
  factorFacts,
  factorRules,
  factorStates,
  usedFactorMessages,
} from './factor-promises.ts';
import type { Effect, Promises } from './promises.ts';

/** The owner has confirmed the change. */
const confirmed: readonly Effect[] = [
  { begins: ['forgetWrongCodes'], set: { hasCode: false, underWay: false, wrong: 0, sends: 0 } },
  { when: { kind: 'password' }, do: 'apply' },
];

const verified = { task: 'verifyDestination', outcome: 'verified' } as const;

export const accountChangePromises = {
  endsByItself: true,
  uninterrupted: ['applyChange'],
  entries: [
    {
      states: ['verifyingDestination', 'applying', 'applied'],
      tasks: ['verifyDestination', 'applyChange'],
      by: [correctAccountCode, correctProof],
    },
    {
      states: ['applying', 'applied'],
      tasks: ['applyChange'],
      // A new password needs no verification.
      by: [
        { ...correctAccountCode, when: { ...correctAccountCode.when, kind: 'password' } },
        { ...correctProof, when: { ...correctProof.when, kind: 'password' } },
        verified,
      ],
    },
    { states: ['applied'], by: [{ task: 'applyChange', outcome: 'applied' }] },
  ],
  // A change under way may have been applied already, so its end decides.
  deadlines: codeDeadlines(
    'resendCooldownMs',
    ['REQUEST_NEW_CODE', { event: 'CHOOSE_FACTOR', with: { choice: 'code' } }],
    ['abandoned', 'applying'],
  ),
  counts: { ...countsOfCodes, ...countsOfProofs },
  messages: usedFactorMessages,
  taskEnds: [
    { task: 'verifyDestination', leadsTo: 'abandoned' },
    { task: 'verifyDestination', outcome: 'abandoned', leadsTo: 'cancelled' },
    { task: 'applyChange', outcome: 'applied', leadsTo: 'applied' },
    { task: 'applyChange', outcome: 'taken', leadsTo: 'denied' },
    { task: 'applyChange', outcome: 'superseded', leadsTo: 'denied' },
  ],
  table: codeTable({
    cooldown: 'resendCooldownMs',
    channel: null,
    sendsAtStart: true,
    within: 'confirming.',
    withoutCode: 'verifyingDestination',
    facts: { kind: null, onlyEmail: false, ...factorFacts },
    states: factorStates('confirming.'),
    steps: {
      // The new address and the former one are told; of a new number or password, the address.
      apply: [
        { when: { kind: 'email' }, tells: ['email-changed', 'email-changed'] },
        { when: { kind: 'phone' }, tells: ['phone-changed'] },
        { when: { kind: 'password' }, tells: ['password-changed'] },
        { ends: 'applied' },
      ],
    },
    ofAccount: true,
    correct: confirmed,
    wrong: [{ tells: ['wrong-code'] }],
    first: [
      { on: 'start', with: { factor: true }, effects: [{ set: { kind: { field: 'kind' } } }, asksFactor] },
      {
        on: 'start',
        effects: [
          { set: { kind: { field: 'kind' }, channel: { field: 'channel' } } },
          // An owner without a telephone is reached by email only.
          { with: { channel: 'email' }, set: { onlyEmail: true } },
          { do: 'newCode' },
        ],
      },
      { on: 'child', when: { hasCode: true }, refusal: 'event-not-accepted' },
      { on: 'child', with: { outcome: { not: 'verified' } }, effects: [{ ends: 'cancelled' }] },
      { on: 'child', with: { precondition: null }, effects: [{ do: 'apply' }] },
      { on: 'child', effects: [{ ends: 'denied' }] },
      ...factorRules(confirmed),
    ],
    accepts: [{ event: 'SWITCH_CHANNEL', when: { isSendable: true, onlyEmail: false } }, ...factorAccepts],
    atMostEvery: { 'wrong-code': 'noticeIntervalMs', 'wrong-factor': 'noticeIntervalMs' },
  }),
} as const satisfies Promises;
