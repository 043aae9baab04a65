/** Trusted devices, whose logins need no code. Trust expires, and a new password ends it. */

import { createHash } from 'node:crypto';
import { equalsInConstantTime } from '../common/constant-time.ts';
import { isId } from '../common/ids.ts';
import type { AccountFigures, Details, DetailsVault, DeviceStore, StoredDevice } from './account.ts';

export interface TrustedDeviceDeps {
  readonly store: DeviceStore;
  readonly vault: DetailsVault;
  readonly policy: AccountFigures;
  readonly now: () => number;
}

/** A device on which logins to an account need no code. */
export interface TrustedDevice {
  readonly id: string;
  readonly type: string | null;
  readonly name: string | null;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** A device to trust. */
export interface NewDevice {
  readonly id: string;
  readonly accountId: string;
  /** The version of the password that the owner entered. */
  readonly passwordVersion: number;
  readonly token: string;
  readonly details: Details;
  readonly at: number;
}

export class TrustedDevices {
  readonly #deps: TrustedDeviceDeps;

  constructor(deps: TrustedDeviceDeps) {
    this.#deps = deps;
  }

  async trust({ id, accountId, passwordVersion, token, details, at }: NewDevice): Promise<void> {
    const { store, vault, policy } = this.#deps;
    const sealed = vault.seal(id, details);
    const tokenHash = hashOf(token);
    await store.trust({ id, accountId, passwordVersion, tokenHash, sealed, createdAt: at, expiresAt: at + policy.trustedDeviceMs });
  }

  /** The currently trusted devices, the newest first. @param passwordVersion the version of the account's current password */
  async all(accountId: string, passwordVersion: number): Promise<TrustedDevice[]> {
    const { store, vault, now } = this.#deps;
    const devices = await store.all(accountId, now());
    return devices
      .filter((device) => this.#counts(device, passwordVersion))
      .map(({ id, sealed, createdAt, expiresAt }) => {
        const { deviceType, deviceName } = vault.open(id, sealed);
        return { id, type: deviceType ?? null, name: deviceName ?? null, createdAt, expiresAt };
      });
  }

  /** @returns true if the device was trusted until now */
  async revoke(accountId: string, deviceId: string): Promise<boolean> {
    return isId(deviceId) && this.#deps.store.revoke(accountId, deviceId, this.#deps.now());
  }

  /** @returns the id of the trusted device that has this token; null for none */
  async shown(accountId: string, passwordVersion: number, token: string): Promise<string | null> {
    const [id = ''] = token.split('.', 1);
    const device = isId(id) ? await this.#deps.store.find(accountId, id) : null;
    const isMatch = equalsInConstantTime(device?.tokenHash ?? hashOf(''), hashOf(token));
    return device !== null && isMatch && this.#counts(device, passwordVersion) ? id : null;
  }

  async isTrusted(accountId: string, passwordVersion: number, deviceId: string): Promise<boolean> {
    const device = await this.#deps.store.find(accountId, deviceId);
    return device !== null && this.#counts(device, passwordVersion);
  }

  #counts({ passwordVersion, revokedAt, expiresAt }: StoredDevice, present: number): boolean {
    return passwordVersion === present && revokedAt === null && expiresAt > this.#deps.now();
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
