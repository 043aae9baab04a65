/** The modules of this package. Each includes the modules that it needs. */
import { accounts } from './accounts/accounts.ts';
import { authenticatorApps } from './authenticator-apps/authenticator-apps.ts';
import { backupCodes } from './backup-codes/backup-codes.ts';
import { codes } from './codes/codes.ts';
import type { Module } from './module.ts';
import { passkeys } from './passkeys/passkeys.ts';
import { support } from './support/support.ts';

export function builtInModules(): readonly Module[] {
  return [codes(), accounts(), support(), passkeys(), authenticatorApps(), backupCodes()];
}
