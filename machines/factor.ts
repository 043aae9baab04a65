/** The events and the context of machines in which the owner of an account proves a factor, or enrols one. */
import type { AccountChannel } from './channels.ts';
import type { TaskDone } from './workflow.ts';

/** `wrongProofs`: the answers that were refused and counted in this session. `byFactor`: a factor was proved in place of a code. */
export type FactorContext = { wrongProofs: number; byFactor: boolean };

export const noProofYet: Readonly<FactorContext> = Object.freeze({ wrongProofs: 0, byFactor: false });

/**
 * The kind of a chosen factor. `factor`: the account has it. `code`: a code is sent instead. `missing`: the account does not have it.
 * `weak`: the account demands a stronger one.
 */
export type FactorChoice =
  | { type: 'CHOOSE_FACTOR'; choice: 'factor' | 'missing' | 'weak' }
  | { type: 'CHOOSE_FACTOR'; choice: 'code'; channel: AccountChannel };

/**
 * The result of an answer. `blocked`: the account refuses guesses, without a comparison. `changed`: the factor was replaced or removed since
 * it was chosen. `outdated`: the password, the address or the number changed since the session began, or its login has ended. `cancelled` and
 * `timed-out`: the person or their device gave no answer.
 */
export type ProofResult =
  | 'correct'
  | 'wrong'
  | 'unknown'
  | 'foreign'
  | 'cloned'
  | 'blocked'
  | 'changed'
  | 'outdated'
  | 'cancelled'
  | 'timed-out';

/**
 * `left`: the factor can be used up. A use was taken, and `few` are left, or more. `enrols`: the service demands a factor that the account
 * does not have yet, so that the login goes on with its enrolment.
 */
export type FactorProof =
  | { type: 'PROVE_FACTOR'; result: Exclude<ProofResult, 'correct'> }
  | { type: 'PROVE_FACTOR'; result: 'correct'; left?: 'few' | 'more'; enrols?: true };

export type FactorEvent = FactorChoice | FactorProof;

/**
 * The result of the answer to an enrolment. `foreign`: another account has the credential. `outdated`: the account has changed since the
 * session began, or the login that asked for the enrolment has ended.
 */
export type EnrolmentResult = 'correct' | 'wrong' | 'foreign' | 'outdated' | 'cancelled' | 'timed-out';

export type EnrolmentEvent = { type: 'ENROL_FACTOR'; result: EnrolmentResult } | TaskDone<'enrolFactor', Enrolment>;

/** `taken`: in the meantime the credential became another account's. */
export type Enrolment = { outcome: 'enrolled' | 'taken' };

/** Notices to the owner of an account about its factors. */
export type FactorNotice = 'wrong-factor' | 'factor-used' | 'factor-running-out' | 'factor-added';
