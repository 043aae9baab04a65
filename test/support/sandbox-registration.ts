/** A module that registers the sandbox's factor, as the modules of other factors do. */
import { defineWorkflow } from '../../machines/define-workflow.ts';
import type { FactorFigures } from '../../machines/factor-proof.ts';
import { factorRegistrationWorkflow } from '../../machines/factor-registration-interface.ts';
import { accounts } from '../../src/modules/accounts/accounts.ts';
import { accountKey } from '../../src/modules/accounts/services.ts';
import { defineModule } from '../../src/modules/module.ts';

const name = 'sandbox-registration';

const sandboxRegistration = defineWorkflow(name, (figures: FactorFigures) =>
  factorRegistrationWorkflow(
    figures,
    {
      id: name,
      collection: 'sandbox-registrations',
      description: 'Adds the sandbox’s factor to an account.',
      done: 'The factor is ready',
      isNamed: true,
    },
    'sandboxRegistration',
  ),
);

export const sandboxRegistrations = () =>
  defineModule({
    name: 'sandbox-registrations',
    needs: [accounts()],
    workflows: [sandboxRegistration],
    resolvers: {
      sandboxRegistration: (_: unknown, host) => {
        const { registrationOf, sandboxFactor } = host.use(accountKey);
        if (sandboxFactor === null) throw new Error('The sandbox is off');
        return registrationOf(sandboxFactor, name);
      },
    },
  });
