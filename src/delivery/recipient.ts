/** Recipients of messages, compared by the address or the number that they stand for. */
import { normaliseEmail } from './email-address.ts';
import { readPhoneNumber } from './phone-number.ts';

/** The form in which two spellings of an address or of an international number are equal. Any other text stays, without capitals. */
export function comparableRecipient(typed: string): string {
  const number = readPhoneNumber(typed, null, null);
  if ('e164' in number) return number.e164;
  return normaliseEmail(typed)?.identity ?? typed.trim().toLowerCase();
}
