/** Personal details as they may be shown. */
import { maskEmail } from './delivery/email-address.ts';
import { maskPhone } from './delivery/phone-number.ts';
import type { Personal } from './engine/ports.ts';

/** What an agent said to the owner is shown to both. */
export function masked({ authorizationUrl, email, phone, newEmail, newPhone, accountId, agent, reason }: Personal): Record<string, string> {
  const shown = {
    email: email === undefined ? undefined : maskEmail(email),
    phone: phone === undefined ? undefined : maskPhone(phone),
    newEmail: newEmail === undefined ? undefined : maskEmail(newEmail),
    newPhone: newPhone === undefined ? undefined : maskPhone(newPhone),
    authorizationUrl,
    accountId,
    agent,
    reason,
  };
  return Object.fromEntries(Object.entries(shown).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
