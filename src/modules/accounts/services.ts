/** The services of accounts for other modules. */
import type { AccountChanges } from '../../accounts/account-changes.ts';
import type { AccountSetups } from '../../accounts/account-setups.ts';
import type { Accounts } from '../../accounts/accounts.ts';
import type { Factors } from '../../accounts/factors.ts';
import type { Logins } from '../../accounts/logins.ts';
import type { PasswordLocks } from '../../accounts/password-locks.ts';
import type { Factor } from '../../common/factor.ts';
import type { Agent, Resolver } from '../../engine/ports.ts';
import type { CodeGuesses } from '../../resolvers/code-guesses.ts';
import type { FactorOffers } from '../../resolvers/factor-offers.ts';
import type { SandboxFactor } from '../../sandbox/sandbox-factor.ts';
import type { DeviceTokens } from '../../secrets/device-tokens.ts';
import { ServiceKey } from '../host.ts';
import type { AccountAccess } from './account-access.ts';

/** @returns the session in which the owner has granted the agent access to the account now; null without one */
export type AccessOf = (accountId: string, agent: Agent) => Promise<string | null>;

export interface AccountServices {
  readonly accounts: Accounts;
  readonly locks: PasswordLocks;
  readonly setups: AccountSetups;
  readonly changes: AccountChanges;
  readonly access: AccountAccess;
  readonly deviceTokens: DeviceTokens;
  /** Ends logins, and makes them count as a second factor again. */
  readonly logins: Pick<Logins, 'hasEnded' | 'renew'>;
  /** Counts guesses at codes after a correct password or a login. */
  readonly guesses: CodeGuesses;
  /** The factors that accounts can have besides sent codes. */
  readonly factors: Factors;
  /** The factor of the sandbox; null in production. */
  readonly sandboxFactor: SandboxFactor | null;
  /** Adds a factor. @throws Error if a factor of this name exists */
  addFactor(factor: Factor): void;
  /** @returns the resolver of the start of a workflow that enrols a factor, and in which the owner confirms it */
  registrationOf(factor: Factor, workflow: string): Resolver;
  /** Decides which factors an account may use. */
  readonly offers: FactorOffers;
  /** True if the owner of an account confirms a change of it in sessions of the workflow. */
  isStepUp(workflow: string): boolean;
  /** Adds a way in which an owner can grant an agent access to the personal details of the account. */
  addAccess(accessOf: AccessOf): void;
  /** The session in which the owner has granted the agent access to the account now; null without one. */
  readonly accessOf: AccessOf;
  /** Ends the threads that estimate passwords. */
  close(): Promise<void>;
}

export const accountKey = new ServiceKey<AccountServices>('accounts');
