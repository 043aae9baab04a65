/** The module `linking`: links accounts at OpenID providers. Workflows of other modules use its resolvers and its task. */
import { linkingFigures } from '../../../machines/linking-figures.ts';
import type { Log } from '../../engine/ports.ts';
import { oauthCallbackRoutes } from '../../http/accounts/oauth-callback.ts';
import { openIdPaths } from '../../http/sandbox/openid-paths.ts';
import { openIdRoutes } from '../../http/sandbox/sandbox-openid.ts';
import { exchangeGrant } from '../../linking/exchange-grant.ts';
import { mistakeInAnswer } from '../../linking/operator-mistakes.ts';
import { confirmLinkResolver, linkAccountResolver, providerReturnedResolver, withoutLinkResolver } from '../../resolvers/linking.ts';
import { defineModule } from '../module.ts';
import { openLinking } from './open.ts';
import { linkingRefusals } from './refusals.ts';
import { linkingKey } from './services.ts';
import { linkingSettings } from './settings.ts';

/** Logs answers of providers that are about the settings, so that an operator does not take them for people who declined. */
function logMistakes(log: Log): (session: string, query: string) => void {
  return (session, query) => {
    const problem = mistakeInAnswer(query);
    if (problem !== null) log.warn({ session, problem }, 'a provider of accounts refuses the requests of this service');
  };
}

export function linking() {
  return defineModule({
    name: 'linking',
    figures: linkingFigures,
    refusals: linkingRefusals,
    details: {
      authorizationUrl: 'shown',
      linkState: 'hidden',
      linkNonce: 'hidden',
      linkVerifier: 'hidden',
      linkQuery: 'hidden',
      linkReturnTo: 'hidden',
      linkValueHash: 'hidden',
    },
    settings: linkingSettings,
    key: linkingKey,
    open: openLinking,
    // The check waits for answers of other servers, and the start does not wait for the check.
    ready: async ({ providers, configured }, { log }) => {
      for (const name of configured) {
        void providers.check(name).then((problem) => {
          if (problem !== null) log.warn({ provider: name, problem }, 'a provider of accounts can’t be used for links');
        });
      }
    },
    close: async ({ providers }) => providers.close(),
    resolvers: {
      linkAccount: ({ providers, returnUrls }) =>
        linkAccountResolver({ names: providers.names, returnUrls, request: (provider) => providers.request(provider) }),
      providerReturned: ({ values }) => providerReturnedResolver(values),
      confirmLink: ({ values }) => confirmLinkResolver(values),
      withoutLink: withoutLinkResolver(),
    },
    tasks: { exchangeGrant: ({ providers }) => exchangeGrant(providers) },
    choices: ({ providers }) => ({ 'link-providers': providers.names }),
    routes: ({ values, ownProvider }, { engine, vault, serviceName, addressOf, log }) => [
      { app: oauthCallbackRoutes({ engine, vault, values, serviceName, addressOf, declined: logMistakes(log) }), clocked: ['/oauth/*'] },
      ...(ownProvider === null ? [] : [{ app: openIdRoutes(ownProvider), paths: openIdPaths }]),
    ],
  });
}
