/** The setting of OpenID providers. */
import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { ConfigError } from './config-values.ts';

const Providers = Type.Array(
  Type.Object(
    {
      name: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,39}$' }),
      issuer: Type.String({ maxLength: 2000 }),
      clientId: Type.String({ minLength: 1, maxLength: 500 }),
      clientSecret: Type.String({ minLength: 1, maxLength: 500 }),
    },
    { additionalProperties: false },
  ),
  { maxItems: 50 },
);

/** @throws ConfigError that quotes no secret */
export function linkProvidersOf(text: string | null, isLoopback: (host: string) => boolean): typeof Providers.static {
  if (text === null) return [];
  const providers = parsed(text);
  const [error] = [...Value.Errors(Providers, providers)];
  if (error || !Value.Check(Providers, providers))
    throw new ConfigError(`OIDC_PROVIDERS${error?.path ?? ''}: ${error?.message ?? 'not a list of providers'}`);
  for (const { name, issuer } of providers) {
    const url = URL.canParse(issuer) ? new URL(issuer) : null;
    const host = url?.hostname.replace(/^\[|\]$/g, '') ?? '';
    if (!(url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(host))))
      throw new ConfigError(`OIDC_PROVIDERS: the issuer of '${name}' must be an https:// URL`);
  }
  if (new Set(providers.map(({ name }) => name)).size < providers.length) throw new ConfigError('OIDC_PROVIDERS names a provider twice');
  return providers;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ConfigError('OIDC_PROVIDERS must be JSON: [{ "name", "issuer", "clientId", "clientSecret" }]');
  }
}
