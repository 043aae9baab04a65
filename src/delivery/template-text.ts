/** Formatting of the values that the templates of every channel show. */

const minuteMs = 60_000;

/** Scripts in which joiners between two letters belong to the spelling: `می‌خواهم`, `क्‍ष` (RFC 5892, appendix A). */
const joiningScripts = 'Arab Syrc Mong Nkoo Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Khmr'
  .split(' ')
  .map((script) => `\\p{Script_Extensions=${script}}`)
  .join('');
const joiningLetter = `(?=[\\p{L}\\p{M}])[${joiningScripts}]`;

/** A joiner in its place: between such letters, or between the signs of one emoji (`👩🏽‍💻`). */
const joiner = [
  `(?<=${joiningLetter})[\\u200C\\u200D](?=${joiningLetter})`,
  '(?<=[\\p{Extended_Pictographic}\\p{Emoji_Modifier}]\\uFE0F?)\\u200D(?=\\p{Extended_Pictographic})',
].join('|');

/** Line breaks, white space, control characters and invisible characters (also those that reverse the writing direction). */
const notShown = new RegExp(`(?:(?!${joiner})[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\p{Z}])+`, 'gu');

/** Replaces what is not shown by spaces. */
export function singleLine(text: string): string {
  return text.replace(notShown, ' ').trim();
}

/** Invisible characters that can stand inside a word, except joiners in their place and the selector that turns a sign into an emoji. */
const invisible = new RegExp(`(?!${joiner}|\\uFE0F)\\p{Default_Ignorable_Code_Point}|(?<!\\p{Extended_Pictographic})\\uFE0F`, 'gu');

/** The dots between the labels of a host name (UTS 46), unless a space, a digit or closing punctuation follows. */
const stopInName = /[.\u3002](?=[^\s\d.\u3002,;!?'"\u2019\u201D)\]}])/gu;

/** Four numbers separated by dots, the form of an IPv4 address. Few version numbers have it. */
const fourNumbers = /(?<!\d)\d{1,3}(?:[.\u3002]\d{1,3}){3}(?!\d)/gu;

/**
 * A stranger's text as one line that no mail program turns into a link. Such a link would reach a recipient of the stranger's choice.
 * Compatibility forms are normalised first (`．` is a dot to a mail program too). Then spaces break up every recognisable link: host
 * names, IPv4 addresses, text after a scheme (`mailto:`), and Windows paths (`\\\\server`).
 */
export function withoutLinks(typed: string): string {
  return singleLine(singleLine(typed).normalize('NFKC').replace(invisible, ' '))
    .replace(fourNumbers, (address) => address.replace(/[.\u3002]/g, (stop) => `${stop} `))
    .replace(stopInName, (stop) => `${stop} `)
    .replace(/(?<=\p{L}[\p{L}\d+-]*):(?=\S)/gu, ': ')
    .replace(/[/\\](?=\\)|\\(?=\/)/g, (slash) => `${slash} `);
}

/** A duration in minutes; null if it is not a whole number of minutes. */
export function wholeMinutes(durationMs: number | null): number | null {
  if (durationMs === null || durationMs < minuteMs || durationMs % minuteMs !== 0) return null;
  return durationMs / minuteMs;
}

/** Long enough for the names of devices, too short to carry a stranger's message. */
const maxDeviceTextLength = 60;

/** The fewest digits of a telephone number with its area code. Mail programs on telephones offer to call it. */
const fewestDigits = 7;

/** Digits of any script, grouped like a telephone number. */
const telephoneNumber = new RegExp(`\\+?\\p{Nd}(?:[ ()/\\p{Pd}]{0,2}\\p{Nd}){${fewestDigits - 1},}`, 'gu');

/** Groups of two digits or more between full stops, perhaps after a country code of one digit. Most version numbers have shorter groups. */
const dottedNumber = /(?<![\p{Nd}.])\+?(?:\p{Nd}\. ?)?\p{Nd}{2,4}(?:\. ?\p{Nd}{2,4}){2,}(?![\p{Nd}.])/gu;

/** The digits of a code. A stranger’s text must not look like a code, because the recipient is waiting for one. */
const codeLength = 6;

/**
 * As many digits of any script as a code has, in groups separated by spaces or dashes, or in halves separated by any punctuation. Groups
 * of two between full stops are version numbers.
 */
const code = new RegExp(
  [`(?:[ \\p{Pd}]{0,3}\\p{Nd}){${codeLength - 1}}`, `\\p{Nd}{${codeLength / 2 - 1}}[^\\p{L}\\p{N}]{1,3}\\p{Nd}{${codeLength / 2}}`]
    .map((others) => `(?<!\\p{Nd})\\p{Nd}${others}(?!\\p{Nd})`)
    .join('|'),
  'gu',
);

/**
 * A person’s description of their device as one short line, without links, telephone numbers and codes.
 * @returns null when nothing is left
 */
export function deviceText(typed: string | null): string | null {
  if (typed === null) return null;
  const line = withoutLinks(typed)
    .replace(telephoneNumber, '…')
    .replace(dottedNumber, (number) => ((number.match(/\p{Nd}/gu)?.length ?? 0) < fewestDigits ? number : '…'))
    .replace(code, '…');
  const characters = Array.from(line);
  if (characters.length > maxDeviceTextLength) return `${characters.slice(0, maxDeviceTextLength - 1).join('')}…`;
  return line === '' ? null : line;
}

const time = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** `14:05`, as every language here writes the time. The sentence around it names the time zone. */
export function utcTime(at: number): string {
  return time.format(at);
}

/** By language. Creating a formatter takes much longer than using it. */
const dates = new Map<string, Intl.DateTimeFormat>();

/** `5 May 2026`, in the format of the language. */
export function utcDate(language: string, at: number): string {
  // British English puts the day first, like the other languages. The month is a word, so no reader confuses the two.
  const locale = language === 'en' ? 'en-GB' : language;
  const format = dates.get(locale) ?? new Intl.DateTimeFormat(locale, { timeZone: 'UTC', day: 'numeric', month: 'long', year: 'numeric' });
  dates.set(locale, format);
  return format.format(at);
}
