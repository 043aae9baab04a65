/** The settings of linking: OpenID providers, and the allowed return addresses. */
import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { isLoopback } from '../../common/loopback.ts';
import { isPrivateHost } from '../../common/outbound.ts';
import type { SettingsReader } from '../../config/settings.ts';
import { ConfigError, listOf } from '../../config/values.ts';

const Providers = Type.Array(
  Type.Object(
    {
      name: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,39}$' }),
      issuer: Type.String({ maxLength: 2000 }),
      clientId: Type.String({ minLength: 1, maxLength: 500 }),
      clientSecret: Type.String({ minLength: 1, maxLength: 500 }),
      prompt: Type.Optional(Type.Union([Type.Null(), Type.String({ maxLength: 100 })])),
    },
    { additionalProperties: false },
  ),
  { maxItems: 50 },
);

/** The name of the connections to providers in `ALLOW_PRIVATE`. */
export const connectionName = 'link-providers';

export interface LinkingSettings {
  /** The OpenID providers of the accounts that can be linked. */
  readonly providers: typeof Providers.static;
  /** Return addresses for a browser that comes from a provider, besides pages of this service. */
  readonly returnUrls: readonly string[];
  /** True if providers may lie in private networks. */
  readonly allowsPrivate: boolean;
}

/** @throws ConfigError */
export function linkingSettings({ value, allowsPrivate }: SettingsReader): LinkingSettings {
  const isAllowed = allowsPrivate(connectionName);
  return {
    providers: linkProvidersOf(value('OIDC_PROVIDERS'), isAllowed),
    allowsPrivate: isAllowed,
    returnUrls: linkReturnUrlsOf(value('LINK_RETURN_URLS')),
  };
}

/** @throws ConfigError that quotes no secret */
function linkProvidersOf(text: string | null, allowsPrivate: boolean): typeof Providers.static {
  if (text === null) return [];
  const providers = listed(parsed(text));
  const [error] = [...Value.Errors(Providers, providers)];
  if (error?.path.endsWith('/name'))
    throw new ConfigError(`OIDC_PROVIDERS${error.path} must be small letters, digits and hyphens, such as acme`);
  if (error || !Value.Check(Providers, providers))
    throw new ConfigError(`OIDC_PROVIDERS${error?.path ?? ''}: ${error?.message ?? 'not a list of providers'}`);
  for (const { name, issuer, prompt } of providers) {
    if (!isSafe(issuer) || /[?#\s]/.test(issuer))
      throw new ConfigError(`OIDC_PROVIDERS: the issuer of '${name}' must be an https:// URL without a query`);
    if (!allowsPrivate && isPrivateHost(issuer))
      throw new ConfigError(
        `OIDC_PROVIDERS: the issuer of '${name}' is an address of a private network: allow it with ALLOW_PRIVATE=${connectionName}, or correct the address`,
      );
    if (prompt && !/^[a-z_]+( [a-z_]+)*$/.test(prompt))
      throw new ConfigError(
        `OIDC_PROVIDERS: the prompt of '${name}' must be words such as consent, login or select_account, or null for none`,
      );
    // A provider that may not ask answers with an error at the first visit (OpenID Connect Core 1.0, 3.1.2.1).
    if (prompt?.split(' ').includes('none'))
      throw new ConfigError(`OIDC_PROVIDERS: with the prompt none, '${name}' could not ask people. For no prompt parameter, write null`);
  }
  if (new Set(providers.map(({ name }) => name)).size < providers.length) throw new ConfigError('OIDC_PROVIDERS names a provider twice');
  return providers;
}

/**
 * Exact addresses only, in the browser or in an app, because the browser carries a secret value to them (RFC 9700, 4.1.3).
 * @throws ConfigError
 */
function linkReturnUrlsOf(text: string | null): string[] {
  const urls = listOf(text);
  for (const url of urls) {
    const { username = '', password = '' } = URL.canParse(url) ? new URL(url) : {};
    if (!(isSafe(url) || isAppUrl(url)) || /[#\s]/.test(url) || username + password !== '')
      throw new ConfigError(
        `LINK_RETURN_URLS: '${url}' is not an https:// URL without a fragment, such as https://app.example.com/linked, or an app's such as com.example.app:/linked`,
      );
  }
  return urls;
}

/** True if others can't read the connection: it uses TLS, or stays within the machine. */
function isSafe(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  const host = url?.hostname.replace(/^\[|\]$/g, '') ?? '';
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(host));
}

/**
 * True for an address with a scheme that an app has registered. The scheme is a domain name of the app's maker in reverse order, so that no
 * two apps share it (RFC 8252, 7.1).
 */
function isAppUrl(text: string): boolean {
  return URL.canParse(text) && /^[a-z][a-z0-9-]*(\.[a-z0-9-]+)+:\//i.test(text);
}

/**
 * The providers as meant: one alone is a list of one, spaces around a text are none of it, and the address of the metadata stands for the
 * issuer.
 */
function listed(providers: unknown): unknown {
  const list = typeof providers === 'object' && providers !== null && 'issuer' in providers ? [providers] : providers;
  if (!Array.isArray(list)) return list;
  return list.map((provider: unknown) => {
    if (typeof provider !== 'object' || provider === null) return provider;
    const trimmed = Object.entries(provider).map(([name, member]) => [name, typeof member === 'string' ? member.trim() : member]);
    const { issuer, ...others } = Object.fromEntries(trimmed);
    return { ...others, issuer: typeof issuer === 'string' ? issuer.replace(/\/\.well-known\/openid-configuration$/, '') : issuer };
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ConfigError('OIDC_PROVIDERS must be JSON: [{ "name", "issuer", "clientId", "clientSecret" }]');
  }
}
