/** The registration of an authenticator app, in place of an earlier one. */
import { defineWorkflow } from './define-workflow.ts';
import type { FactorFigures } from './factor-proof.ts';
import { factorRegistrationWorkflow } from './factor-registration-interface.ts';
import { factorRegistrationPromises } from './factor-registration-promises.ts';

export const authenticatorRegistration = defineWorkflow('authenticator-registration', (figures: FactorFigures) => ({
  ...factorRegistrationWorkflow(
    figures,
    {
      id: 'authenticator-registration',
      collection: 'authenticator-registrations',
      description: 'Adds an authenticator app to an account, or replaces it, after the owner has confirmed it with a code or a factor.',
      done: 'Your authenticator app is ready',
      isNamed: false,
      isGenerated: true,
    },
    'authenticatorRegistration',
  ),
  promises: factorRegistrationPromises,
}));
