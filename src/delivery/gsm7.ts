/**
 * The alphabets of text messages: GSM 7-bit (3GPP TS 23.038, section 6.2.1) with 160 characters, and UCS-2 with 70. Longer messages go out
 * in parts, each with a header.
 */

const basic =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';

/** Characters sent after an escape, so that each takes two septets. */
const extended = '\f^{}\\[~]|€';

/** The septets of one message. */
export const segmentSeptets = 160;

/** UCS-2: the characters of a message of one part, and of each part of a longer one (3GPP TS 23.040, section 9.2.3.24.1). */
const ucs2 = { whole: 70, part: 67 } as const;

/** The parts of a text outside the alphabet. Characters beyond the basic plane count twice, and no part ends inside of one. */
export function ucs2Parts(text: string): number {
  if (text.length <= ucs2.whole) return 1;
  let parts = 1;
  let used = 0;
  for (const character of text) {
    if (used + character.length > ucs2.part) {
      parts += 1;
      used = 0;
    }
    used += character.length;
  }
  return parts;
}

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

/** Punctuation of typesetters and its form in the alphabet. */
const plainPunctuation: Readonly<Record<string, string>> = {
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '‐': '-',
  '‑': '-',
  '–': '-',
  '—': '-',
  '…': '...',
  '`': "'",
};

/**
 * Converts a text to the alphabet, where it stays readable: letters lose accents, and punctuation gets its plain form.
 * @returns null if the alphabet lacks a letter or a sign of the text
 */
export function inGsm7(text: string): string | null {
  const characters = [...text.normalize('NFC')].map((character) => {
    if (basic.includes(character) || extended.includes(character)) return character;
    const [letter = '', ...marks] = character.normalize('NFD');
    return marks.length > 0 && basic.includes(letter) ? letter : (plainPunctuation[character] ?? null);
  });
  return characters.includes(null) ? null : characters.join('');
}
