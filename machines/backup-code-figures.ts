/** Figures of backup codes. */
import { Type } from '@sinclair/typebox';
import { defineFigures } from './figures.ts';

export const backupCodeFigures = defineFigures({
  backupCodes: {
    schema: Type.Integer({ minimum: 4, maximum: 20, description: 'The codes of one set of backup codes.' }),
    default: 10,
    reason: 'The product page: ten. They fit on a card, and last for years where the telephone or the app is the usual factor.',
  },
  backupCodesWarning: {
    schema: Type.Integer({
      minimum: 1,
      maximum: 10,
      description: 'The number of unused backup codes at which the notice of a use asks for new ones.',
    }),
    default: 2,
    reason: 'With two left a person can still log in to get new ones, and once more if that fails.',
  },
});
