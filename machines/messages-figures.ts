/** Figures of messages: how many may go to a destination, from a client, and to a country. */
import { Duration, defineFigures, LargeLimit, Limit } from './figures.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

export const messageFigures = defineFigures({
  codesPerAccount: {
    schema: Limit(
      'Messages of logins and changes that may go to the telephone of one account within `codesWindowMs`, once the password was correct. As many may go to the email address of the account.',
    ),
    default: 10,
    reason:
      'Only a person who knows the password can use this limit up. It bounds what a stolen password costs. Ten are two codes with every send, or ten devices in a row.',
  },
  messagesPerAccountAndHour: {
    schema: Limit('Such messages within an hour (`codesPerAccount`).'),
    default: 20,
    reason: 'Twice the figure for ten minutes, because two codes can fall into one hour.',
  },
  messagesPerAccountAndDay: {
    schema: Limit('Such messages within a day (`codesPerAccount`).'),
    default: 40,
    reason: 'A day allows for logging in with every device of the owner.',
  },
  noticeIntervalMs: {
    schema: Duration('The time for which the owner of an account is not told of the same kind of attack again.'),
    default: HOUR,
    reason: 'One message an hour tells as much as a hundred. A continuing attack brings another one.',
  },
  noticesPerHour: {
    schema: Limit('Notices of one kind that the owner of an account gets within an hour; those beyond wait.'),
    default: 5,
    reason:
      'More than a busy hour of changes and support brings. Further notices are late, never lost. The limit is per kind, so that many notices of one kind (new devices) do not delay another (a changed address).',
  },
  noticesPerDay: {
    schema: Limit('Notices of one kind that the owner of an account gets within a day; those beyond wait.'),
    default: 20,
    reason: 'More than a busy day of changes and support brings.',
  },
  codesPerNumber: {
    schema: Limit('New codes that may go to one telephone number within `codesWindowMs`, over all sessions.'),
    default: 3,
    reason: 'A person needs one. With three, a closed tab and a second try do no harm. A fourth within minutes is a stranger or a robot.',
  },
  codesPerEmail: {
    schema: Limit('New codes that may go to one email address within `codesWindowMs`, over all sessions.'),
    default: 10,
    reason: 'An email costs next to nothing, but a flood of them buries a mailbox.',
  },
  messagesPerNumber: {
    schema: Limit(
      'Messages that may go to one telephone number within `codesWindowMs`, texts and calls, each send of a code, over all sessions.',
    ),
    default: 5,
    reason: 'Enough for every send of one code, which takes six minutes at least.',
  },
  messagesPerNumberAndHour: {
    schema: Limit('Messages that may go to one telephone number within an hour.'),
    default: 10,
    reason: 'Two codes with every send: a code lasts 40 minutes, so two fall into one hour.',
  },
  messagesPerNumberAndDay: {
    schema: Limit('Messages that may go to one telephone number within a day.'),
    default: 25,
    reason:
      'Everything that one session can send (`sendsPerCode` times `codesPerSession`): about one message an hour for the victim of a flood.',
  },
  messagesPerEmail: {
    schema: Limit('Messages that may go to one email address within `codesWindowMs`, each send of a code, over all sessions.'),
    default: 10,
    reason: 'Twice the figures for numbers: an address has more uses, and an email makes no noise, unlike a call.',
  },
  messagesPerEmailAndHour: {
    schema: Limit('Messages that may go to one email address within an hour.'),
    default: 20,
    reason: 'Twice the figure for numbers.',
  },
  messagesPerEmailAndDay: {
    schema: Limit('Messages that may go to one email address within a day.'),
    default: 50,
    reason: 'Twice the figure for numbers.',
  },
  codesPerNumberRange: {
    schema: Limit('Codes that may go to numbers that differ in their last four digits alone, within `codesWindowMs`.'),
    default: 20,
    reason: 'Fraudsters rent whole ranges of numbers and have them called. An office stays below this limit.',
  },
  codesPerClient: {
    schema: LargeLimit('Codes that one client address may ask for within `codesWindowMs`.'),
    default: 30,
    reason: 'A household or a small office behind one address. A server that acts for many people has a client key instead.',
  },
  codesPerNetwork: {
    schema: LargeLimit('Codes that the clients of one network may ask for within `codesWindowMs`.'),
    default: 300,
    reason: 'Ten such clients. Networks are rented whole, and a renter can use a new address for every message.',
  },
  codesWindowMs: {
    schema: Duration('The period over which these limits are counted.'),
    default: 10 * MINUTE,
    reason: 'The time that a person spends on getting one code.',
  },
  codesPerCountryAndDay: {
    schema: LargeLimit(
      'Codes that may go to the numbers of one country in a day (UTC); a correct code gives one back, at most once a day for each number.',
    ),
    default: 5000,
    reason: 'Above the traffic of most services, below a costly night of fraud. Raise it for your main countries.',
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
