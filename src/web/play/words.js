// @ts-check
/**
 * The words of the screens. The machines give the titles and the help; a screen without them shows its name and the description of its
 * state, so that a new workflow has screens too.
 */
import { inWords } from './schema.js';

/** @typedef {Record<string, string>} Texts by language, English among them */

/** The title before a session starts, by workflow. @type {Record<string, string>} */
const beginnings = {
  'email-verification': 'Verify your email address',
  'phone-verification': 'Verify your phone number',
  'login-verification': 'Log in',
  'account-setup': 'Set up an account',
  'account-change': 'Change your account',
  'passkey-login': 'Log in with your passkey',
  'device-unlock': 'Unlock',
  'passkey-registration': 'Add a passkey',
  'authenticator-registration': 'Add an authenticator app',
  'backup-code-replacement': 'Get backup codes',
  'support-access': 'Request access to an account',
};

/** Labels of buttons, where the name of the event does not read well. @type {Record<string, string>} */
const events = {
  'submit-code': 'Verify',
  'enrol-factor': 'Confirm',
  'submit-credentials': 'Log in',
  'provide-number': 'Send the code',
  'request-new-code': 'Get a new code',
  'change-email': 'Use another address',
  'change-number': 'Use another number',
  'switch-channel': 'Try another way',
};

const channels = { email: 'by email', sms: 'by text message', voice: 'by phone call' };

/** Reasons of a failed link. @type {Record<string, string>} */
const linkFailures = {
  refused: 'The provider declined.',
  expired: 'The request timed out.',
  unconfirmed: 'The answer could not be confirmed.',
  unavailable: 'The provider could not complete the link.',
  taken: 'That account is already linked to someone else.',
};

/** Shown if the provider's window was not opened from this page. Otherwise the page confirms the link itself. */
const confirmingText =
  'The provider has answered. Only the page that opened the provider can continue. If you answered somewhere else, open the provider again from here.';

/** @type {Record<string, string>} */
const values = { sms: 'Text message', voice: 'Voice call' };

/** @param {{ name: string, title: string }} workflow */
export function beginningOf({ name, title }) {
  return beginnings[name] ?? title;
}

/**
 * @param {{ screen: string | null, heading?: Texts | undefined, help?: Texts | undefined, state: string, description: string | null, isWaiting: boolean,
 *   data: Record<string, unknown>, languages: readonly string[] }} state `screen`, `heading` and `help` as the machine names them; `isWaiting` if
 *   the person can do nothing now; `languages` of the reader, the most wanted first
 */
export function wordsOf({ screen, heading, help, state, description, isWaiting, data, languages }) {
  const title = heading === undefined ? inWords(screen ?? '') : inLanguage(heading, languages);
  if (screen === 'link-account' && !isWaiting) return { title, text: state === 'confirmingLink' ? confirmingText : linkingText(data) };
  if (screen === 'code-entry') return { title, text: sentTo(data) };
  if (help !== undefined) return { title, text: isWaiting ? (description ?? '') : inLanguage(help, languages) };
  return { title, text: heading === undefined || isWaiting ? (description ?? '') : '' };
}

/**
 * The text in the first of the languages that it has, or in English.
 * @param {Texts} texts
 * @param {readonly string[]} languages
 */
function inLanguage(texts, languages) {
  const wanted = languages.flatMap((tag) => [tag, tag.split('-')[0] ?? tag]);
  return texts[wanted.find((tag) => Object.hasOwn(texts, tag)) ?? 'en'] ?? '';
}

/** @param {Record<string, unknown>} data */
function linkingText({ authorizationUrl, linkFailure }) {
  if (authorizationUrl) return 'Approve or decline in the new tab; this page updates by itself.';
  const failure = linkFailures[String(linkFailure)];
  return failure === undefined ? 'Or continue without one.' : `${failure} Try again, or continue without one.`;
}

/** @param {Record<string, unknown>} data */
function sentTo({ channel, email, phone, codeLength }) {
  const destination = channel === 'email' ? email : phone;
  if (typeof destination !== 'string') return 'A code is on its way.';
  const way = channels[/** @type {keyof typeof channels} */ (channel)] ?? '';
  return `We sent a ${codeLength ?? 6}-digit code to ${destination}${way === '' ? '' : ` ${way}`}.`;
}

/** @param {string} event its public name */
export function eventInWords(event) {
  return events[event] ?? inWords(event);
}

/** A value of the data. Names such as `voice` become words; other texts stay. @param {unknown} value */
export function valueInWords(value) {
  const text = String(value);
  return values[text] ?? (/^[a-z]+(-[a-z]+)*$/.test(text) ? inWords(text) : text);
}

/** Counts that read better as a sentence of their own. @type {Record<string, (value: number) => string>} */
const counted = {
  attemptsLeft: (value) => (value === 1 ? '1 attempt left' : `${value} attempts left`),
  sendsLeft: (value) => (value === 0 ? 'No resends left' : `You can resend ${value === 1 ? 'once' : `${value} times`}`),
};

/** “5 attempts left”, for each count in the data. @param {Record<string, unknown>} data */
export function leftOf(data) {
  return Object.entries(data).flatMap(([name, value]) => {
    if (!name.endsWith('Left') || typeof value !== 'number') return [];
    return counted[name]?.(value) ?? `${value} ${inWords(value === 1 ? name.replace(/sLeft$/, 'Left') : name).toLowerCase()}`;
  });
}

/** “Can resend”, for `canResendAt`. @param {string} deadline */
export function deadlineInWords(deadline) {
  return inWords(deadline.replace(/At$/, ''));
}

/** The remaining time. A second that has begun counts. @param {number} ms */
export function leftInWords(ms) {
  return durationInWords(Math.ceil(ms / 1000) * 1000);
}

/** @param {number} ms */
export function durationInWords(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const two = (/** @type {number} */ value) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours} h ${two(minutes)} min` : `${minutes}:${two(seconds % 60)}`;
}

/** In groups of four, which are easier to type. @param {string} secret */
export function inGroups(secret) {
  return (secret.match(/.{1,4}/g) ?? []).join(' ');
}
