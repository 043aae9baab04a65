/** The accounts for the sandbox's routes. */
import { randomBytes, randomUUID } from 'node:crypto';
import { serviceCaller } from '../../engine/ports.ts';
import type { SandboxAccountDeps } from '../../http/sandbox/sandbox-accounts.ts';
import type { AccountServices } from './services.ts';

export function sandboxAccounts(
  { accounts, locks, setups, changes, sandboxFactor }: AccountServices,
  now: () => number,
): SandboxAccountDeps['accounts'] {
  return {
    create: (made) => accounts.create({ ...made, emailVerified: true, phoneVerified: made.phone !== undefined }, serviceCaller),
    trustDevice: async (accountId) => {
      const id = randomUUID();
      const token = `${id}.${randomBytes(32).toString('base64url')}`;
      const passwordVersion = (await accounts.find(accountId))?.passwordVersion ?? 0;
      await accounts.trust({ id, accountId, passwordVersion, token, details: { deviceType: 'Sandbox' }, at: now() });
      return token;
    },
    link: async (accountId, link) => {
      await setups.link(accountId, randomUUID(), link);
    },
    setFactor: async (accountId, state) => {
      if ((await accounts.find(accountId)) === null) return false;
      await sandboxFactor?.set(accountId, state);
      return true;
    },
    block: (accountId, blocked) => accounts.block(accountId, blocked),
    arrangeWrongPasswords: (accountId, wrong) => locks.arrange(accountId, wrong),
    changePassword: async (accountId, password) => {
      const account = await accounts.find(accountId);
      if (account === null) return false;
      const { email: formerEmail, changes: after } = account;
      const passwordHash = await changes.hash('/password', { password, email: formerEmail }, serviceCaller);
      return (await changes.apply({ key: randomUUID(), accountId, after, formerEmail, loginId: '', passwordHash })) === 'applied';
    },
  };
}
