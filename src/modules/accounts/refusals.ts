/** Refusals of logins, and of accounts and their passwords. */
import type { ProblemKind } from '../../http/problems/problem.ts';

export const accountRefusals = {
  'address-taken': {
    status: 409,
    title: 'The address has an account already',
    explanation: 'Only who may see accounts is told so. Nothing was changed.',
    remedy: 'Use the account that is there, or another address.',
  },
  'weak-password': {
    status: 422,
    title: 'The password is too easy to guess',
    explanation:
      'The password is shorter than this service allows (8 characters, unless its policy differs), or a guesser would try it early; `errors` has the reason. Nothing was changed.',
    remedy: 'Let the person choose another one. A few unrelated words make a good one.',
  },
  'invalid-credentials': {
    status: 401,
    title: 'The credentials are wrong',
    explanation:
      'There is no account with this address and this password. Which of the two is wrong is not said. `session` and its token are there to try again.',
    remedy: 'Let the person try again in the same session, by its event for that. After five wrong ones the session ends: start a new one.',
  },
  'account-changed': {
    status: 409,
    title: 'The account was changed meanwhile',
    explanation:
      'Its password, its address or its number is another one than when the session began, so that the session proves nothing any more and has ended.',
    remedy: 'Start a new session.',
  },
} as const satisfies Record<string, ProblemKind>;
