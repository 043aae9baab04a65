/**
 * Language tags as devices send them: BCP 47 with extensions and variants (`en-US-u-hc-h12`), and the locales of POSIX, Java and Apple
 * (`en_US.UTF-8`, `zh_TW_#Hant`, `de_DE@calendar=gregorian`).
 */

/** Codes that old systems send, and those of ISO 639 today. Java and Android send the first three. */
const currentCodes: Readonly<Record<string, string>> = { iw: 'he', in: 'id', ji: 'yi', nb: 'no', nn: 'no' };

/**
 * The best of the known languages for a locale, by the lookup of RFC 4647, 3.4: the tag loses subtags at its end until it is known.
 * @returns the language as it is known; null for none
 */
export function knownLanguage(locale: string | null, known: readonly string[]): string | null {
  const byTag = new Map(known.map((language) => [language.toLowerCase(), language]));
  const subtags = subtagsOf(locale ?? '');
  for (; subtags.length > 0; subtags.pop()) {
    // A single letter only introduces the subtag after it.
    if (subtags.at(-1)?.length === 1) continue;
    const [first = '', ...rest] = subtags;
    const found = byTag.get(subtags.join('-')) ?? byTag.get([currentCodes[first] ?? first, ...rest].join('-'));
    if (found !== undefined) return found;
  }
  return null;
}

/** Every form of a locale. RFC 5646, 4.4.1, finds 35 characters enough; the calendars and numbers of Apple's locales need more. */
const deviceLocale = /^(?=.{0,100}$)(?:[a-z]{1,8}(?:[-_.@#=;:][a-z0-9]{0,20})*)?$/i;

/**
 * Reads a locale of a device as a tag of language, script and region. Variants and extensions choose no other words.
 * @returns `und` for a locale that names no language; the text unchanged if it is no locale
 */
export function localeTag(text: string): string {
  if (!deviceLocale.test(text)) return text;
  const all = subtagsOf(text);
  const extension = all.findIndex((subtag) => subtag.length === 1);
  const [language = '', ...rest] = extension < 0 ? all : all.slice(0, extension);
  if (!/^[a-z]{2,3}$/.test(language)) return 'und';
  const script = rest.find((subtag) => /^[a-z]{4}$/.test(subtag));
  const region = rest.find((subtag) => /^(?:[a-z]{2}|[0-9]{3})$/.test(subtag));
  const named = script === undefined ? [language] : [language, script.charAt(0).toUpperCase() + script.slice(1)];
  return [...named, ...(region === undefined ? [] : [region.toUpperCase()])].join('-');
}

/** The subtags of a locale in lower case. The encoding and the modifiers of a POSIX locale name no language. */
function subtagsOf(locale: string): string[] {
  return (locale.toLowerCase().split(/[.@]/, 1)[0] ?? '').split(/[-_#]+/).filter((subtag) => /^[a-z0-9]+$/.test(subtag));
}

/** The scripts that are written from right to left (Unicode, Script and Bidi_Class). */
const rightToLeft = new Set('Adlm Arab Aran Hebr Mand Mend Nkoo Rohg Samr Syrc Thaa Yezi'.split(' '));

/** The value of HTML's `dir` for a language. */
export function directionOf(language: string): 'ltr' | 'rtl' {
  try {
    return rightToLeft.has(new Intl.Locale(language).maximize().script ?? '') ? 'rtl' : 'ltr';
  } catch {
    return 'ltr';
  }
}
