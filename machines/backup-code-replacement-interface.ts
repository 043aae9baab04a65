/** New backup codes for an account, in place of earlier ones. */
import { defineWorkflow } from './define-workflow.ts';
import type { FactorFigures } from './factor-proof.ts';
import { factorRegistrationWorkflow } from './factor-registration-interface.ts';
import { factorRegistrationPromises } from './factor-registration-promises.ts';

export const backupCodeReplacement = defineWorkflow('backup-code-replacement', (figures: FactorFigures) => ({
  ...factorRegistrationWorkflow(
    figures,
    {
      id: 'backup-code-replacement',
      collection: 'backup-code-replacements',
      description: 'Gives an account new backup codes in place of earlier ones, after the owner has confirmed it with a code or a factor.',
      done: 'Your backup codes are ready',
      isNamed: false,
      isGenerated: true,
    },
    'backupCodeReplacement',
  ),
  promises: factorRegistrationPromises,
}));
