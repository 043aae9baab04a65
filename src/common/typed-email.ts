/**
 * Reads email addresses as people paste them. A mail, a web page or an address book leaves white space and marks of direction around an
 * address, and copies a link with its scheme. Inside of an address, the same characters stay refused: they disguise another address.
 */

/** Far more than an address and the characters around it. The length also bounds the work of the expressions. */
const longestInput = 1_000;

const before = /^[\s\u0085\p{Default_Ignorable_Code_Point}]+/u;
const after = /[\s\u0085\p{Default_Ignorable_Code_Point}]+$/u;

/** @returns the address without the characters around it and without `mailto:`; a very long text unchanged */
export function typedEmail(text: string): string {
  if (text.length > longestInput) return text;
  return text
    .replace(before, '')
    .replace(after, '')
    .replace(/^mailto:/i, '');
}
