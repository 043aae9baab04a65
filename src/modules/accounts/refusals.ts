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
      'The password, the address, the number or the factors of the account changed after the session began. The session no longer proves anything and has ended.',
    remedy: 'Start a new session.',
  },
  'factor-changed': {
    status: 409,
    title: 'This factor was changed',
    explanation: 'The factor was replaced or removed after it was chosen. `session` shows the factors that the account has now.',
    remedy: 'Use the present factor, or let the person choose another one with `choose-factor`.',
  },
  'factor-too-weak': {
    status: 409,
    title: 'This account needs a stronger factor',
    explanation: 'The account has a factor that no imitated page can use, and the service accepts no weaker one.',
    remedy: 'Use one of the `factors` of the session.',
  },
  'no-such-factor': {
    status: 409,
    title: 'The account does not have this factor',
    explanation: 'The factor was never added, or it was removed.',
    remedy: 'Use one of the `factors` of the session.',
  },
  'factor-limit': {
    status: 409,
    title: 'The account may have no more of this factor',
    explanation: 'The account already has as many credentials of this kind as it may have. No session was started.',
    remedy: 'Let the owner remove one that is no longer used.',
  },
  'wrong-factor': {
    status: 422,
    title: 'The answer is wrong',
    explanation:
      'The code or the credential does not fit the request, or was used before. The answer counts; `session` has the next request.',
    remedy: 'Let the person try again, or choose another factor. After five wrong answers the session ends.',
  },
  'unknown-credential': {
    status: 422,
    title: 'This credential is unknown',
    explanation: 'The account has no such credential. It may have been removed here and kept on the device. The answer counts.',
    remedy: 'Let the person choose another credential, and remove this one from the device.',
  },
  'foreign-credential': {
    status: 422,
    title: 'This credential belongs to another account',
    explanation: 'The credential is valid for another account. The answer counts.',
    remedy: 'Let the person choose a credential of this account.',
  },
  'cloned-credential': {
    status: 422,
    title: 'This credential may have been copied',
    explanation: 'The counter of the credential did not increase since its last use, as if a copy of it were in use. The answer counts.',
    remedy: 'Let the person choose another factor, remove this credential and add a new one.',
  },
} as const satisfies Record<string, ProblemKind>;
