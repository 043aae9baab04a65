/** The modules of this package. Each includes the modules that it needs. */
import type { WorkflowDefinition } from '../../machines/workflow.ts';
import { accounts } from './accounts/accounts.ts';
import { assemble } from './assembly.ts';
import { authenticatorApps } from './authenticator-apps/authenticator-apps.ts';
import { backupCodes } from './backup-codes/backup-codes.ts';
import { codes } from './codes/codes.ts';
import type { Module } from './module.ts';
import { passkeys } from './passkeys/passkeys.ts';
import { support } from './support/support.ts';

export function builtInModules(): readonly Module[] {
  return [codes(), accounts(), support(), passkeys(), authenticatorApps(), backupCodes()];
}

let own: ReadonlySet<WorkflowDefinition> | null = null;

/** True for a workflow of this package. */
export function isBuiltIn(definition: WorkflowDefinition): boolean {
  own ??= new Set(assemble(builtInModules()).workflows);
  return own.has(definition);
}
