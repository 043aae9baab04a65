/**
 * The alphabet of text messages, GSM 7-bit (3GPP TS 23.038, section 6.2.1). A message in this alphabet holds 160 characters, any other
 * message 70.
 */

const basic =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';

/** Characters sent after an escape, so that each takes two septets. */
const extended = '\f^{}\\[~]|€';

/** The septets of one message. */
export const segmentSeptets = 160;

/** @returns the septets that a text takes; null if the alphabet lacks one of its characters */
export function gsm7Length(text: string): number | null {
  let length = 0;
  for (const character of text) {
    if (basic.includes(character)) length += 1;
    else if (extended.includes(character)) length += 2;
    else return null;
  }
  return length;
}

/** Converts a text to the basic alphabet. Letters lose accents that the alphabet lacks; other missing characters are left out. */
export function inGsm7(text: string): string {
  const known = (characters: string) => [...characters].filter((character) => basic.includes(character)).join('');
  return [...text.normalize('NFC')]
    .map((character) => known(character) || known(character.normalize('NFD')))
    .join('')
    .replace(/ {2,}/g, ' ')
    .trim();
}
