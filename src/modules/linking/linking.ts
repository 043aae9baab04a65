/** The module `linking`: links accounts at OpenID providers. Workflows of other modules use its resolvers and its task. */
import { linkingFigures } from '../../../machines/linking-figures.ts';
import type { Log } from '../../engine/ports.ts';
import { oauthCallbackRoutes } from '../../http/accounts/oauth-callback.ts';
import { openIdPaths } from '../../http/sandbox/openid-paths.ts';
import { openIdRoutes } from '../../http/sandbox/sandbox-openid.ts';
import { exchangeGrant } from '../../linking/exchange-grant.ts';
import { answerIn, problemIn } from '../../linking/provider-answer.ts';
import { confirmLinkResolver, linkAccountResolver, providerReturnedResolver, withoutLinkResolver } from '../../resolvers/linking.ts';
import { defineModule } from '../module.ts';
import { openLinking } from './open.ts';
import { linkingRefusals } from './refusals.ts';
import { linkingKey } from './services.ts';
import { connectionName, linkingSettings } from './settings.ts';

/** Logs errors of providers that are about their failures or about the settings. People cause neither. */
function logProblems(log: Log): (session: string, provider: string, query: string) => void {
  return (session, provider, query) => {
    const problem = problemIn(query, provider);
    if (problem !== null) log.warn({ session, provider, problem }, 'a provider of accounts sent a person back with an error');
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
    // Issuers are https:// in any case.
    connections: {
      [connectionName]: { setting: 'OIDC_PROVIDERS', carries: 'grants', remedy: 'use https://', isEncrypted: () => true, isOutbound: true },
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
      providerReturned: ({ values }) => providerReturnedResolver(values, answerIn),
      confirmLink: ({ values }) => confirmLinkResolver(values),
      withoutLink: withoutLinkResolver(),
    },
    tasks: { exchangeGrant: ({ providers }) => exchangeGrant(providers) },
    choices: ({ providers }) => ({ 'link-providers': providers.names }),
    routes: ({ values, ownProvider }, { engine, vault, serviceName, addressOf, log }) => [
      {
        app: oauthCallbackRoutes({ engine, vault, values, serviceName, addressOf, answerIn, failed: logProblems(log) }),
        clocked: ['/oauth/*'],
      },
      ...(ownProvider === null ? [] : [{ app: openIdRoutes(ownProvider), paths: openIdPaths }]),
    ],
  });
}
