/** Says the words of a notice: gives its functions the details and the facts of one message. */
import type { Figures } from '../../machines/figures.ts';
import { durationInWords } from '../../machines/texts.ts';
import { normaliseEmail } from './email-address.ts';
import type { NoticeMessage } from './message.ts';
import type { NoticeDetails, NoticeFacts, NoticeWords } from './notice-text.ts';
import { readPhoneNumber } from './phone-number.ts';
import { singleLine, utcDate, utcTime, withoutLinks } from './template-text.ts';

/** Stands for a time that does not exist. */
const nothing = '–';

export interface Speaker {
  readonly serviceName: string;
  readonly figures: Figures;
}

/** @returns the function that turns words into a text of the language */
export function saying(message: NoticeMessage, language: string, { serviceName, figures }: Speaker): (words: NoticeWords) => string {
  const service = singleLine(serviceName);
  const details = shownDetails(message.details);
  const facts: NoticeFacts = {
    at: message.at,
    deadlines: message.deadlines ?? {},
    figures,
    language,
    time: (at) => (at === undefined ? nothing : timeInWords(language, at)),
    duration: (ms) => (ms === undefined ? nothing : durationInWords(ms, language)),
  };
  return (words) => (typeof words === 'string' ? words : words(service, details, facts));
}

/** `5 May 2026, 14:05 UTC`, in the format of the language. */
export function timeInWords(language: string, at: number): string {
  return `${utcDate(language, at)}, ${utcTime(at)} UTC`;
}

/**
 * The details as a message may show them. A stranger may have typed them for a recipient of their choice, so no text is a link or has
 * lines of its own. Addresses and numbers stay as they are.
 */
function shownDetails(details: NoticeMessage['details']): NoticeDetails {
  const all = Object.entries(details);
  // The details of a preview have every name and list none.
  if (all.length === 0) return details;
  return Object.fromEntries(all.map(([name, text]) => [name, isAddress(text) ? text : withoutLinks(text)]));
}

function isAddress(text: string): boolean {
  return normaliseEmail(text) !== null || 'e164' in readPhoneNumber(text, null, null);
}

/** The details cut to a length, for a channel on which a text is too long with them. */
export function shortened(details: NoticeMessage['details'], length: number): NoticeMessage['details'] {
  return Object.fromEntries(
    Object.entries(details).map(([name, text]) => {
      const characters = Array.from(text);
      return [name, characters.length > length ? `${characters.slice(0, length - 1).join('')}…` : text];
    }),
  );
}
