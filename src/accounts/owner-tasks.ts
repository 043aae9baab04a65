/** The tasks `forgetWrongCodes` and `trustDevice`: what it means for an account that its owner was there. Nobody waits for their end. */
import type { TaskHandler } from '../engine/ports.ts';
import type { Accounts } from './accounts.ts';

export function forgetWrongCodes(accounts: Pick<Accounts, 'forgetWrongCodes'>): TaskHandler {
  return {
    async run({ personal: { accountId } }) {
      if (accountId === undefined) throw new Error('Nobody’s codes');
      await accounts.forgetWrongCodes(accountId);
      return { outcome: 'done' };
    },
  };
}

/** @param token what the device shows at its next login; always the same for the same session */
export function trustDevice(
  accounts: Pick<Accounts, 'trust'>,
  token: (session: { id: string; keyId: string; accountId: string }) => string,
): TaskHandler {
  return {
    async run({ sessionId: id, keyId, createdAt: at, personal: { accountId, passwordVersion, deviceType, deviceName } }) {
      if (accountId === undefined) throw new Error('Nobody’s device');
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
