// @ts-check
/**
 * What the screens say. They are named by the machines; one that is not here is told of by its name and by what its state says of itself,
 * so that a new workflow has screens all the same.
 */
import { inWords } from './schema.js';

/** @type {Record<string, { title: string, text?: string }>} */
const screens = {
  'code-entry': { title: 'Enter the code' },
  'number-entry': { title: 'Verify your phone number', text: 'We send a code to it, as a text message or as a call.' },
  'credentials-entry': { title: 'Log in' },
  'delivery-failed': { title: 'The code did not get through', text: 'Send it again, or use another way.' },
  locked: { title: 'Too many wrong codes', text: 'This code is worth nothing any more. When its time is over, ask for a new one.' },
  expired: { title: 'The code has expired', text: 'Ask for a new one to go on.' },
  done: { title: 'Done' },
  denied: { title: 'That did not work out', text: 'Start again if you still want to.' },
  cancelled: { title: 'Cancelled' },
  abandoned: { title: 'Out of time', text: 'It was not finished, and nothing of it remains.' },
  'link-account': { title: 'Link another account' },
  'support-request': { title: 'Somebody from support asks to see your details' },
  'support-granted': { title: 'Support sees your details' },
  'support-ended': { title: 'Support sees your details no more' },
  'support-denied': { title: 'You said no' },
};

const channels = { email: 'by email', sms: 'as a text message', voice: 'by a call' };

/** Why nothing was linked. @type {Record<string, string>} */
const linkFailures = {
  refused: 'The provider said no.',
  expired: 'That took too long.',
  unavailable: 'The provider does not answer.',
  taken: 'That account is linked to somebody else here.',
};

/**
 * @param {string | null} screen as the machine names it
 * @param {string | null} description of its state
 * @param {Record<string, unknown>} data
 * @param {boolean} isWaiting whether there is nothing that the person can do
 */
export function wordsOf(screen, description, data, isWaiting) {
  const known = screens[screen ?? ''];
  if (screen === 'link-account' && !isWaiting) return { title: known?.title ?? '', text: linkingText(data) };
  if (screen === 'code-entry') return { title: screens['code-entry']?.title ?? '', text: sentTo(data) };
  return {
    title: known?.title ?? inWords(screen ?? ''),
    text: known === undefined || isWaiting ? (description ?? '') : (known.text ?? ''),
  };
}

/** @param {Record<string, unknown>} data */
function linkingText({ authorizationUrl, linkFailure }) {
  if (authorizationUrl) return 'Say there whether you agree, and come back: this page has gone on by then.';
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

/** „5 attempts left“, of what is counted down. @param {Record<string, unknown>} data */
export function leftOf(data) {
  return Object.entries(data)
    .filter(([name, value]) => name.endsWith('Left') && typeof value === 'number')
    .map(([name, value]) => `${value} ${inWords(name).toLowerCase()}`);
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
