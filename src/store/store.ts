/** An opened database, whichever it is. */
import type { SessionStore } from '../engine/session-store.ts';
import type { AccountRecords } from './account-records.ts';
import type { AddressRecords } from './address-records.ts';
import type { AuditRecords } from './audit-records.ts';
import type { Budgets } from './budgets.ts';
import type { DeviceRecords } from './device-records.ts';
import type { GuessRecords } from './guess-records.ts';
import type { LinkRecords } from './link-records.ts';
import type { LoginRecords } from './login-records.ts';
import type { OwnerNetworkRecords } from './owner-network-records.ts';
import type { PasswordGuessRecords } from './password-guess-records.ts';
import type { SandboxRecords } from './sandbox-records.ts';

/** How a pool of connections is used. */
export interface PoolUse {
  readonly pool: 'sessions' | 'budgets';
  readonly busy: number;
  readonly idle: number;
  /** Statements that wait for a connection. */
  readonly waiting: number;
}

export interface Store {
  readonly kind: 'postgres' | 'pglite';
  /** Where it is, for logs and status pages. Holds no password. */
  readonly description: string;
  readonly sessions: SessionStore;
  readonly sandbox: SandboxRecords;
  readonly budgets: Budgets;
  readonly guesses: GuessRecords;
  readonly accounts: AccountRecords;
  readonly addresses: AddressRecords;
  readonly devices: DeviceRecords;
  readonly passwordGuesses: PasswordGuessRecords;
  readonly ownerNetworks: OwnerNetworkRecords;
  readonly links: LinkRecords;
  readonly logins: LoginRecords;
  readonly audit: AuditRecords;
  /** The connections to the database, by what they are for; none where there is no server. */
  connections(): PoolUse[];
  close(): Promise<void>;
}
