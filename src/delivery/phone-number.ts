/**
 * The accepted telephone numbers, and how they are written, compared and masked. The type of a number comes from the numbering plan of
 * its country (libphonenumber's full metadata), not from a carrier look-up: a landline number ported to a mobile still counts as landline.
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
import { typedPhoneNumber } from '../common/typed-digits.ts';

/** Text messages reach a mobile, not a landline. */
export type Line = 'mobile' | 'landline';

export interface PhoneNumber {
  /** E.164, in which two spellings of one number are equal. */
  readonly e164: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly line: Line;
}

/** More characters than any spelling of a number needs; E.164 has at most fifteen digits. */
const maxInputLength = 40;

/** Digits and separators. Letters that stand for digits, and extensions, are refused rather than guessed at. */
const plainSpelling = /^\+?[0-9 ()./-]+$/;

/**
 * The line of each accepted type of number. The missing types belong to no single person: toll-free, shared-cost, premium-rate,
 * company-wide and voicemail numbers, pagers, and personal numbers, which forward at the caller's cost. A code sent there proves nothing,
 * and some of these types pay the fraudster.
 */
const lines: Readonly<Partial<Record<PhoneNumberType, Line>>> = {
  MOBILE: 'mobile',
  // In North America the number does not tell the two apart. If a text message does not arrive, the person can request a call.
  FIXED_LINE_OR_MOBILE: 'mobile',
  // Some internet telephony providers accept text messages and some don't. A person whose message does not arrive can request a call;
  // a person whose number is refused has no alternative.
  VOIP: 'mobile',
  FIXED_LINE: 'landline',
};

/**
 * @param country ISO 3166-1 alpha-2, in capitals: the country of a number written without its country code. International numbers ignore it
 * @param allowed the served countries, in the same form; null for all
 * @returns the number, or the reason why it can't be used, as a sentence that does not repeat the number
 */
export function readPhoneNumber(
  input: string,
  country: string | null,
  allowed: readonly string[] | null,
): PhoneNumber | { readonly invalid: string } {
  // libphonenumber rejects `(+44) …`, a common spelling.
  const spelling = typedPhoneNumber(input).replace(/^\(\+/, '+(');
  if (spelling.length > maxInputLength || !plainSpelling.test(spelling)) return { invalid: 'Not a telephone number' };
  const number = parse(spelling, country);
  if ('invalid' in number) return number;
  const type = number.getType();
  if (!number.isValid()) return { invalid: 'Not a complete telephone number of its country' };
  // Satellite and international networks belong to no country, so no country's limit bounds their cost.
  if (number.country === undefined) return { invalid: 'A number that belongs to no country is not served' };
  const line = type === undefined ? undefined : lines[type];
  if (line === undefined)
    return { invalid: 'Only mobile and landline numbers are served: no premium-rate, toll-free or other special ones' };
  if (allowed !== null && !allowed.includes(number.country)) return { invalid: 'Numbers of this country are not served' };
  return { e164: number.number, country: number.country, line };
}

/** The served countries, each with its calling code. @param allowed as for `readPhoneNumber` */
export function servedCountries(allowed: readonly string[] | null): [code: string, calling: string][] {
  const served = getCountries().filter((country) => allowed === null || allowed.includes(country));
  return served.map((country) => [country, getCountryCallingCode(country)]);
}

function parse(spelling: string, country: string | null) {
  if (spelling.startsWith('+')) return parseIn(spelling, {});
  if (country === null) return { invalid: 'Add the country code, or choose a country' };
  const defaultCountry = meantCountry(country);
  if (defaultCountry === null) return { invalid: 'The country is not one that has telephone numbers' };
  return parseIn(spelling, { defaultCountry });
}

/** Codes in common use for which ISO 3166-1 has others: it reserves UK, and the European Union writes EL. */
const otherCodes: Readonly<Record<string, CountryCode>> = { UK: 'GB', EL: 'GR' };

/** @returns the code of ISO 3166-1 for a country with telephone numbers; null for another text */
export function meantCountry(text: string): CountryCode | null {
  const code = text.toUpperCase();
  const meant = Object.hasOwn(otherCodes, code) ? otherCodes[code] : code;
  return meant !== undefined && isSupportedCountry(meant) ? meant : null;
}

function parseIn(spelling: string, country: { readonly defaultCountry?: CountryCode }) {
  try {
    return parsePhoneNumberWithError(spelling, { ...country, extract: false });
  } catch (error) {
    if (error instanceof ParseError) return { invalid: 'Not a telephone number' };
    throw error;
  }
}

/** `+1********32`: the country code and the last two digits, enough for people to recognise their own number. Expects E.164. */
export function maskPhone(e164: string): string {
  const { countryCallingCode, nationalNumber } = parsePhoneNumberWithError(e164);
  return `+${countryCallingCode}${'*'.repeat(Math.max(0, nationalNumber.length - 2))}${nationalNumber.slice(-2)}`;
}
