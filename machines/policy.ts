/**
 * Every figure of the product, with the reason beside it. A deployment may override any of them;
 * nothing else in the repository states a duration or a limit of the product's behaviour.
 */
import { type Static, Type } from '@sinclair/typebox';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A duration in milliseconds. Zero would make a timer fire in the step that starts it. */
const Duration = (description: string) => Type.Integer({ minimum: SECOND, maximum: 366 * 24 * HOUR, description });
const Limit = (description: string) => Type.Integer({ minimum: 1, maximum: 100, description });
const LargeLimit = (description: string) => Type.Integer({ minimum: 1, maximum: 100_000_000, description });

export const PolicySchema = Type.Object(
  {
    codeLifetimeMs: Duration('How long a code is valid, counted from its first send.'),
    setUpResendCooldownMs: Duration(
      'How long after a delivery the same code can be sent again while an address or number is being set up.',
    ),
    resendCooldownMs: Duration('The same for every code that is not part of a set-up.'),
    linkLifetimeMs: Duration(
      'How long a person may stay at a provider to link an account, and then how long they may take to confirm the link.',
    ),
    confirmationsPerGrant: Limit('Wrong values for one grant of a provider before the grant is dropped.'),
    sessionLifetimeMs: Duration('How long a session may stay unfinished.'),
    resultLifetimeMs: Duration('How long the signed result of a success is valid and shown.'),
    accessTokenMs: Duration('How long one access token of a login opens its account.'),
    accessRenewalMs: Duration('How long after a login its access token can be renewed; none is valid for longer.'),
    secondFactorMs: Duration('How long the entered code of a login counts as a second factor.'),
    guessesPerCode: Limit('Wrong guesses of one code before it is locked.'),
    sendsPerCode: Limit('Messages that may carry one code, the first included.'),
    codesPerSession: Limit('Codes one session may issue.'),
    credentialsPerSession: Limit('Wrong credentials in one login before it is denied.'),
    codesPerAccount: Limit(
      'Messages that may go to the telephone of one account within `codesWindowMs`, for logins and changes after the right password; as many may go to its address.',
    ),
    messagesPerAccountAndHour: Limit('The same within an hour.'),
    messagesPerAccountAndDay: Limit('The same within a day.'),
    shortestPassword: Limit('The minimum length of a new password, in characters.'),
    wrongPasswordsPerPause: Limit('Wrong passwords for one account before the first pause; each further one brings a pause too.'),
    firstPasswordPauseMs: Duration(
      'How long the first pause lasts, in which no password of the account is checked. Each further pause is twice as long.',
    ),
    longestPasswordPauseMs: Duration('How long a pause lasts at most.'),
    wrongPasswordsPerLock: LargeLimit('Wrong passwords for one account before its owner has to unlock it.'),
    passwordCountMs: Duration('How long after the last wrong password of an account its count is cleared, a lock included.'),
    unlockLifetimeMs: Duration('How long a link that unlocks an account is valid.'),
    ownerNetworkMs: Duration('How long after a login of the owner its network has a count of its own.'),
    ownerNetworks: Limit('Networks of one owner that have a count of their own: the latest ones.'),
    wrongPasswordsPerClient: LargeLimit('Wrong passwords from one client address within `passwordWindowMs`, over all accounts.'),
    wrongPasswordsPerNetwork: LargeLimit('The same for one network: the /24 of an IPv4 address, the /48 of an IPv6 address.'),
    wrongPasswordsPerClientKey: LargeLimit('The same for one client key, if its server does not name the person’s address.'),
    passwordWindowMs: Duration('The period over which wrong passwords of a client are counted.'),
    wrongCodesPerBlock: Limit(
      'Wrong codes of one account, since its last completed login, before codes are refused for a while; and again.',
    ),
    codeBlockMs: Duration('How long codes are refused then.'),
    wrongCodesPerChannel: LargeLimit(
      'Wrong codes since the last completed login before the channel is closed until another one was proved.',
    ),
    wrongCodesPerAccount: LargeLimit(
      'Wrong codes of one account within `wrongCodesWindowMs` before it is throttled: `throttledCodesPerDay` guesses a day, `throttledCodesPerNetwork` of them from one network. Right codes between them do not reset the count.',
    ),
    wrongCodesPerDestination: Limit(
      'Wrong codes at one address or number within `wrongCodesWindowMs`, over all sessions, before it is throttled: each further code allows one guess. Right codes between them do not reset the count.',
    ),
    wrongCodesWindowMs: Duration('The period over which these wrong codes are counted.'),
    throttledCodesPerDay: Limit('Codes that a throttled destination gets within a day.'),
    throttledCodesPerNetwork: Limit('The part of these codes that one network can request.'),
    failuresPerDestination: Type.Integer({
      minimum: 0,
      maximum: 100_000_000,
      description:
        'Wrong codes in a row after which an address or number takes no code until an administrator opens it again; 0: it never closes.',
    }),
    supportRequestsPerDay: Limit('How often the holder of one agent’s key may ask to see one account in a day, under all names together.'),
    supportRequestsPerAccountAndDay: Limit('How often the holders of all agents’ keys together may ask to see one account in a day.'),
    supportRequestsPerKeyAndDay: LargeLimit('How often the holder of one agent’s key may ask to see accounts in a day.'),
    noticeIntervalMs: Duration('How long the owner of an account is not told of the same kind of attack again.'),
    noticesPerHour: Limit('Notices of one kind that the owner of an account gets within an hour; those beyond wait.'),
    noticesPerDay: Limit('The same within a day.'),
    trustedDeviceMs: Duration('How long a trusted device needs no code.'),
    codesPerNumber: Limit('New codes that may go to one telephone number within `codesWindowMs`, over all sessions.'),
    codesPerEmail: Limit('New codes that may go to one email address within `codesWindowMs`, over all sessions.'),
    messagesPerNumber: Limit(
      'Messages that may go to one telephone number within `codesWindowMs`, texts and calls, each send of a code, over all sessions.',
    ),
    messagesPerNumberAndHour: Limit('The same within an hour.'),
    messagesPerNumberAndDay: Limit('The same within a day.'),
    messagesPerEmail: Limit('Messages that may go to one email address within `codesWindowMs`, each send of a code, over all sessions.'),
    messagesPerEmailAndHour: Limit('The same within an hour.'),
    messagesPerEmailAndDay: Limit('The same within a day.'),
    codesPerNumberRange: Limit('Codes that may go to numbers that differ in their last four digits alone, within `codesWindowMs`.'),
    codesPerClient: LargeLimit('Codes that one client address may ask for within `codesWindowMs`.'),
    codesPerNetwork: LargeLimit('Codes that the clients of one network may ask for within `codesWindowMs`.'),
    codesWindowMs: Duration('The stretch of time that these limits are counted over.'),
    codesPerCountryAndDay: LargeLimit(
      'Codes that may go to the numbers of one country in a day (UTC); a right code takes one draw back for each number and day.',
    ),
    countrySharePerNetwork: Limit('Percent of `codesPerCountryAndDay` that the clients of one network can use.'),
    countrySharePerClientKey: Limit(
      'Percent of `codesPerCountryAndDay` that a server with a client key can use if it names no person’s address.',
    ),
  },
  { additionalProperties: false },
);

export type Policy = Readonly<Static<typeof PolicySchema>>;

/** The product's own figures. */
const seed: Policy = Object.freeze({
  // The product page: a code is valid for 40 minutes after it was sent.
  codeLifetimeMs: 40 * MINUTE,
  // The product page, email and phone set-up screens: resend after 90 seconds without a code.
  setUpResendCooldownMs: 90 * SECOND,
  // The product page, use of a security code at login: resend after 1 minute.
  resendCooldownMs: 60 * SECOND,
  // A day: long enough to come back after a night's sleep, short enough to leave nothing lying about.
  sessionLifetimeMs: 24 * HOUR,
  // Time to find a password; what is left lying about in a browser is worth nothing afterwards.
  linkLifetimeMs: 10 * MINUTE,
  // A page hands the value over, so no person mistypes it: five forgive a page that mixes up two tabs. Guessing 256 bits is hopeless
  // anyway.
  confirmationsPerGrant: 5,
  // A caller exchanges the result at once; 15 minutes forgive a slow page, not a stolen log.
  resultLifetimeMs: 15 * MINUTE,
  // A stolen access token is worth little: the holder of the session can renew it, a thief who found it in a log can't.
  accessTokenMs: 15 * MINUTE,
  // NIST SP 800-63B-4, 2.2.3: at AAL2 a person logs in again after 24 hours at the latest.
  accessRenewalMs: DAY,
  // Long enough to read what support asks for, short enough that the person is still at the device. RFC 9470 calls it max_age.
  secondFactorMs: 20 * MINUTE,
  // 5 of 1,000,000: with 5 codes a session guesses right with probability 1 in 40,000 at most,
  // well inside the 100 failures that NIST SP 800-63B-4 (3.2.2) allows.
  guessesPerCode: 5,
  // Every message costs money and patience; after five it is the channel that is broken.
  sendsPerCode: 5,
  // Bounds both the guesses and the messages of one session (25 of each).
  codesPerSession: 5,
  // As many as guesses of a code: a person who fails five times has forgotten it.
  credentialsPerSession: 5,
  // Only who knows the password can use it up, so it is the owner's alone; it bounds what a thief of the password costs.
  // Two codes with every send, or ten devices in a row.
  codesPerAccount: 10,
  // An hour doubles that, because two codes can fall into one hour. A day allows for logging in with every device of the owner.
  messagesPerAccountAndHour: 20,
  messagesPerAccountAndDay: 40,
  // NIST SP 800-63B-4, 3.1.1.2: 8 at least where a second factor comes with it, as it does here.
  shortestPassword: 8,
  // Ten forgive a caps lock.
  wrongPasswordsPerPause: 10,
  // NIST SP 800-63B-4, 3.2.2: a wait that grows with the failures, from 30 seconds to an hour for example. A person who has just
  // remembered the password waits for a minute. A guesser needs three and a half days for 100 guesses.
  firstPasswordPauseMs: MINUTE,
  longestPasswordPauseMs: HOUR,
  // NIST SP 800-63B-4, 3.2.2: at most 100 failures in a row.
  wrongPasswordsPerLock: 100,
  // At most 100 guesses in 30 days: 1,300 a year, at passwords that were checked to be hard to guess.
  passwordCountMs: 30 * DAY,
  // NIST SP 800-63B-4, 4.2.1.2: a mailed recovery code is valid for 24 hours at most. A later login attempt sends a new link.
  unlockLifetimeMs: DAY,
  // A quarter: people come back to a holiday home, an office, a mobile carrier.
  ownerNetworkMs: 90 * DAY,
  // Home, work, and the networks a telephone roams through in a week. The number is bounded because each network allows more guesses.
  ownerNetworks: 20,
  // A family or an office behind one address after a holiday. 720 a day are too few to try one password at many accounts.
  wrongPasswordsPerClient: 30,
  // The addresses of a /24 are often rented together, and a mobile carrier has thousands of people behind one.
  wrongPasswordsPerNetwork: 300,
  // A hundred times the limit of an address: one key stands for all the people of an application.
  wrongPasswordsPerClientKey: 3000,
  passwordWindowMs: HOUR,
  // NIST SP 800-63B-4, 3.2.2: at most 100 failures in a row. A block after every ten makes guessing slow long before that.
  wrongCodesPerBlock: 10,
  codeBlockMs: 15 * MINUTE,
  wrongCodesPerChannel: 100,
  // With ten codes a day afterwards, one account allows 5,000 guesses a year at most: 13 windows of 100, and 366 days of ten.
  // ARCHITECTURE.md has the arithmetic of this figure and the next four.
  wrongCodesPerAccount: 100,
  // Two codes entered wrongly five times each: more than a person needs in a month, and 130 guesses a year.
  wrongCodesPerDestination: 10,
  wrongCodesWindowMs: 30 * DAY,
  // 3,660 guesses a year at one guess a code. Together with the 130, the chance of a false verification stays below 0.4 % a year.
  throttledCodesPerDay: 10,
  // A person who mistypes one code gets two more that day. Using up the day of a destination takes four networks.
  throttledCodesPerNetwork: 3,
  // Never: a stranger could otherwise close an address for good.
  failuresPerDestination: 0,
  // NIST SP 800-63B-4, 2.1.3: at AAL1 the overall timeout is 30 days at most.
  trustedDeviceMs: 30 * DAY,
  // Each request mails the owner. Five forgive a misunderstanding. More is pestering, from two desks as from one.
  supportRequestsPerDay: 5,
  supportRequestsPerAccountAndDay: 10,
  // More cases than a desk sees in a day. A stolen key can't write to every owner.
  supportRequestsPerKeyAndDay: 200,
  // One message an hour tells as much as a hundred; an attack that goes on is told of again.
  noticeIntervalMs: HOUR,
  // Above the notices of one kind that a busy day of changes and support makes. Notices beyond the limit are late, never lost. The limit
  // is per kind, so that many notices of one kind (new devices) do not delay another (a changed address).
  noticesPerHour: 5,
  noticesPerDay: 20,
  // A person needs one; three forgive a closed tab and a second try. A fourth within minutes is a stranger or a robot.
  codesPerNumber: 3,
  // Email costs next to nothing and is read by filters: generous, but no bomb.
  codesPerEmail: 10,
  // Every send of one code, which takes a patient person six minutes. The limit over all sessions is the same.
  messagesPerNumber: 5,
  // Two codes with every send: a code lasts 40 minutes, so two fall into one hour.
  messagesPerNumberAndHour: 10,
  // Everything that one session can send (`sendsPerCode` times `codesPerSession`): about one message an hour for the victim of a flood.
  messagesPerNumberAndDay: 25,
  // Twice the figures for numbers: an address has more uses, and no mail rings.
  messagesPerEmail: 10,
  messagesPerEmailAndHour: 20,
  messagesPerEmailAndDay: 50,
  // Ranges of numbers are rented out whole to be called: this is what pumping looks like. An office is not hit by it.
  codesPerNumberRange: 20,
  // A household or a small office behind one address; a server that asks for many people has a client key instead.
  codesPerClient: 30,
  // Ten such clients. Networks are rented whole, and a renter can use a new address for every message.
  codesPerNetwork: 300,
  codesWindowMs: 10 * MINUTE,
  // Above what most services ever send, below what a night of fraud costs. Raise it for the countries you live in.
  codesPerCountryAndDay: 5000,
  // A tenth: closing a country for a day takes ten networks. A code that is entered costs its network nothing.
  countrySharePerNetwork: 10,
  // One server may ask on behalf of everybody. If a key leaks, half of the day is left to others.
  countrySharePerClientKey: 50,
});

/** The requirements of NIST SP 800-63B-4 and OWASP ASVS 5.0 that a figure can meet. OPERATING.md lists the others. */
const strict: Policy = Object.freeze({
  ...seed,
  // NIST 3.1.3.2, ASVS 6.5.5: an out-of-band code is valid for at most 10 minutes.
  codeLifetimeMs: 10 * MINUTE,
  // NIST 2.2.3: at AAL2 the overall timeout is 24 hours at most. Until then, the password is the only factor on a trusted device.
  trustedDeviceMs: 24 * HOUR,
  // NIST 3.2.2: at most 100 failures in a row, then the authenticator is disabled.
  failuresPerDestination: 100,
  // NIST 3.1.1.2: 15 at least where the password can be the only factor, as on a trusted device. ASVS 6.2.1 recommends the same.
  shortestPassword: 15,
  // NIST 3.2.2: after 100 failures the password is disabled. A year stands for "until the owner unlocks it".
  passwordCountMs: 366 * DAY,
});

export const policyProfiles = Object.freeze({ seed, strict });
