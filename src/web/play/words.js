// @ts-check
/**
 * The texts of the screens, by the names that the machines give them. A screen that is not listed shows its name and the description
 * of its state, so that a new workflow has screens too.
 */
import { inWords } from './schema.js';

/** The title before a session starts, by workflow. @type {Record<string, string>} */
const beginnings = {
  'email-verification': 'Verify your email address',
  'phone-verification': 'Verify your phone number',
  'login-verification': 'Log in',
  'account-setup': 'Set up an account',
  'account-change': 'Change your account',
  'support-access': 'Request access to an account',
};

/** @type {Record<string, { title: string, text?: string }>} */
const screens = {
  'code-entry': { title: 'Enter the code' },
  'number-entry': { title: 'Verify your phone number', text: 'We will send a code by text message or phone call.' },
  'credentials-entry': { title: 'Log in' },
  'delivery-failed': { title: 'The code was not delivered', text: 'Send it again, or enter it if it has arrived.' },
  locked: { title: 'Too many wrong codes', text: 'This code is locked. You can get a new one once it expires.' },
  expired: { title: 'The code has expired', text: 'Get a new code to continue.' },
  done: { title: 'Done' },
  denied: { title: 'Request denied', text: 'Start over to try again.' },
  cancelled: { title: 'Cancelled', text: 'Nothing was changed.' },
  abandoned: { title: 'Out of time', text: 'The time to finish ran out. Nothing was changed.' },
  'link-account': { title: 'Link another account' },
  'creating-account': { title: 'Creating your account' },
  'applying-change': { title: 'Changing your account' },
  'support-request': { title: 'Support asks to see your details' },
  'support-granted': { title: 'Support can see your details' },
  'support-ended': { title: 'Support can no longer see your details' },
  'support-denied': { title: 'Access denied', text: 'Support cannot see your details.' },
};

/** The title of a finished session, by outcome. @type {Record<string, string>} */
const outcomes = {
  authenticated: 'You are logged in',
  complete: 'Your account is ready',
  applied: 'Your account was updated',
};

/** Labels of buttons, where the name of the event does not read well. @type {Record<string, string>} */
const events = {
  'submit-code': 'Verify',
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
 * @param {{ screen: string | null, state: string, description: string | null, outcome: string | null, isWaiting: boolean, data: Record<string, unknown> }} state
 *   `screen` as the machine names it; `isWaiting` if the person can do nothing now
 */
export function wordsOf({ screen, state, description, outcome, isWaiting, data }) {
  const known = screens[screen ?? ''];
  if (screen === 'link-account' && !isWaiting)
    return { title: known?.title ?? '', text: state === 'confirmingLink' ? confirmingText : linkingText(data) };
  if (screen === 'code-entry') return { title: 'Enter the code', text: sentTo(data) };
  if (screen === 'done') return { title: ending(outcome, data), text: '' };
  return {
    title: known?.title ?? inWords(screen ?? ''),
    text: known === undefined || isWaiting ? (description ?? '') : (known.text ?? ''),
  };
}

/**
 * @param {string | null} outcome
 * @param {Record<string, unknown>} data
 */
function ending(outcome, { email, phone }) {
  if (outcome !== 'verified') return outcomes[outcome ?? ''] ?? 'Done';
  return typeof phone === 'string' && typeof email !== 'string' ? 'Your phone number is verified' : 'Your email address is verified';
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
