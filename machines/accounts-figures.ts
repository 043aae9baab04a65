/** Figures of accounts: passwords, logins, trusted devices. */
import { Duration, defineFigures, LargeLimit, Limit } from './figures.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const accountFigures = defineFigures({
  accessTokenMs: {
    schema: Duration('The time for which one access token of a login opens its account.'),
    default: 15 * MINUTE,
    reason: "A stolen access token is worth little: the holder of the session can renew it, a thief who found it in a log can't.",
  },
  accessRenewalMs: {
    schema: Duration('The time after a login in which its access token can be renewed. No access token of the login is valid later.'),
    default: DAY,
    reason: 'NIST SP 800-63B-4, 2.2.3: at AAL2 a person logs in again after 24 hours at the latest.',
  },
  secondFactorMs: {
    schema: Duration('The time for which the entered code of a login counts as a second factor.'),
    default: 20 * MINUTE,
    reason: 'Long enough to read what support asks for, short enough that the person is still at the device. RFC 9470 calls it max_age.',
  },
  credentialsPerSession: {
    schema: Limit('Wrong credentials in one login before it is denied.'),
    default: 5,
    reason: 'As many as guesses of a code: a person who fails five times has forgotten it.',
  },
  proofsPerSession: {
    schema: Limit('Wrong answers with factors in one session before it is denied.'),
    default: 5,
    reason: 'As many as guesses of a code: a device that fails five times will not succeed at the sixth.',
  },
  shortestPassword: {
    schema: Limit('The minimum length of a new password, in characters.'),
    default: 8,
    reason: 'NIST SP 800-63B-4, 3.1.1.2: 8 at least where a second factor comes with it, as it does here.',
    strict: {
      value: 15,
      reason:
        'NIST 3.1.1.2: 15 at least where the password can be the only factor, as on a trusted device. ASVS 6.2.1 recommends the same.',
    },
  },
  wrongPasswordsPerPause: {
    schema: Limit('Wrong passwords for one account before the first pause; each further one brings a pause too.'),
    default: 10,
    reason: 'Ten are enough for a person who has caps lock on.',
  },
  firstPasswordPauseMs: {
    schema: Duration('The first pause, in which no password of the account is checked. Each further pause is twice as long.'),
    default: MINUTE,
    reason:
      'NIST SP 800-63B-4, 3.2.2: a wait that grows with the failures, from 30 seconds to an hour for example. A person who has just remembered the password waits for a minute. A guesser needs three and a half days for 100 guesses.',
  },
  longestPasswordPauseMs: {
    schema: Duration('The longest pause.'),
    default: HOUR,
    reason: 'NIST SP 800-63B-4, 3.2.2 names an hour as the longest wait.',
  },
  wrongPasswordsPerLock: {
    schema: LargeLimit('Wrong passwords for one account before its owner has to unlock it.'),
    default: 100,
    reason: 'NIST SP 800-63B-4, 3.2.2: at most 100 failures in a row.',
  },
  passwordCountMs: {
    schema: Duration('The time after the last wrong password of an account at which its count is cleared, a lock included.'),
    default: 30 * DAY,
    reason: 'At most 100 guesses in 30 days: 1,300 a year, at passwords that were checked to be hard to guess.',
    strict: {
      value: 366 * DAY,
      reason: 'NIST 3.2.2: after 100 failures the password is disabled. A year stands for "until the owner unlocks it".',
    },
  },
  unlockLifetimeMs: {
    schema: Duration('The time for which a link that unlocks an account is valid.'),
    default: DAY,
    reason: 'NIST SP 800-63B-4, 4.2.1.2: a mailed recovery code is valid for 24 hours at most. A later login attempt sends a new link.',
  },
  ownerNetworkMs: {
    schema: Duration('The time after a login of the owner for which its network has a count of its own.'),
    default: 90 * DAY,
    reason: 'A quarter: people come back to a holiday home, an office, a mobile carrier.',
  },
  ownerNetworks: {
    schema: Limit('Networks of one owner that have a count of their own: the latest ones.'),
    default: 20,
    reason:
      'Home, work, and the networks a telephone roams through in a week. The number is bounded because each network allows more guesses.',
  },
  wrongPasswordsPerClient: {
    schema: LargeLimit('Wrong passwords from one client address within `passwordWindowMs`, over all accounts.'),
    default: 30,
    reason:
      'Enough for a family or an office behind one address, even after a holiday, when several people have forgotten their passwords. 720 a day are too few to try one password at many accounts.',
  },
  wrongPasswordsPerNetwork: {
    schema: LargeLimit(
      'Wrong passwords of one network over all accounts within `passwordWindowMs`. A network is the /24 of an IPv4 address, or the /48 of an IPv6 address.',
    ),
    default: 300,
    reason: 'The addresses of a /24 are often rented together, and a mobile carrier has thousands of people behind one.',
  },
  wrongPasswordsPerClientKey: {
    schema: LargeLimit(
      'Wrong passwords of one client key over all accounts within `passwordWindowMs`, if its server does not name the person’s address.',
    ),
    default: 3000,
    reason: 'A hundred times the limit of an address: one key stands for all the people of an application.',
  },
  passwordWindowMs: {
    schema: Duration('The period over which wrong passwords of a client are counted.'),
    default: HOUR,
    reason: 'Short enough that a person can try again on the same day.',
  },
  wrongCodesPerBlock: {
    schema: Limit(
      'Wrong codes of one account after which its codes are blocked for `codeBlockMs`. After as many more wrong codes they are blocked again. A completed login resets the count.',
    ),
    default: 10,
    reason: 'NIST SP 800-63B-4, 3.2.2: at most 100 failures in a row. A block after every ten makes guessing slow long before that.',
  },
  codeBlockMs: {
    schema: Duration('The time for which the codes of an account are blocked after `wrongCodesPerBlock` wrong ones.'),
    default: 15 * MINUTE,
    reason: 'Ten guesses in a quarter of an hour are 960 a day at most, and the limit of the channel is reached long before.',
  },
  wrongCodesPerChannel: {
    schema: LargeLimit(
      'Consecutive wrong codes that close one authenticator of an account: its telephone number (texts and calls together), or its address. A correct code at this authenticator resets its count. If the authenticator is closed, a correct code at the other one, or an admin, opens it and resets its count.',
    ),
    default: 100,
    reason: 'NIST SP 800-63B-4, 3.2.2: at most 100 failures in a row with one authenticator.',
  },
  wrongCodesPerAccount: {
    schema: LargeLimit(
      'Wrong codes of one account within `wrongCodesWindowMs` before it is throttled: `throttledCodesPerDay` guesses a day, `throttledCodesPerNetwork` of them from one network. Correct codes between them do not reset the count.',
    ),
    default: 100,
    reason:
      'With ten codes a day afterwards, one account allows 5,000 guesses a year at most: 13 windows of 100, and 366 days of ten. docs/guessing.md has the arithmetic.',
  },
  trustedDeviceMs: {
    schema: Duration('The time for which a trusted device needs no code.'),
    default: 30 * DAY,
    reason: 'NIST SP 800-63B-4, 2.1.3: at AAL1 the overall timeout is 30 days at most.',
    strict: {
      value: 24 * HOUR,
      reason:
        'NIST 2.2.3: at AAL2 the overall timeout is 24 hours at most. Until then, the password is the only factor on a trusted device.',
    },
  },
});
