/** The services of accounts for other modules. */
import type { AccountChanges } from '../../accounts/account-changes.ts';
import type { AccountSetups } from '../../accounts/account-setups.ts';
import type { Accounts } from '../../accounts/accounts.ts';
import type { PasswordLocks } from '../../accounts/password-locks.ts';
import type { Agent } from '../../engine/ports.ts';
import type { CodeGuesses } from '../../resolvers/code-guesses.ts';
import type { DeviceTokens } from '../../secrets/device-tokens.ts';
import { ServiceKey } from '../host.ts';
import type { AccountAccess } from './account-access.ts';

/** @returns the session by which the owner of an account lets an agent see it now; null where none does */
export type AccessOf = (accountId: string, agent: Agent) => Promise<string | null>;

export interface AccountServices {
  readonly accounts: Accounts;
  readonly locks: PasswordLocks;
  readonly setups: AccountSetups;
  readonly changes: AccountChanges;
  readonly access: AccountAccess;
  readonly deviceTokens: DeviceTokens;
  /** Guesses at codes that follow a right password or a login. */
  readonly guesses: CodeGuesses;
  /** Adds a way in which an owner lets an agent see the personal details of the account. */
  addAccess(accessOf: AccessOf): void;
  /** The session by which the owner lets an agent see the account now; null where none does. */
  readonly accessOf: AccessOf;
  /** Ends the threads. */
  close(): Promise<void>;
}

export const accountKey = new ServiceKey<AccountServices>('accounts');
