/** An opened database, whichever it is. */
import type { SessionStore } from '../engine/session-store.ts';
import type { AccountRecords } from './account-records.ts';
import type { AddressRecords } from './address-records.ts';
import type { AuditRecords } from './audit-records.ts';
import type { Budgets } from './budgets.ts';
import type { DeviceRecords } from './device-records.ts';
import type { LinkRecords } from './link-records.ts';
import type { SandboxRecords } from './sandbox-records.ts';

export interface Store {
  readonly kind: 'postgres' | 'pglite';
  /** Where it is, for logs and status pages. Holds no password. */
  readonly description: string;
  readonly sessions: SessionStore;
  readonly sandbox: SandboxRecords;
  readonly budgets: Budgets;
  readonly accounts: AccountRecords;
  readonly addresses: AddressRecords;
  readonly devices: DeviceRecords;
  readonly links: LinkRecords;
  readonly audit: AuditRecords;
  close(): Promise<void>;
}
