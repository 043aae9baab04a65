/** The figures of the built-in modules, as tests know them. */
import { accountFigures } from '../../machines/accounts-figures.ts';
import { authenticatorAppFigures } from '../../machines/authenticator-app-figures.ts';
import { backupCodeFigures } from '../../machines/backup-code-figures.ts';
import { codeFigures } from '../../machines/codes-figures.ts';
import { type FiguresOf, valuesOf } from '../../machines/figures.ts';
import { linkingFigures } from '../../machines/linking-figures.ts';
import { messageFigures } from '../../machines/messages-figures.ts';
import { passkeyFigures } from '../../machines/passkey-figures.ts';
import { serviceFigures } from '../../machines/service-figures.ts';
import { supportFigures } from '../../machines/support-figures.ts';

const figures = {
  ...serviceFigures,
  ...messageFigures,
  ...codeFigures,
  ...accountFigures,
  ...linkingFigures,
  ...passkeyFigures,
  ...supportFigures,
  ...authenticatorAppFigures,
  ...backupCodeFigures,
};

export type Policy = FiguresOf<typeof figures>;

/** The profiles of `POLICY`, with the value of every figure. */
export const policyProfiles: { readonly seed: Policy; readonly strict: Policy } = Object.freeze({
  seed: Object.freeze(valuesOf(figures, 'default')),
  strict: Object.freeze(valuesOf(figures, 'strict')),
});
