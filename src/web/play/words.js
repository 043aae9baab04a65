// @ts-check
/**
 * What the screens say. They are named by the machines; one that is not here is told of by its name and by what its state says of itself,
 * so that a new workflow has screens all the same.
 */
import { inWords } from './schema.js';

/** What a person is about to do, by workflow. @type {Record<string, string>} */
const beginnings = {
  'email-verification': 'Verify your email address',
  'phone-verification': 'Verify your phone number',
  'login-verification': 'Log in',
  'account-setup': 'Set up an account',
  'account-change': 'Change your account',
  'support-access': 'Ask to see an account, as an agent',
};

/** @type {Record<string, { title: string, text?: string }>} */
const screens = {
  'code-entry': { title: 'Enter the code' },
  'number-entry': { title: 'Verify your phone number', text: 'We send a code to it, as a text message or as a call.' },
  'credentials-entry': { title: 'Log in' },
  'delivery-failed': { title: 'The code did not get through', text: 'Have it sent again, or enter it if it came after all.' },
  locked: { title: 'Too many wrong codes', text: 'This code is locked. When its time is over, you can get a new one.' },
  expired: { title: 'The code has expired', text: 'Get a new one to go on.' },
  done: { title: 'Done' },
  denied: { title: 'That did not work out', text: 'Start over if you still want to.' },
  cancelled: { title: 'Cancelled', text: 'Nothing was changed.' },
  abandoned: { title: 'Out of time', text: 'It was not finished in time, and nothing was changed.' },
  'link-account': { title: 'Link another account' },
  'support-request': { title: 'Somebody from support asks to see your details' },
  'support-granted': { title: 'Support can see your details' },
  'support-ended': { title: 'Support can see your details no more' },
  'support-denied': { title: 'You said no', text: 'Support does not see your details.' },
};

/** What is done, by its outcome. @type {Record<string, string>} */
const outcomes = {
  authenticated: 'You are logged in',
  complete: 'Your account is ready',
  applied: 'Your account is changed',
};

/** What buttons say, where the name of the event is not what a person would say. @type {Record<string, string>} */
const events = {
  'submit-code': 'Verify',
  'submit-credentials': 'Log in',
  'provide-number': 'Send the code',
  'request-new-code': 'Get a new code',
  'change-email': 'Use another address',
  'change-number': 'Use another number',
  'switch-channel': 'Send it another way',
};

const channels = { email: 'by email', sms: 'as a text message', voice: 'by a call' };

/** Why nothing was linked. @type {Record<string, string>} */
const linkFailures = {
  refused: 'The provider said no.',
  expired: 'That took too long.',
  unconfirmed: 'The answer was not confirmed.',
  unavailable: 'The provider does not answer.',
  taken: 'That account is linked to somebody else here.',
};

/** The page confirms by itself where the provider's window was opened from here. */
const confirmingText =
  'The provider has answered. Only the page that opened the provider can go on: if you agreed anywhere else, go to the provider again from here.';

/** @type {Record<string, string>} */
const values = { sms: 'Text message', voice: 'Voice call' };

/** @param {{ name: string, title: string }} workflow */
export function beginningOf({ name, title }) {
  return beginnings[name] ?? title;
}

/**
 * @param {{ screen: string | null, state: string, description: string | null, outcome: string | null, isWaiting: boolean, data: Record<string, unknown> }} state
 *   `screen` as the machine names it; `isWaiting` where there is nothing that the person can do
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
  if (authorizationUrl) return 'Say there whether you agree, and come back: this page goes on by itself.';
  const failure = linkFailures[String(linkFailure)];
  return failure === undefined ? 'Or go on without one.' : `${failure} Try again, or go on without one.`;
}

/** @param {Record<string, unknown>} data */
function sentTo({ channel, email, phone, codeLength }) {
  const destination = channel === 'email' ? email : phone;
  if (typeof destination !== 'string') return 'A code is on its way to you.';
  const way = channels[/** @type {keyof typeof channels} */ (channel)] ?? '';
  return `We sent a code of ${codeLength ?? 6} digits to ${destination}${way === '' ? '' : `, ${way}`}.`;
}

/** @param {string} event by its public name */
export function eventInWords(event) {
  return events[event] ?? inWords(event);
}

/** A value that is a name of something, rather than a text of somebody's. @param {unknown} value */
export function valueInWords(value) {
  const text = String(value);
  return values[text] ?? (/^[a-z]+(-[a-z]+)*$/.test(text) ? inWords(text) : text);
}

/** „5 attempts left“, of what is counted down. @param {Record<string, unknown>} data */
export function leftOf(data) {
  return Object.entries(data)
    .filter(([name, value]) => name.endsWith('Left') && typeof value === 'number')
    .map(([name, value]) => `${value} ${inWords(value === 1 ? name.replace(/sLeft$/, 'Left') : name).toLowerCase()}`);
}

/** „Can resend“, of `canResendAt`. @param {string} deadline */
export function deadlineInWords(deadline) {
  return inWords(deadline.replace(/At$/, ''));
}

/** What is left: a second that has begun counts. @param {number} ms */
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
