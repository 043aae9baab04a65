/** The promises about the factors of an account: which answers prove one, how many wrong ones a session allows, who is told. */
import type { Cause, Clause, Condition, Effect, MessagePromise, Promises, Rule } from './promises.ts';

/** A correct answer with the chosen factor, while the session allows answers. */
export const correctProof = {
  event: 'PROVE_FACTOR',
  with: { result: 'correct' },
  when: { wrongProofs: { below: 'proofsPerSession' } },
} as const satisfies Cause;

/** The end of an enrolment: the new factor is stored, and was not another account's. */
export const enrolled = { task: 'enrolFactor', outcome: 'enrolled' } as const satisfies Cause;

/** The answer that shows that the new factor works. */
export const correctEnrolment = { event: 'ENROL_FACTOR', with: { result: 'correct' } } as const satisfies Cause;

export const countsOfProofs = { wrongProofs: { most: 'proofsPerSession' } } as const satisfies Promises['counts'];

/** The owner is told of each use of a factor that can be used up. */
export const usedFactorMessages = [
  { notice: 'factor-used', on: [{ ...correctProof, with: { result: 'correct', left: 'more' } }] },
  { notice: 'factor-running-out', on: [{ ...correctProof, with: { result: 'correct', left: 'few' } }] },
] as const satisfies readonly MessagePromise[];

/** The facts of a session in which a factor can be proved. */
export const factorFacts = { asksFactor: false, wrongProofs: 0, byFactor: false } as const;

/** @param within the prefix of the state */
export function factorStates(within = ''): Clause[] {
  return [{ when: { asksFactor: true }, is: `${within}provingFactor` }];
}

/** Prepares a session for proofs. */
export const asksFactor = { set: { asksFactor: true, hasCode: false, channel: null } } as const satisfies Effect;

export const factorAccepts = [
  { event: 'CHOOSE_FACTOR', when: { asksFactor: true } },
  { event: 'PROVE_FACTOR', when: { asksFactor: true } },
] as const;

const refusals = { unknown: 'unknown-credential', foreign: 'foreign-credential', cloned: 'cloned-credential', wrong: 'wrong-factor' };

/** @param proved the effects of a correct answer */
export function factorRules(proved: readonly Effect[]): Rule[] {
  const proof = (result: string, rest: Omit<Rule, 'on' | 'with'>): Rule => ({ on: 'PROVE_FACTOR', with: { result }, ...rest });
  return [
    ...choices,
    proof('outdated', { refusal: 'account-changed', effects: [{ ends: 'denied' }] }),
    proof('blocked', { refusal: 'too-many-attempts' }),
    proof('changed', { refusal: 'factor-changed' }),
    proof('cancelled', {}),
    proof('timed-out', {}),
    proof('correct', {
      effects: [
        { set: { asksFactor: false, wrongProofs: 0, byFactor: true } },
        { with: { left: 'more' }, tells: ['factor-used'] },
        { with: { left: 'few' }, tells: ['factor-running-out'] },
        ...proved,
      ],
    }),
    ...Object.entries(refusals).map(([result, refusal]) => proof(result, { refusal, effects: wrongProof })),
  ];
}

const choices: readonly Rule[] = [
  { on: ['CHOOSE_FACTOR', 'PROVE_FACTOR'], when: { asksFactor: false }, refusal: 'event-not-accepted' },
  { on: 'CHOOSE_FACTOR', with: { choice: 'factor' } },
  {
    on: 'CHOOSE_FACTOR',
    with: { choice: 'code' },
    effects: [{ set: { asksFactor: false, channel: { field: 'channel' } } }, { do: 'newCode' }],
  },
  { on: 'CHOOSE_FACTOR', with: { choice: 'weak' }, refusal: 'factor-too-weak' },
  { on: 'CHOOSE_FACTOR', refusal: 'no-such-factor' },
];

const wrongProof: readonly Effect[] = [
  { add: { wrongProofs: 1 }, tells: ['wrong-factor'] },
  { when: { wrongProofs: { atLeast: 'proofsPerSession' } }, ends: 'denied' },
];

/** The flag of a session that goes on with an enrolment. */
const isEnrolling: Condition = { enrols: true };

export const enrolmentFacts = { enrols: false } as const;

export const enrolmentStates: readonly Clause[] = [{ when: isEnrolling, is: 'enrollingFactor' }];

export const enrolmentAccepts = [{ event: 'ENROL_FACTOR', when: isEnrolling }] as const;

/** @param outcome of the session @param done further effects of the enrolment */
export function enrolmentRules(outcome: string): Rule[] {
  const on = 'ENROL_FACTOR';
  return [
    { on, when: { enrols: false }, refusal: 'event-not-accepted' },
    { on, with: { result: 'outdated' }, refusal: 'account-changed', effects: [{ ends: 'denied' }] },
    { on, with: { result: 'cancelled' } },
    { on, with: { result: 'timed-out' } },
    { on, with: { result: 'foreign' }, refusal: 'foreign-credential' },
    { on, with: { result: 'wrong' }, refusal: 'wrong-factor' },
    // The task of the enrolment ends at once. Its precondition: in the meantime the credential became another account's.
    { on, with: { precondition: null }, effects: [{ tells: ['factor-added'], ends: outcome }] },
    { on, effects: [{ ends: 'denied' }] },
  ];
}
