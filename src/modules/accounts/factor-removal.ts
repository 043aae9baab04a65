/** Removes a factor from an account, for modules whose factor an account has once at most. */
import { accountFigures } from '../../../machines/accounts-figures.ts';
import type { Factor } from '../../common/factor.ts';
import { factorRemovalPaths, factorRemovalRoutes, type RemovableFactor } from '../../http/accounts/factor-removal-routes.ts';
import type { Host } from '../host.ts';
import type { Routes } from '../module.ts';
import { accountKey } from './services.ts';

export interface FactorRemoval extends RemovableFactor {
  readonly factor: Pick<Factor, 'version'>;
  /** The notice to the owner. */
  readonly notice: string;
  /** @returns true if the account had the factor until now */
  readonly remove: (accountId: string, at: number) => Promise<boolean>;
}

/**
 * The notice to the owner is committed first, as a task of the requesting login: a removal without a notice would be worse than a notice
 * without a removal. Several requests for one credential, from any logins, send one notice.
 */
export function factorRemoval(removal: FactorRemoval, host: Host): Routes {
  const { factor, notice, remove } = removal;
  const { access } = host.use(accountKey);
  return {
    app: factorRemovalRoutes(removal, {
      loggedIn: (token) => access.loggedIn(token),
      secondFactorMs: host.figures(accountFigures).secondFactorMs,
      now: () => host.now(),
      remove: async ({ accountId, sessionId }) => {
        const version = await factor.version(accountId);
        if (version === null) return false;
        await host.engine.addDetachedTask(sessionId, { src: 'notifyOwner', input: { notice, link: version } });
        return remove(accountId, host.now());
      },
    }),
    paths: (context) => factorRemovalPaths(removal, context),
  };
}
