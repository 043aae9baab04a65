/** The providers whose accounts can be linked: those of the configuration, and the sandbox's own. */
import { randomUUID } from 'node:crypto';
import type { Accounts } from './accounts/accounts.ts';
import type { Config } from './config.ts';
import type { Engine } from './engine/engine.ts';
import type { Owner } from './engine/ports.ts';
import { type OpenIdRouteParts, openIdPath } from './http/sandbox-openid.ts';
import { type Identity, sandboxAccounts } from './identity.ts';
import { LinkProviders, type ProviderConfig } from './linking/link-providers.ts';
import { isSubject, OpenIdProvider } from './sandbox/openid-provider.ts';
import type { SandboxClock } from './sandbox/sandbox-clock.ts';
import type { Keyring } from './secrets/keyring.ts';
import { LinkValues } from './secrets/link-values.ts';
import { signingKey } from './secrets/signing-key.ts';
import type { Store } from './store/store.ts';

/** What it is called in `link-account`. */
const name = 'sandbox';
const clientId = 'verification';

/** The account here that a made-up one is linked to; nobody logs in to it. */
const somebody = { password: 'a quiet evening in Porto' };

interface LinkingFoundation {
  readonly config: Config;
  /** Null outside the sandbox. */
  readonly clock: SandboxClock | null;
  readonly keyring: Keyring;
  readonly store: Store;
  readonly identity: Identity;
  readonly worldTime: () => number;
  /** Where browsers reach the service. */
  readonly publicUrl: string;
  /** Where it reaches itself. */
  readonly ownUrl: string;
}

interface Linking {
  readonly links: LinkProviders;
  readonly linkValues: LinkValues;
  /** The routes of the sandbox's own provider; null where there is none. */
  readonly openId: OpenIdRouteParts | null;
}

export function linkingParts(foundation: LinkingFoundation): Linking {
  const { config, keyring, publicUrl, worldTime } = foundation;
  const callbackUrl = `${publicUrl}/oauth/callback`;
  const own = ownProvider(foundation, callbackUrl);
  const providers = [...config.linkProviders, ...(own === null ? [] : [own.setting])];
  return {
    links: new LinkProviders(providers, callbackUrl, worldTime),
    linkValues: new LinkValues(keyring),
    openId: own?.routes ?? null,
  };
}

/**
 * Removes links. The notice to the owner is committed first, as a task of the login that asks. If the removal then fails, the owner gets
 * a notice too early and repeats the request; a removal without a notice would be worse. Of several requests for one link, from one login
 * or several, one notice goes out.
 */
export function unlinking(accounts: Accounts, engine: Engine): (login: Owner, linkId: string) => Promise<boolean> {
  return async ({ accountId, sessionId }, linkId) => {
    const links = await accounts.links(accountId);
    if (!links.some(({ id }) => id === linkId)) return false;
    await engine.entrust(sessionId, { src: 'notifyOwner', input: { notice: 'link-removed', link: linkId } });
    return accounts.unlink(accountId, linkId);
  };
}

/** @returns null outside the sandbox, and where another one of that name is configured */
function ownProvider(
  { config, clock, keyring, store, identity, worldTime, publicUrl, ownUrl }: LinkingFoundation,
  redirectUri: string,
): { readonly setting: ProviderConfig; readonly routes: OpenIdRouteParts } | null {
  if (clock === null || config.linkProviders.some((configured) => configured.name === name)) return null;
  const issuer = `${publicUrl}${openIdPath}`;
  const clientSecret = keyring.mac(keyring.currentId, 'sandbox-client', [clientId]).toString('base64url');
  const accounts = sandboxAccounts(identity, () => clock.now());
  const provider = new OpenIdProvider({
    issuer,
    client: { id: clientId, secret: clientSecret, redirectUri },
    // Of the secret keys, which all processes have: what one gives, another one takes.
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
    linkToSomebody: async (subject) => {
      const accountId = await accounts.create({ email: `somebody.${randomUUID()}@example.com`, ...somebody });
      if (accountId !== null) await accounts.link(accountId, { provider: name, issuer, subject });
    },
  });
  return {
    setting: { name, issuer, clientId, clientSecret, reachedAt: `${ownUrl}${openIdPath}` },
    routes: { serviceName: config.serviceName, provider, isSubject, returnUrls: config.linkReturnUrls },
  };
}
