/** The services of linking for other modules. */
import type { OpenIdRouteDeps } from '../../http/sandbox/sandbox-openid.ts';
import type { LinkProviders } from '../../linking/link-providers.ts';
import type { LinkValues } from '../../secrets/link-values.ts';
import { ServiceKey } from '../host.ts';

/** An identity at a provider. */
export interface ProviderIdentity {
  readonly provider: string;
  readonly issuer: string;
  readonly subject: string;
}

export interface LinkingServices {
  readonly providers: LinkProviders;
  /** The names of the providers in the settings. The sandbox's own is not among them. */
  readonly configured: readonly string[];
  readonly values: LinkValues;
  /** Return addresses for a browser that comes from a provider, besides pages of this service. */
  readonly returnUrls: readonly string[];
  /** The routes of the sandbox's own provider; null without one. */
  readonly ownProvider: OpenIdRouteDeps | null;
  /** Sets the function with which the sandbox links an identity to another account, to try that case. */
  linkToAnother(link: (identity: ProviderIdentity) => Promise<void>): void;
}

export const linkingKey = new ServiceKey<LinkingServices>('linking');
