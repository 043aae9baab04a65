/** The module `support`: an owner grants an agent access to an account for a limited time. */
import { supportAccess } from '../../../machines/support-access-interface.ts';
import { supportFigures } from '../../../machines/support-figures.ts';
import { supportAccessPaths, supportAccessRoutes } from '../../http/accounts/support-access-routes.ts';
import { grantResolver, supportResolver } from '../../resolvers/support.ts';
import { accounts } from '../accounts/accounts.ts';
import { accountKey } from '../accounts/services.ts';
import { builtInDiagrams } from '../built-in-diagrams.ts';
import { messageKey } from '../messages/services.ts';
import { defineModule } from '../module.ts';
import { supportNotices } from './notices.ts';
import { SupportAccesses } from './support-accesses.ts';

const dayMs = 24 * 60 * 60 * 1000;

export function support() {
  return defineModule({
    name: 'support',
    needs: [accounts()],
    workflows: [supportAccess],
    diagrams: builtInDiagrams,
    figures: supportFigures,
    notices: supportNotices,
    // The agent and the owner both see the agent's name and reason.
    details: { agent: 'shown', reason: 'shown' },
    open: (host) => {
      const accesses = new SupportAccesses(host);
      host.use(accountKey).addAccess((...who) => accesses.accessOf(...who));
      return accesses;
    },
    resolvers: {
      support: (_, host) => {
        const policy = host.figures(supportFigures);
        return supportResolver({
          find: (accountId) => host.use(accountKey).accounts.find(accountId),
          // The limit counts the key, because an agent's name is free text.
          spend: ({ keyName }, accountId, entry) =>
            host.use(messageKey).budget.spend(
              [
                { limit: 'agent', of: ['support', keyName, accountId], most: policy.supportRequestsPerDay, windowMs: dayMs },
                { limit: 'agent', of: ['support of a key', keyName], most: policy.supportRequestsPerKeyAndDay, windowMs: dayMs },
                {
                  limit: 'account',
                  of: ['support of an account', accountId],
                  most: policy.supportRequestsPerAccountAndDay,
                  windowMs: dayMs,
                },
              ],
              entry,
            ),
        });
      },
      grant: grantResolver(),
    },
    routes: (accesses, host) => [
      {
        app: supportAccessRoutes({
          loggedIn: (token) => host.use(accountKey).access.loggedIn(token),
          supportAccesses: (accountId) => accesses.accesses(accountId),
        }),
        paths: supportAccessPaths,
      },
    ],
  });
}
