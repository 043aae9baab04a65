/** Refusals of logins, and of accounts and their passwords. */
import type { ProblemKind } from '../../http/problems/problem.ts';

export const accountRefusals = {
  'address-taken': {
    status: 409,
    title: 'This email address already has an account',
    explanation: 'Only admins learn this. Nothing was changed.',
    remedy: 'Use the existing account, or another address.',
  },
  'weak-password': {
    status: 422,
    title: 'Password too easy to guess',
    explanation:
      'The password is shorter than this service allows (8 characters, unless its policy differs), or easy to guess; `errors` has the reason. Nothing was changed.',
    remedy: 'Let the person choose another password. A few unrelated words make a good one.',
  },
  'invalid-credentials': {
    status: 401,
    title: 'Incorrect email address or password',
    explanation:
      'No account has this email address and this password. The service does not say which of the two is wrong. `session` and its token let the person try again.',
    remedy:
      'Let the person try again in the same session, with `submit-credentials`. After five wrong attempts the session ends: start a new one.',
  },
  'account-changed': {
    status: 409,
    title: 'The account has changed since the session began',
    explanation:
      'The password, the address or the number of the account changed after the session began. The session no longer proves anything and has ended.',
    remedy: 'Start a new session.',
  },
} as const satisfies Record<string, ProblemKind>;
