/**
 * The tasks `forgetWrongCodes`, `rememberNetwork` and `trustDevice`, which record that the owner of an account was present. No session
 * waits for them.
 */
import type { TaskHandler } from '../engine/ports.ts';
import type { Accounts } from './accounts.ts';
import type { PasswordLocks } from './password-locks.ts';

export function forgetWrongCodes(accounts: Pick<Accounts, 'forgetWrongCodes'>): TaskHandler {
  return {
    async run({ personal: { accountId, proved } }) {
      if (accountId === undefined) throw new Error('The session has no account');
      // A session of an earlier version does not record the authenticator. The address counts as proved, as the weaker of the two.
      await accounts.forgetWrongCodes(accountId, proved === 'telephone' || proved === 'factor' ? proved : 'address');
      return { outcome: 'done' };
    },
  };
}

export function rememberNetwork(locks: Pick<PasswordLocks, 'rememberNetwork'>): TaskHandler {
  return {
    async run({ createdAt: at, personal: { accountId, networks, shownDevice } }) {
      if (accountId === undefined) throw new Error('The session has no account');
      await locks.rememberNetwork({ accountId, deviceId: shownDevice ?? null, networks: networks?.split(' ') ?? [], at });
      return { outcome: 'done' };
    },
  };
}

/** @param token derives the token that the device presents at its next login; always the same for the same session */
export function trustDevice(
  accounts: Pick<Accounts, 'trust'>,
  token: (session: { id: string; keyId: string; accountId: string }) => string,
): TaskHandler {
  return {
    async run({ sessionId: id, keyId, createdAt: at, personal: { accountId, passwordVersion, deviceType, deviceName } }) {
      if (accountId === undefined) throw new Error('The session has no account');
      await accounts.trust({
        id,
        accountId,
        passwordVersion: Number(passwordVersion),
        token: token({ id, keyId, accountId }),
        details: { ...(deviceType === undefined ? {} : { deviceType }), ...(deviceName === undefined ? {} : { deviceName }) },
        at,
      });
      return { outcome: 'done' };
    },
  };
}
