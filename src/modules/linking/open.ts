/** Opens the providers for links: the configured ones, and the sandbox's own. */
import { randomUUID } from 'node:crypto';
import { type OpenIdRouteDeps, openIdPath } from '../../http/sandbox/sandbox-openid.ts';
import { LinkProviders, type ProviderConfig } from '../../linking/link-providers.ts';
import { isSubject, OpenIdProvider } from '../../sandbox/openid-provider.ts';
import { LinkValues } from '../../secrets/link-values.ts';
import { signingKey } from '../../secrets/signing-key.ts';
import type { Host } from '../host.ts';
import type { LinkingServices, ProviderIdentity } from './services.ts';
import type { LinkingSettings } from './settings.ts';

/** The name of the sandbox's provider in `link-account`. */
const name = 'sandbox';
const clientId = 'verification';

export function openLinking(host: Host, settings: LinkingSettings): LinkingServices {
  const callbackUrl = `${host.publicUrl}/oauth/callback`;
  let link: (identity: ProviderIdentity) => Promise<void> = async () => {};
  const own = ownProvider(host, settings, { redirectUri: callbackUrl, linkToAnother: (identity) => link(identity) });
  return {
    providers: new LinkProviders(
      [...settings.providers, ...(own === null ? [] : [own.setting])],
      callbackUrl,
      () => host.worldTime(),
      settings.allowsPrivate,
    ),
    configured: settings.providers.map((provider) => provider.name),
    values: new LinkValues(host.keyring),
    returnUrls: settings.returnUrls,
    ownProvider: own?.routes ?? null,
    linkToAnother: (linking) => {
      link = linking;
    },
  };
}

/** @returns null outside the sandbox, and if another provider of that name is configured */
function ownProvider(
  { sandbox, keyring, store, serviceName, publicUrl, addressOf, ownUrl, worldTime }: Host,
  { providers, returnUrls }: LinkingSettings,
  { redirectUri, linkToAnother }: { readonly redirectUri: string; readonly linkToAnother: (identity: ProviderIdentity) => Promise<void> },
): { readonly setting: ProviderConfig; readonly routes: OpenIdRouteDeps } | null {
  if (sandbox === null || providers.some((configured) => configured.name === name)) return null;
  const { clock } = sandbox;
  const issuer = `${publicUrl}${openIdPath}`;
  const clientSecret = keyring.mac(keyring.currentId, 'sandbox-client', [clientId]).toString('base64url');
  const provider = new OpenIdProvider({
    issuer,
    client: { id: clientId, secret: clientSecret, redirectUri },
    // Derived from the secret keys, which all processes have: every process accepts the grants of the others.
    keys: keyring.ids.map((id) => ({
      id,
      grants: keyring.derive(id, 'sandbox-grant'),
      identities: signingKey(keyring.derive(id, 'sandbox-identity')),
    })),
    now: async () => {
      await clock.refresh();
      return clock.now();
    },
    worldTime,
    useOnce: async (code, at, windowMs) => {
      const key = keyring.mac(keyring.currentId, 'budget', ['sandbox-grant', code]).toString('base64url');
      return (await store.budgets.spend([{ key, most: 1, window: 'sliding', windowMs }], randomUUID(), at)) === null;
    },
    linkToSomebody: (subject) => linkToAnother({ provider: name, issuer, subject }),
  });
  return {
    setting: { name, issuer, clientId, clientSecret, reachedAt: `${ownUrl}${openIdPath}` },
    routes: { serviceName, addressOf, provider, isSubject, returnUrls },
  };
}
