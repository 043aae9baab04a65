/**
 * Language tags as devices send them: BCP 47 with extensions and variants (`en-US-u-hc-h12`), and the locales of POSIX, Java and Apple
 * (`en_US.UTF-8`, `zh_TW_#Hant`, `de_DE@calendar=gregorian`).
 */

/** The two written forms of Norwegian. Their readers understand each other, and devices also send the code of the language itself. */
const norwegian: readonly string[] = ['nb', 'no', 'nn'];

/**
 * The best of the known languages for a locale, by the lookup of RFC 4647, 3.4: the tag loses subtags at its end until it is known.
 * Two names of one language are equal (`iw` and `he`), and so are two tags of one script (`zh-TW` and `zh-Hant`).
 * @returns the language as it is known; null for none
 */
export function knownLanguage(locale: string | null, known: readonly string[]): string | null {
  const byTag = new Map([
    ...known.map((each) => [canonical(each), each] as const),
    ...known.map((each) => [each.toLowerCase(), each] as const),
  ]);
  const wanted = subtagsOf(locale ?? '');
  const tag = wanted.join('-');
  const tags = [tag, ...equalTags(tag), ...shortened(wanted)];
  const [language = ''] = wanted;
  const related = norwegian.includes(language) ? norwegian : [];
  const found = [...tags, ...related].find((each) => byTag.has(each));
  return found === undefined ? null : (byTag.get(found) ?? null);
}

/** The tag without subtags at its end, the longest first. A single letter only introduces the subtag after it. */
function shortened(subtags: readonly string[]): string[] {
  return subtags
    .map((_, index) => subtags.slice(0, subtags.length - index))
    .filter((rest) => rest.at(-1)?.length !== 1)
    .map((rest) => rest.join('-'));
}

/** By tag. A look-up would otherwise take a fifth of a millisecond. Devices send some hundreds of tags, and strangers may invent more. */
const equals = new Map<string, readonly string[]>();
const mostEquals = 1_000;

/** Other tags of the same meaning: with today's codes, with the likely script, without an obvious one (Unicode TR 35, Likely Subtags). */
function equalTags(tag: string): readonly string[] {
  const found = equals.get(tag) ?? computedEquals(tag);
  if (equals.size >= mostEquals) equals.clear();
  equals.set(tag, found);
  return found;
}

function computedEquals(tag: string): string[] {
  try {
    const locale = new Intl.Locale(tag);
    const { language, script, region } = locale.maximize();
    const short = new Intl.Locale(locale.language, locale.region === undefined ? {} : { region: locale.region });
    const isObvious = short.maximize().script === script;
    const full = [locale.baseName, `${language}-${script}-${region}`, ...(isObvious ? [short.baseName] : []), `${language}-${script}`];
    return [...full, ...shortened(locale.baseName.split('-'))].map((each) => each.toLowerCase());
  } catch {
    return [];
  }
}

function canonical(language: string): string {
  const tag = language.toLowerCase();
  return equalTags(tag)[0] ?? tag;
}

/** Every form of a locale. RFC 5646, 4.4.1, finds 35 characters enough; the calendars and numbers of Apple's locales need more. */
const deviceLocale = /^(?=.{0,100}$)(?:[a-z]{1,8}(?:[-_.@#=;:][a-z0-9]{0,20})*)?$/i;

/** The tag of an undetermined language (RFC 5646, 4.1). */
export const unknownLanguage = 'und';

/** True for a tag of language, script and region, as `localeTag` writes it. */
export function namesLanguage(tag: string): boolean {
  return tag !== unknownLanguage && /^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$/.test(tag);
}

/**
 * Reads a locale of a device as a tag of language, script and region. Variants and extensions choose no other words.
 * @returns `und` for a locale that names no language; the text unchanged if it is no locale
 */
export function localeTag(text: string): string {
  if (!deviceLocale.test(text)) return text;
  const all = subtagsOf(text);
  const extension = all.findIndex((subtag) => subtag.length === 1);
  const [language = '', ...rest] = extension < 0 ? all : all.slice(0, extension);
  if (!/^[a-z]{2,3}$/.test(language)) return unknownLanguage;
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
