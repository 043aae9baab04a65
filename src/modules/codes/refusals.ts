/** Refusals of codes, and of the addresses and numbers that codes go to. */
import type { ProblemKind } from '../../http/problems/problem.ts';

export const codeRefusals = {
  'code-still-valid': {
    status: 409,
    title: 'The current code is still valid',
    explanation: 'A new code is issued only after the current one has expired. Until then, the current code can be entered or sent again.',
    remedy: 'Send the current code again with `resend-code`, or wait as long as `Retry-After` says.',
  },
  'code-expired': {
    status: 410,
    title: 'The code has expired',
    explanation: 'The code expired before it was entered.',
    remedy: 'Request a new code with `request-new-code`.',
  },
  'wrong-code': {
    status: 422,
    title: 'Incorrect code',
    explanation: 'The guess was counted; `attemptsLeft` says how many are left for this code.',
    remedy:
      'Let the person enter the code of the newest message. With no attempts left, a new code can be requested after this one has expired.',
  },
  'same-destination': {
    status: 422,
    title: 'Same email address or phone number as before',
    explanation: 'A change needs a different address or number. Nothing was changed.',
    remedy: 'To get the message again, resend the code.',
  },
  'landline-needs-voice': {
    status: 422,
    title: 'Landlines cannot receive text messages',
    explanation: 'The number belongs to a landline, and the code was to be sent by text message.',
    remedy: 'Request the code by `voice`: a call reads it out.',
  },
  'invalid-phone': {
    status: 422,
    title: 'This phone number cannot be used',
    explanation:
      'The number is incomplete, is a short or premium-rate number, or belongs to a country that is not served; `detail` says which. Nothing was changed.',
    remedy: 'Let the person correct the number. A national number needs its `country`.',
  },
  'resend-too-soon': {
    status: 429,
    title: 'Wait before sending another code',
    explanation: 'The last message needs time to arrive. Nothing was sent.',
    remedy: 'Wait as long as `Retry-After` says. `canResendAt` of the session holds the same time, for a button that waits.',
  },
  'too-many-attempts': {
    status: 429,
    title: 'Too many wrong codes',
    explanation:
      'The code is locked, or codes of this account, address or number are refused for a while. The entered code was not compared.',
    remedy:
      'After the code has expired, request a new one with `request-new-code`. If the answer has `Retry-After`, wait as long as it says.',
  },
  'send-limit': {
    status: 429,
    title: 'Resend limit reached',
    explanation: 'A code is sent a few times at most. It can still be entered.',
    remedy: 'After it has expired, request a new code with `request-new-code`.',
  },
  'code-limit': {
    status: 429,
    title: 'Code limit reached',
    explanation: 'A session issues a few codes at most.',
    remedy: 'Start a new session.',
  },
} as const satisfies Record<string, ProblemKind>;
