/**
 * Which telephone numbers are accepted, and how they are written, told apart and masked. What a number is comes from the
 * numbering plans of its country (libphonenumber's full metadata), not from a look-up at a carrier: a number that was
 * moved from a landline to a mobile keeps its looks.
 */
import {
  type CountryCode,
  getCountries,
  getCountryCallingCode,
  isSupportedCountry,
  ParseError,
  type PhoneNumberType,
  parsePhoneNumberWithError,
} from 'libphonenumber-js/max';

/** Whether a text message can reach it. */
export type Line = 'mobile' | 'landline';

export interface PhoneNumber {
  /** E.164: two spellings of one number are equal in it. */
  readonly e164: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly line: Line;
}

/** More than any spelling of fifteen digits needs. */
const maxInputLength = 40;

/**
 * ASCII digits, and what people and typesetters put between them: spaces, dashes, brackets, dots, slashes. Letters that stand
 * for digits, extensions and other scripts' digits are refused rather than guessed at.
 */
const plainSpelling = /^\+?[0-9 \u00A0\u2009\u202F()./\u2010-\u2015\u2212-]+$/;

/** Marks of writing direction, which address books put around a number that is copied. */
const directionMarks = /[\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

/**
 * What each kind of number is for this service. The kinds that are not here are nobody's own (toll-free, shared-cost,
 * premium-rate, company-wide and voicemail numbers, pagers, and personal numbers, which forward at the caller's cost): a code
 * sent there proves nothing, and some of them are how fraud is paid.
 */
const lines: Readonly<Partial<Record<PhoneNumberType, Line>>> = {
  MOBILE: 'mobile',
  // In North America the number does not say; a text message that does not arrive is reported, and a call can be asked for.
  FIXED_LINE_OR_MOBILE: 'mobile',
  // Some providers of internet telephony take text messages and some don't. Who is wrongly let try asks for a call when
  // nothing arrives; who is wrongly refused can do nothing.
  VOIP: 'mobile',
  FIXED_LINE: 'landline',
};

/**
 * @param country ISO 3166-1 alpha-2, in capitals, for a number that is written without its country; an international one keeps its own
 * @param allowed the countries that are served, in the same form; null for all
 * @returns the number, or a sentence that says why it can't be used and does not repeat it
 */
export function readPhoneNumber(
  input: string,
  country: string | null,
  allowed: readonly string[] | null,
): PhoneNumber | { readonly invalid: string } {
  if (input.length > maxInputLength) return { invalid: 'Not a telephone number' };
  // libphonenumber does not take `(+44) …`, which people write.
  const spelling = input.replaceAll(directionMarks, '').trim().replace(/^\(\+/, '+(');
  if (!plainSpelling.test(spelling)) return { invalid: 'Not a telephone number' };
  const number = parse(spelling, country);
  if ('invalid' in number) return number;
  const type = number.getType();
  if (!number.isValid()) return { invalid: 'Not a complete telephone number of its country' };
  // Satellites and international networks: no country answers for what they cost.
  if (number.country === undefined) return { invalid: 'A number that belongs to no country is not served' };
  const line = type === undefined ? undefined : lines[type];
  if (line === undefined)
    return { invalid: 'Only mobile and landline numbers are served: no premium-rate, toll-free or other special ones' };
  if (allowed !== null && !allowed.includes(number.country)) return { invalid: 'Numbers of this country are not served' };
  return { e164: number.number, country: number.country, line };
}

/** The countries that are served, each with its calling code. @param allowed as for `readPhoneNumber` */
export function servedCountries(allowed: readonly string[] | null): [code: string, calling: string][] {
  const served = getCountries().filter((country) => allowed === null || allowed.includes(country));
  return served.map((country) => [country, getCountryCallingCode(country)]);
}

function parse(spelling: string, country: string | null) {
  if (spelling.startsWith('+')) return parseIn(spelling, {});
  if (country === null) return { invalid: 'Add the country code, or choose a country' };
  if (!isSupportedCountry(country)) return { invalid: 'The country is not one that has telephone numbers' };
  return parseIn(spelling, { defaultCountry: country });
}

function parseIn(spelling: string, country: { readonly defaultCountry?: CountryCode }) {
  try {
    return parsePhoneNumberWithError(spelling, { ...country, extract: false });
  } catch (error) {
    if (error instanceof ParseError) return { invalid: 'Not a telephone number' };
    throw error;
  }
}

/** `+1********32`: the country code and the last two digits, enough to recognise one's own number by. Expects E.164. */
export function maskPhone(e164: string): string {
  const { countryCallingCode, nationalNumber } = parsePhoneNumberWithError(e164);
  return `+${countryCallingCode}${'*'.repeat(Math.max(0, nationalNumber.length - 2))}${nationalNumber.slice(-2)}`;
}
