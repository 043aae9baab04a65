/** The modules of the six workflows. Each includes the modules that it needs. */
import { accounts } from './accounts/accounts.ts';
import { codes } from './codes/codes.ts';
import type { Module } from './module.ts';
import { support } from './support/support.ts';

export function builtInModules(): readonly Module[] {
  return [codes(), accounts(), support()];
}
