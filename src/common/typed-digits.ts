/**
 * Reads codes and telephone numbers as people and devices send them: with separators, invisible characters, and digits of any script.
 * An iPhone puts marks of direction around a copied number, a web page breaks a line, and a keyboard has the digits of its language.
 */

const decimalDigit = /\p{Nd}/u;

/** Characters that no font draws: soft hyphens, zero-width spaces, byte order marks, marks of direction, variation selectors. */
const invisible = /\p{Default_Ignorable_Code_Point}/gu;

/** Line breaks and tabs. Other control characters come from no keyboard and no copy, so their texts stay refused. */
const lineBreaks = /[\t\n\v\f\r\u0085]/g;

/** White space of any width, dashes, dots and commas, which group the digits of a code. */
const codeSeparators = /[\p{Z}\p{Pd}\u2212\u30FC.,\u00B7\u30FB\uFF65\uFF0E]/gu;

/** The plus signs and the separators that libphonenumber reads (PLUS_CHARS and VALID_PUNCTUATION), each with its ASCII form. */
const phonePunctuation: readonly (readonly [RegExp, string])[] = [
  [/[\uFF0B\uFE62]/g, '+'],
  [/[\p{Pd}\u2212\u30FC\u2053\u223C\uFF5E~]/gu, '-'],
  [/[\uFF08[\uFF3B]/g, '('],
  [/[\uFF09\]\uFF3D]/g, ')'],
  [/[\uFF0E\u00B7\u30FB\uFF65]/g, '.'],
  [/\uFF0F/g, '/'],
  [/\p{Z}/gu, ' '],
];

/** @returns the digits of a code in ASCII; the text unchanged if it holds anything else than digits and separators */
export function typedCode(text: string): string {
  const digits = asciiDigits(visible(text).replace(codeSeparators, ''));
  return /^[0-9]+$/.test(digits) ? digits : text;
}

/** @returns the number with ASCII digits, plus sign and separators, without invisible characters and surrounding white space */
export function typedPhoneNumber(text: string): string {
  const plain = phonePunctuation.reduce((typed, [written, meant]) => typed.replace(written, meant), visible(text));
  return asciiDigits(plain).trim();
}

function visible(text: string): string {
  return text.replace(invisible, '').replace(lineBreaks, ' ');
}

function asciiDigits(text: string): string {
  return text.replace(/\p{Nd}/gu, (digit) => String(digitValue(digit)));
}

/** Unicode keeps the ten digits of a script together and in order, so the distance to the start of the run is the value. */
function digitValue(digit: string): number {
  const point = digit.codePointAt(0) ?? 0;
  let first = point;
  while (decimalDigit.test(String.fromCodePoint(first - 1))) first -= 1;
  return (point - first) % 10;
}
