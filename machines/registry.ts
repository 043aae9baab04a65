/** Every workflow there is. A new one is its file and a line here. */
import { accountChange } from './account-change.ts';
import { accountSetup } from './account-setup.ts';
import { emailVerification } from './email-verification.ts';
import { loginVerification } from './login-verification.ts';
import { phoneVerification } from './phone-verification.ts';
import { supportAccess } from './support-access.ts';
import type { WorkflowDefinition } from './workflow.ts';

export const registry: readonly WorkflowDefinition[] = [
  emailVerification,
  phoneVerification,
  loginVerification,
  accountSetup,
  accountChange,
  supportAccess,
];
