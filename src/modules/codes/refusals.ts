/** Refusals of codes, and of the addresses and numbers that codes go to. */
import type { ProblemKind } from '../../http/problems/problem.ts';

export const codeRefusals = {
  'code-still-valid': {
    status: 409,
    title: 'The current code is still valid',
    explanation: 'A new code is given only when the current one has expired. Until then the current one can be entered, or sent again.',
    remedy: 'Send the current one again with `resend-code`, or wait as long as `Retry-After` says.',
  },
  'code-expired': {
    status: 410,
    title: 'The code has expired',
    explanation: 'Its time was over before it was entered.',
    remedy: 'Ask for a new one with `request-new-code`.',
  },
  'wrong-code': {
    status: 422,
    title: 'The code is wrong',
    explanation: 'The guess was counted; `attemptsLeft` says how many are left for this code.',
    remedy:
      'Let the person look again, at the newest message, and enter it. With none left, a new code can be asked for when this one has expired.',
  },
  'same-destination': {
    status: 422,
    title: 'The destination is the same as before',
    explanation: 'A change needs another address or number. Nothing was changed.',
    remedy: 'To get the message again, resend the code.',
  },
  'landline-needs-voice': {
    status: 422,
    title: 'A landline takes no text messages',
    explanation: 'The number is one of a landline, and the code was to come as a text message.',
    remedy: 'Ask for the code by `voice`: it is spoken in a call.',
  },
  'invalid-phone': {
    status: 422,
    title: 'The telephone number can not be used',
    explanation:
      'It is no complete number, it is a short or premium-rate one, or its country is not served; `detail` says which. Nothing was changed.',
    remedy: 'Let the person correct it. A national number needs its `country`.',
  },
  'resend-too-soon': {
    status: 429,
    title: 'It is too soon to send the code again',
    explanation: 'The last message gets time to arrive. Nothing was sent.',
    remedy: 'Wait as long as `Retry-After` says; `canResendAt` of the session holds the moment, so that the button can wait for it.',
  },
  'too-many-attempts': {
    status: 429,
    title: 'There were too many wrong codes',
    explanation:
      'The code is locked, or codes of this account, address or number are refused for a while. The entered code was not compared.',
    remedy:
      'When the code has expired, ask for a new one with `request-new-code`; where there is a `Retry-After`, wait as long as it says.',
  },
  'send-limit': {
    status: 429,
    title: 'The code was sent too often',
    explanation: 'Each code is sent a few times only. It can still be entered.',
    remedy: 'When it has expired, ask for a new one with `request-new-code`.',
  },
  'code-limit': {
    status: 429,
    title: 'The session has issued too many codes',
    explanation: 'A session gives a few codes only, and no further ones.',
    remedy: 'Start a new session.',
  },
} as const satisfies Record<string, ProblemKind>;
