/** The accounts for the admins' routes. */
import type { Account } from '../../accounts/account.ts';
import { maskEmail } from '../../delivery/email-address.ts';
import { maskPhone } from '../../delivery/phone-number.ts';
import { serviceCaller } from '../../engine/ports.ts';
import type { AdminAccount, AdminAccountRouteDeps } from '../../http/admin/admin-account-routes.ts';
import type { AccountServices } from './services.ts';

/** Passwords of accounts that admins create are hashed in a lane of their own. */
const admins = { ...serviceCaller, clientKey: 'of an admin' };

export function adminAccounts({ accounts, accessOf }: AccountServices): AdminAccountRouteDeps['accounts'] {
  return {
    create: (made) => accounts.create(made, admins),
    openCodes: (id) => accounts.block(id, false),
    find: async (id, agent) => {
      const account = await accounts.find(id);
      if (account === null) return null;
      const accessId = agent === null ? null : await accessOf(id, agent);
      return { account: adminAccount(account, accessId === null), accessId };
    },
  };
}

function adminAccount(account: Account, isMasked: boolean): AdminAccount {
  const { id, email, phone, emailVerified, phoneVerified, locale, blockedUntil, closedChannels, createdAt, updatedAt } = account;
  return {
    id,
    email: isMasked ? maskEmail(email) : email,
    phone: phone === null || !isMasked ? phone : maskPhone(phone),
    emailVerified,
    phoneVerified,
    locale,
    codesRefusedUntil: blockedUntil,
    closedChannels,
    createdAt,
    updatedAt,
  };
}
