/** Sessions that their account has left behind: it has changed, or the login that began them has ended. */
import type { Owner, Personal } from '../engine/ports.ts';
import type { LoginAccount } from './login-account.ts';

export interface AccountFacts {
  readonly find: (accountId: string) => Promise<LoginAccount | null>;
  /** True once the login has ended. */
  readonly hasEnded: (login: Owner) => Promise<boolean>;
}

/** True if the account has changed since the session began, or if the login that began the session has ended. */
export async function isOutdated(personal: Personal, facts: AccountFacts): Promise<boolean> {
  const { accountId = '', changes } = personal;
  const [account, isOver] = await Promise.all([facts.find(accountId), isLoggedOut(personal, facts)]);
  return account === null || String(account.changes) !== changes || isOver;
}

/** False for a session that no login began, such as a login itself. */
export async function isLoggedOut({ accountId = '', loginId }: Personal, { hasEnded }: Pick<AccountFacts, 'hasEnded'>): Promise<boolean> {
  return loginId !== undefined && hasEnded({ accountId, sessionId: loginId });
}
