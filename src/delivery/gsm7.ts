/** The alphabet of text messages (3GPP TS 23.038, section 6.2.1): a message in it alone has room for 160 characters, any other for 70. */

const basic =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';

/** Sent with an escape before them, so that each takes the room of two. */
const extended = '\f^{}\\[~]|€';

/** How many septets one message has room for. */
export const segmentSeptets = 160;

/** @returns how many septets a text takes; null when it has characters that the alphabet lacks */
export function gsm7Length(text: string): number | null {
  let length = 0;
  for (const character of text) {
    if (basic.includes(character)) length += 1;
    else if (extended.includes(character)) length += 2;
    else return null;
  }
  return length;
}

/** The text in the basic alphabet: letters lose the accents that it lacks, and what it has nothing for is left out. */
export function inGsm7(text: string): string {
  const known = (characters: string) => [...characters].filter((character) => basic.includes(character)).join('');
  return [...text.normalize('NFC')]
    .map((character) => known(character) || known(character.normalize('NFD')))
    .join('')
    .replace(/ {2,}/g, ' ')
    .trim();
}
