import fc from 'fast-check';
import { getCountries, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples';
import { describe, expect, test } from 'vitest';
import { maskPhone, readPhoneNumber } from '../../src/delivery/phone-number.ts';

const e164Of = (input: string, country: string | null = null) => {
  const number = readPhoneNumber(input, country, null);
  return 'invalid' in number ? number.invalid : number.e164;
};

describe('readPhoneNumber', () => {
  test('returns the number, its country, its kind of line and its range', () => {
    expect(readPhoneNumber('+44 20 7946 0958', null, null)).toEqual({
      e164: '+442079460958',
      country: 'GB',
      line: 'landline',
    });
  });

  describe.each<[string, readonly (readonly [string, string | null])[]]>([
    [
      '+14155550132',
      [
        ['+14155550132', null],
        ['+1 415 555 0132', null],
        ['+1 (415) 555-0132', null],
        ['+1.415.555.0132', null],
        ['+1 1 415 555 0132', null],
        ['  +14155550132  ', null],
        ['+1\u00A0415\u2011555\u20130132', null],
        ['\u202A+1 415 555 0132\u202C', null],
        ['+1٤١٥٥٥٥٠١٣٢', null],
        ['+۱ ۴۱۵ ۵۵۵ ۰۱۳۲', null],
        ['+1415555013\uFF12', null],
        ['\uFF0B１（４１５）５５５－０１３２', null],
        ['+1415\n5550132', null],
        ['+1\u200B415\u00AD555\u20600132\uFEFF', null],
        ['+1\u3000415\u3000555\u30FC0132', null],
        ['+1 [415] 555~0132', null],
        ['+14155550132', 'GB'],
        ['+14155550132', 'AQ'],
        ['(415) 555-0132', 'US'],
        ['1 415 555 0132', 'US'],
        ['4155550132', 'CA'],
        ['001 415 555 0132', 'DE'],
      ],
    ],
    [
      '+442079460958',
      [
        ['+44 (0)20 7946 0958', null],
        ['+44 020 7946 0958', null],
        ['(+44) 20 7946 0958', null],
        ['+(44) 20 7946 0958', null],
        ['020 7946 0958', 'GB'],
        ['(020) 7946-0958', 'GB'],
        ['20 7946 0958', 'GB'],
        ['44 20 7946 0958', 'GB'],
        ['0044 20 7946 0958', 'GB'],
        ['0044 20 7946 0958', 'FR'],
        ['011 44 20 7946 0958', 'US'],
      ],
    ],
    [
      '+4915123456789',
      [
        ['+49 151 23456789', null],
        ['+49 (0) 151 / 234 567 89', null],
        ['+4901512345 6789', null],
        ['0151/23456789', 'DE'],
        ['0049 151 23456789', 'CH'],
      ],
    ],
    // Italian numbers keep their leading zero abroad; a missing one would be another number.
    [
      '+390236618300',
      [
        ['+39 02 3661 8300', null],
        ['02 3661 8300', 'IT'],
        ['0039 02 36618300', 'DE'],
      ],
    ],
    // Argentine mobiles: 9 from abroad, 15 at home.
    [
      '+5491123456789',
      [
        ['+54 9 11 2345-6789', null],
        ['+54 11 15 2345-6789', null],
        ['011 15-2345-6789', 'AR'],
        ['9 11 2345 6789', 'AR'],
      ],
    ],
    ['+541123456789', [['011 2345-6789', 'AR']]],
    [
      '+525512345678',
      [
        ['+52 55 1234 5678', null],
        ['55 1234 5678', 'MX'],
        ['00 52 55 1234 5678', 'ES'],
      ],
    ],
    [
      '+74951234567',
      [
        ['8 (495) 123-45-67', 'RU'],
        ['+7 (495) 123-45-67', null],
      ],
    ],
    // Codes that ISO 3166-1 has not assigned, and that people and the European Union use.
    ['+442079460958', [['020 7946 0958', 'UK']]],
    ['+302101234567', [['210 123 4567', 'EL']]],
    [
      '+5511961234567',
      [
        ['+55 11 96123-4567', null],
        ['0 15 11 96123-4567', 'BR'],
      ],
    ],
  ])('reads as %s:', (e164, spellings) => {
    test.each(spellings)('%j in %s', (input, country) => {
      expect(e164Of(input, country)).toBe(e164);
    });
  });

  test.each([
    ['a mobile', '+4915123456789', 'mobile'],
    ['a landline', '+493012345678', 'landline'],
    ['one that may be either, as in North America', '+14155550132', 'mobile'],
    ['internet telephony', '+445612345678', 'mobile'],
  ])('accepts %s as its kind of line', (_case, input, line) => {
    expect(readPhoneNumber(input, null, null)).toMatchObject({ line });
  });

  const notANumber = 'Not a telephone number';
  const notComplete = 'Not a complete telephone number of its country';
  const special = 'Only mobile and landline numbers are served: no premium-rate, toll-free or other special ones';
  const stateless = 'A number that belongs to no country is not served';
  test.each([
    ['nothing', '', 'US', notANumber],
    ['only spaces', '   ', 'US', notANumber],
    ['only a plus', '+', 'US', notANumber],
    ['words', 'call me', 'US', notANumber],
    ['letters for digits', '1-800-FLOWERS', 'US', notANumber],
    ['a letter that looks like a digit', '+1415555O132', null, notANumber],
    ['an extension', '+14155550132 x123', null, notANumber],
    ['an extension of a URI', '+14155550132;ext=123', null, notANumber],
    ['an extension after a comma', '+14155550132,123', null, notANumber],
    ['an extension after a hash', '+14155550132#123', null, notANumber],
    ['a URI', 'tel:+14155550132', null, notANumber],
    ['two pluses', '++14155550132', null, notANumber],
    ['something before the plus', '-+14155550132', null, notANumber],
    ['two numbers', '+14155550132 +14155550133', null, notANumber],
    ['forty-one characters', `+1${' '.repeat(29)}4155550132`, null, notANumber],
    ['a calling code that nobody has', '+999 1234567', null, notANumber],
    ['a national number with no country’s code', '020 7946 0958', 'ZZ', 'The country is not one that has telephone numbers'],
    ['a national number with the name of a property', '020 7946 0958', '__proto__', 'The country is not one that has telephone numbers'],
    ['a national number without a country', '020 7946 0958', null, 'Add the country code, or choose a country'],
    ['two zeros without a country', '0044 20 7946 0958', null, 'Add the country code, or choose a country'],
    ['a country without telephones', '020 7946 0958', 'AQ', 'The country is not one that has telephone numbers'],
    ['a property of every object', '020 7946 0958', 'constructor', 'The country is not one that has telephone numbers'],
    ['another country’s national number', '07400 123456', 'US', notComplete],
    ['too few digits', '+1 415 555 013', null, notComplete],
    ['too many digits', '+1 415 555 01322', null, notComplete],
    ['an Italian landline without its zero', '+39 2 3661 8300', null, notComplete],
    ['a Mexican mobile as before 2019', '+52 1 55 1234 5678', null, notComplete],
    ['an emergency number', '112', 'DE', notComplete],
    ['a short number', '116117', 'DE', notComplete],
    ['toll-free', '+1 800 356 9377', null, special],
    ['premium-rate', '+1 900 234 5678', null, special],
    ['shared-cost', '+49 180 1234567', null, special],
    ['a personal number', '+44 70 1234 5678', null, special],
    ['a company-wide number', '+44 55 1234 5678', null, special],
    ['a pager', '+44 76 4012 3456', null, special],
    ['voicemail', '+49 177 99 1234567', null, special],
    ['a satellite telephone (Inmarsat)', '+870 773 111 632', null, stateless],
    ['a satellite telephone (Globalstar, Iridium)', '+881 612 345 678', null, stateless],
    ['an international network, 882', '+882 16 123 456', null, stateless],
    ['an international network, 883', '+883 5100 1234 5678', null, stateless],
    ['international premium-rate', '+979 123 456 789', null, stateless],
    ['international toll-free', '+800 1234 5678', null, stateless],
  ])('refuses %s', (_case, input, country, reason) => {
    expect(readPhoneNumber(input, country, null)).toEqual({ invalid: reason });
  });

  test('accepts forty characters', () => {
    expect(e164Of(`+1${' '.repeat(28)}4155550132`)).toBe('+14155550132');
  });

  test('accepts only the allowed countries, whichever country was named', () => {
    const notServed = { invalid: 'Numbers of this country are not served' };
    expect(readPhoneNumber('+14155550132', null, ['GB', 'US'])).toMatchObject({ country: 'US' });
    expect(readPhoneNumber('+14155550132', 'GB', ['GB'])).toEqual(notServed);
    expect(readPhoneNumber('001 415 555 0132', 'DE', ['DE'])).toEqual(notServed);
    // Countries that share a calling code with an allowed one.
    expect(readPhoneNumber('+1 876 210 1234', null, ['US'])).toEqual(notServed);
    expect(readPhoneNumber('876 210 1234', 'US', ['US'])).toEqual(notServed);
    expect(readPhoneNumber('+14155550132', null, [])).toEqual(notServed);
  });

  const mobiles = getCountries().flatMap((country) => {
    const number = parsePhoneNumberFromString(examples[country], country);
    return number ? [{ country, number }] : [];
  });

  test('knows a mobile number of every country', () => {
    expect(mobiles.length).toBeGreaterThan(240);
    for (const { country, number } of mobiles)
      expect(readPhoneNumber(examples[country], country, null)).toMatchObject({ e164: number.number });
  });

  test('reads every country’s example in each format, with any separators', () => {
    const separator = fc.constantFrom('', ' ', '-', '.', '\u00A0', '\u2011');
    fc.assert(
      fc.property(
        fc.constantFrom(...mobiles),
        fc.constantFrom('national', 'international', 'e164', 'idd'),
        separator,
        (mobile, form, between) => {
          const { country, number } = mobile;
          const written = {
            national: () => number.formatNational(),
            international: () => number.formatInternational(),
            e164: () => number.number,
            idd: () => number.format('IDD', { fromCountry: country }),
          }[form]();
          expect(e164Of(written.replaceAll(' ', between), form === 'national' || form === 'idd' ? country : null)).toBe(number.number);
        },
      ),
      { numRuns: 2000 },
    );
  });

  const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 14 });
  const callingCode = fc.constantFrom(...new Set(mobiles.map(({ number }) => `+${number.countryCallingCode}`)));
  const anyHome = fc.constantFrom(null, 'ZZ', ...getCountries());
  const anything = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 45 }),
    fc.string({ unit: fc.constantFrom(...'+0123456789 ()-./;x'), maxLength: 45 }),
    fc.tuple(callingCode, digits).map((parts) => parts.join('')),
  );

  test('answers any input with a number in E.164, or a reason that does not repeat the input', () => {
    fc.assert(
      fc.property(anything, anyHome, (input, home) => {
        const number = readPhoneNumber(input, home, null);
        if ('invalid' in number) {
          expect(number.invalid).not.toMatch(/\d/);
          return;
        }
        expect(number.e164).toMatch(/^\+[1-9]\d{6,14}$/);
        // A stored number is read again as the same number, so that it never becomes another destination.
        expect(readPhoneNumber(number.e164, home, [number.country])).toEqual(number);
      }),
      { numRuns: 5000 },
    );
  });
});

describe('maskPhone', () => {
  test.each([
    ['+14155550132', '+1********32'],
    ['+442079460958', '+44********58'],
    ['+390236618300', '+39********00'],
    ['+12684641234', '+1********34'],
    ['+3585012345', '+358*****45'],
    ['+2908999', '+290**99'],
  ])('of %s shows the calling code and two digits', (e164, masked) => {
    expect(maskPhone(e164)).toBe(masked);
  });
});
