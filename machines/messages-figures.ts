/** Figures of messages: how many may go to a destination, from a client, and to a country. */
import { Duration, defineFigures, LargeLimit, Limit } from './figures.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

export const messageFigures = defineFigures({
  codesPerAccount: {
    schema: Limit(
      'Messages that may go to the telephone of one account within `codesWindowMs`, for logins and changes after the right password; as many may go to its address.',
    ),
    default: 10,
    reason:
      "Only who knows the password can use it up, so it is the owner's alone; it bounds what a thief of the password costs. Two codes with every send, or ten devices in a row.",
  },
  messagesPerAccountAndHour: {
    schema: Limit('The same within an hour.'),
    default: 20,
    reason: 'An hour doubles that, because two codes can fall into one hour. A day allows for logging in with every device of the owner.',
  },
  messagesPerAccountAndDay: {
    schema: Limit('The same within a day.'),
    default: 40,
    reason: 'A day allows for logging in with every device of the owner.',
  },
  noticeIntervalMs: {
    schema: Duration('How long the owner of an account is not told of the same kind of attack again.'),
    default: HOUR,
    reason: 'One message an hour tells as much as a hundred; an attack that goes on is told of again.',
  },
  noticesPerHour: {
    schema: Limit('Notices of one kind that the owner of an account gets within an hour; those beyond wait.'),
    default: 5,
    reason:
      'Above the notices of one kind that a busy day of changes and support makes. Notices beyond the limit are late, never lost. The limit is per kind, so that many notices of one kind (new devices) do not delay another (a changed address).',
  },
  noticesPerDay: {
    schema: Limit('The same within a day.'),
    default: 20,
    reason: 'Above the notices of one kind that a busy day of changes and support makes.',
  },
  codesPerNumber: {
    schema: Limit('New codes that may go to one telephone number within `codesWindowMs`, over all sessions.'),
    default: 3,
    reason: 'A person needs one; three forgive a closed tab and a second try. A fourth within minutes is a stranger or a robot.',
  },
  codesPerEmail: {
    schema: Limit('New codes that may go to one email address within `codesWindowMs`, over all sessions.'),
    default: 10,
    reason: 'Email costs next to nothing and is read by filters: generous, but no bomb.',
  },
  messagesPerNumber: {
    schema: Limit(
      'Messages that may go to one telephone number within `codesWindowMs`, texts and calls, each send of a code, over all sessions.',
    ),
    default: 5,
    reason: 'Every send of one code, which takes a patient person six minutes. The limit over all sessions is the same.',
  },
  messagesPerNumberAndHour: {
    schema: Limit('The same within an hour.'),
    default: 10,
    reason: 'Two codes with every send: a code lasts 40 minutes, so two fall into one hour.',
  },
  messagesPerNumberAndDay: {
    schema: Limit('The same within a day.'),
    default: 25,
    reason:
      'Everything that one session can send (`sendsPerCode` times `codesPerSession`): about one message an hour for the victim of a flood.',
  },
  messagesPerEmail: {
    schema: Limit('Messages that may go to one email address within `codesWindowMs`, each send of a code, over all sessions.'),
    default: 10,
    reason: 'Twice the figures for numbers: an address has more uses, and no mail rings.',
  },
  messagesPerEmailAndHour: {
    schema: Limit('The same within an hour.'),
    default: 20,
    reason: 'Twice the figure for numbers.',
  },
  messagesPerEmailAndDay: {
    schema: Limit('The same within a day.'),
    default: 50,
    reason: 'Twice the figure for numbers.',
  },
  codesPerNumberRange: {
    schema: Limit('Codes that may go to numbers that differ in their last four digits alone, within `codesWindowMs`.'),
    default: 20,
    reason: 'Ranges of numbers are rented out whole to be called: this is what pumping looks like. An office is not hit by it.',
  },
  codesPerClient: {
    schema: LargeLimit('Codes that one client address may ask for within `codesWindowMs`.'),
    default: 30,
    reason: 'A household or a small office behind one address; a server that asks for many people has a client key instead.',
  },
  codesPerNetwork: {
    schema: LargeLimit('Codes that the clients of one network may ask for within `codesWindowMs`.'),
    default: 300,
    reason: 'Ten such clients. Networks are rented whole, and a renter can use a new address for every message.',
  },
  codesWindowMs: {
    schema: Duration('The stretch of time that these limits are counted over.'),
    default: 10 * MINUTE,
    reason: 'As long as a patient person tries to get one code.',
  },
  codesPerCountryAndDay: {
    schema: LargeLimit(
      'Codes that may go to the numbers of one country in a day (UTC); a right code takes one draw back for each number and day.',
    ),
    default: 5000,
    reason: 'Above what most services ever send, below what a night of fraud costs. Raise it for the countries you live in.',
  },
  countrySharePerNetwork: {
    schema: Limit('Percent of `codesPerCountryAndDay` that the clients of one network can use.'),
    default: 10,
    reason: 'A tenth: closing a country for a day takes ten networks. A code that is entered costs its network nothing.',
  },
  countrySharePerClientKey: {
    schema: Limit('Percent of `codesPerCountryAndDay` that a server with a client key can use if it names no person’s address.'),
    default: 50,
    reason: 'One server may ask on behalf of everybody. If a key leaks, half of the day is left to others.',
  },
});
