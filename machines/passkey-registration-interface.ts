/** The registration of a passkey. */
import { defineWorkflow } from './define-workflow.ts';
import type { FactorFigures } from './factor-proof.ts';
import { factorRegistrationWorkflow } from './factor-registration-interface.ts';
import { factorRegistrationPromises } from './factor-registration-promises.ts';

export const passkeyRegistration = defineWorkflow('passkey-registration', (figures: FactorFigures) => ({
  ...factorRegistrationWorkflow(
    figures,
    {
      id: 'passkey-registration',
      collection: 'passkey-registrations',
      description: 'Adds a passkey to an account, after its owner has confirmed it with a code or a factor.',
      done: 'Your passkey is ready',
      isNamed: true,
    },
    'passkeyRegistration',
  ),
  promises: factorRegistrationPromises,
}));
