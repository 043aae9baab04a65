/** Figures of one-time codes: their lifetime, their sends, and guesses at them. */
import { Type } from '@sinclair/typebox';
import { Duration, defineFigures, Limit } from './figures.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const codeFigures = defineFigures({
  codeLifetimeMs: {
    schema: Duration('The time for which a code is valid, counted from its first send.'),
    default: 40 * MINUTE,
    reason: 'The product page: a code is valid for 40 minutes after it was sent.',
    strict: { value: 10 * MINUTE, reason: 'NIST 3.1.3.2, ASVS 6.5.5: an out-of-band code is valid for at most 10 minutes.' },
  },
  setUpResendCooldownMs: {
    schema: Duration('The time after a delivery until the same code can be sent again while an address or number is being set up.'),
    default: 90 * SECOND,
    reason: 'The product page, email and phone set-up screens: resend after 90 seconds without a code.',
  },
  resendCooldownMs: {
    schema: Duration('The time after a delivery until the same code can be sent again, for a code that is not part of a set-up.'),
    default: 60 * SECOND,
    reason: 'The product page, use of a security code at login: resend after 1 minute.',
  },
  guessesPerCode: {
    schema: Limit('Wrong guesses of one code before it is locked.'),
    default: 5,
    reason:
      'Five codes allow 25 guesses at 1,000,000 values, so a guesser succeeds in one of 40,000 sessions at most. 25 failures are well below the 100 that NIST SP 800-63B-4 (3.2.2) allows.',
  },
  sendsPerCode: {
    schema: Limit('Messages that may carry one code, the first included.'),
    default: 5,
    reason: 'Every message costs money. After five that did not arrive, the channel is broken.',
  },
  codesPerSession: {
    schema: Limit('Codes one session may issue.'),
    default: 5,
    reason: 'Bounds both the guesses and the messages of one session (25 of each).',
  },
  wrongCodesPerDestination: {
    schema: Limit(
      'Wrong codes at one address or number within `wrongCodesWindowMs`, over all sessions, before it is throttled: each further code allows one guess. Correct codes between them do not reset the count.',
    ),
    default: 10,
    reason: 'Two codes entered wrongly five times each: more than a person needs in a month, and 130 guesses a year.',
  },
  wrongCodesWindowMs: {
    schema: Duration('The period over which these wrong codes are counted.'),
    default: 30 * DAY,
    reason: 'A month is the period that the bound of 0.4 % a year is computed with; docs/guessing.md has the arithmetic.',
  },
  throttledCodesPerDay: {
    schema: Limit('Codes that a throttled destination gets within a day.'),
    default: 10,
    reason:
      '3,660 guesses a year at one guess a code. Together with the 130 guesses a year that `wrongCodesPerDestination` allows, the chance of a false verification stays below 0.4 % a year.',
  },
  throttledCodesPerNetwork: {
    schema: Limit('The part of these codes that one network can request.'),
    default: 3,
    reason: 'A person who mistypes one code gets two more that day. Using up the day of a destination takes four networks.',
  },
  failuresPerDestination: {
    schema: Type.Integer({
      minimum: 0,
      maximum: 100_000_000,
      description: 'Wrong codes in a row after which an address or number takes no code until an admin opens it again; 0: it never closes.',
    }),
    default: 0,
    reason: 'Never: a stranger could otherwise close an address for good.',
    strict: { value: 100, reason: 'NIST 3.2.2: at most 100 failures in a row, then the authenticator is disabled.' },
  },
});
