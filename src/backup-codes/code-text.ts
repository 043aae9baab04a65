/**
 * The text of backup codes: two groups of five characters, 50 bits. The alphabet is Crockford's base 32: no I, L, O and U. Typed letters
 * that look like a digit count as that digit.
 */

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** 50 bits, below the 64 of NIST SP 800-63B-4 (3.1.2.2), so wrong codes are counted. More characters would be mistyped more often. */
const characters = 10;

/** @param bytes seven at least @returns a code such as `7KQ2M-XW9TD` */
export function codeText(bytes: Uint8Array): string {
  const value = bytes.subarray(0, 7).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const text = Array.from({ length: characters }, (_, place) => alphabet[Number((value >> BigInt(5 * place)) & 31n)]).join('');
  return `${text.slice(0, characters / 2)}-${text.slice(characters / 2)}`;
}

/** @returns the ten characters of a typed code; null for a text that can't be one */
export function typedBackupCode(text: string): string | null {
  const typed = text
    .normalize('NFKC')
    .replace(/[\p{Z}\p{Pd}\p{Cc}\p{Default_Ignorable_Code_Point}\u2212._]/gu, '')
    .toUpperCase()
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1');
  return typed.length === characters && [...typed].every((character) => alphabet.includes(character)) ? typed : null;
}
