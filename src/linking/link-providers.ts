/**
 * Providers' accounts, by OpenID Connect: the authorization code flow with PKCE. A library checks the provider's answer (issuer, audience,
 * nonce, state, signature). The service stores the person's identity at the provider, and no token.
 */
import * as oidc from 'openid-client';

export interface ProviderConfig {
  /** The name of the provider in requests and on screens. */
  readonly name: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The URL at which this process reaches the provider; absent if it is the issuer's URL, as for people. */
  readonly reachedAt?: string;
}

/** The authorization request to a provider, and the values that check its answer. */
interface LinkRequest {
  readonly nonce: string;
  readonly verifier: string;
  /** The URL that the person goes to. @param state returned with the provider's answer */
  readonly url: (state: string) => string;
}

/** A provider's answer, with the values that check it. */
interface LinkAnswer {
  readonly provider: string;
  /** The query of the callback. */
  readonly query: string;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** The identity of a person at a provider. An issuer's subject always identifies the same person. */
interface LinkedIdentity {
  readonly issuer: string;
  readonly subject: string;
}

/** The provider can't be reached at the moment. */
class ProviderUnavailable extends Error {
  override readonly name = 'ProviderUnavailable';
}

/** In seconds. A person waits for the answer to discovery, and one attempt at the task has ten seconds for discovery and exchange. */
const answerTimeoutS = 5;

/** The time for which a provider's metadata are cached. Providers change them rarely, and announce changes. */
const discoveredForMs = 60 * 60 * 1000;

interface Discovered {
  readonly configuration: Promise<oidc.Configuration>;
  readonly at: number;
}

export class LinkProviders {
  readonly #providers: ReadonlyMap<string, ProviderConfig>;
  readonly #callbackUrl: string;
  readonly #now: () => number;
  readonly #discovered = new Map<string, Discovered>();

  /**
   * @param callbackUrl the URL to which providers send people back
   * @param now the real time in milliseconds, not the sandbox's, because providers use real time
   */
  constructor(providers: readonly ProviderConfig[], callbackUrl: string, now: () => number) {
    this.#providers = new Map(providers.map((provider) => [provider.name, provider]));
    this.#callbackUrl = callbackUrl;
    this.#now = now;
  }

  /** The names of the providers. */
  get names(): readonly string[] {
    return [...this.#providers.keys()];
  }

  /** @throws ProviderUnavailable */
  async request(name: string): Promise<LinkRequest> {
    const configuration = await this.#configuration(name);
    const [nonce, verifier] = [oidc.randomNonce(), oidc.randomPKCECodeVerifier()];
    const challenge = await oidc.calculatePKCECodeChallenge(verifier);
    const url = (state: string) =>
      oidc.buildAuthorizationUrl(configuration, {
        redirect_uri: this.#callbackUrl,
        scope: 'openid',
        code_challenge: challenge,
        code_challenge_method: 'S256',
        nonce,
        state,
        // The provider asks the person for consent each time, so that an attacker's link to this URL links no account silently.
        prompt: 'consent',
      }).href;
    return { nonce, verifier, url };
  }

  /** Fetches a provider's metadata, unless they are cached. @throws ProviderUnavailable */
  async discover(name: string): Promise<void> {
    await this.#configuration(name);
  }

  /**
   * Exchanges an authorization code for the person's identity. A code can be exchanged once.
   * @returns the identity; null if the provider refuses the code, or its answer fails a check
   * @throws ProviderUnavailable
   */
  async exchange({ provider, query, state, nonce, verifier }: LinkAnswer): Promise<LinkedIdentity | null> {
    const configuration = await this.#configuration(provider);
    const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
    try {
      const answer = await oidc.authorizationCodeGrant(configuration, new URL(`${this.#callbackUrl}?${query}`), checks);
      const claims = answer.claims();
      return claims ? { issuer: claims.iss, subject: claims.sub } : null;
    } catch (error) {
      if (isTemporary(error)) throw new ProviderUnavailable(`${provider} does not answer`, { cause: error });
      return null;
    }
  }

  #configuration(name: string): Promise<oidc.Configuration> {
    const known = this.#discovered.get(name);
    if (known && this.#now() < known.at + discoveredForMs) return known.configuration;
    const discovered = { configuration: this.#configured(name), at: this.#now() };
    this.#discovered.set(name, discovered);
    discovered.configuration.catch(() => {
      if (this.#discovered.get(name) === discovered) this.#discovered.delete(name);
    });
    return discovered.configuration;
  }

  async #configured(name: string): Promise<oidc.Configuration> {
    const provider = this.#providers.get(name);
    if (!provider) throw new ProviderUnavailable(`No provider '${name}' is configured`);
    const { issuer, clientId, clientSecret, reachedAt = issuer } = provider;
    const server = new URL(issuer);
    const reached = (url: string) => (url.startsWith(`${issuer}/`) ? `${reachedAt}${url.slice(issuer.length)}` : url);
    // By default the library trusts the TLS connection, as OpenID Connect allows. This check also verifies the signature of the ID token.
    // The settings allow http only for loopback.
    const execute = [oidc.enableNonRepudiationChecks, ...(server.protocol === 'http:' ? [oidc.allowInsecureRequests] : [])];
    try {
      return await oidc.discovery(server, clientId, clientSecret, undefined, {
        execute,
        timeout: answerTimeoutS,
        [oidc.customFetch]: (url, { body = null, ...options }) => fetch(reached(url), { ...options, body }),
      });
    } catch (error) {
      throw new ProviderUnavailable(`The metadata of ${name} can't be fetched`, { cause: error });
    }
  }
}

/** True if the provider did not answer, or answered that it is unavailable. Another attempt may then succeed. */
function isTemporary(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // The library wraps answers in different errors, depending on their contents.
  const status = statusIn(error.cause) ?? statusIn(error);
  if (status !== null) return status >= 500 || status === 429;
  const codes: unknown[] = ['OAUTH_TIMEOUT', 'OAUTH_ABORT'];
  return error instanceof TypeError || error.name === 'TimeoutError' || ('code' in error && codes.includes(error.code));
}

/** The status of an answer. The server's library replaces the global `Response` class, so `instanceof` does not recognise answers. */
function statusIn(answer: unknown): number | null {
  const isAnswer = typeof answer === 'object' && answer !== null && 'status' in answer;
  return isAnswer && typeof answer.status === 'number' ? answer.status : null;
}
