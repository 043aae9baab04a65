// @ts-check
/** The decimal digits of a text in ASCII. People type the digits of their script: Arabic, Devanagari, full-width. */

/** @param {string} text */
export function asciiDigitsIn(text) {
  return [...text].filter((character) => /\p{Nd}/u.test(character)).map(asciiDigit);
}

/** Unicode keeps the ten digits of a script together and in order, so the distance to the start of the run is the value. @param {string} digit */
function asciiDigit(digit) {
  const point = digit.codePointAt(0) ?? 0;
  let first = point;
  while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first -= 1;
  return String((point - first) % 10);
}
