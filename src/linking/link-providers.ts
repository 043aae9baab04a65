/**
 * Providers' accounts, by OpenID Connect: the authorization code flow with PKCE. A library checks the provider's answer (issuer, audience,
 * nonce, state, signature). The service stores the person's identity at the provider, and no token.
 */
import * as oidc from 'openid-client';
import { type Dispatcher, request as requestOf } from 'undici';
import { boundedText, type OutboundOptions, outboundAgent, privateAddressIn, refusePrivate } from '../common/outbound.ts';
import { ChannelUnavailable } from '../engine/errors.ts';
import {
  clockMistake,
  mistakeInDiscovery,
  mistakeInExchange,
  mistakeInMetadata,
  mistakeOfSettings,
  statusOf,
} from './operator-mistakes.ts';
import { partyAtFault } from './provider-answer.ts';

export interface ProviderConfig {
  /** The name of the provider in requests and on screens. */
  readonly name: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The parameter `prompt` of authorization requests; null or empty for none, `consent` if absent. */
  readonly prompt?: string | null;
  /** The URL at which this process reaches the provider. If absent, the issuer's URL, which people use too. */
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

const notReached = `The provider can't be reached now`;
const notUsable = `The provider can't be used until the operator of this service has corrected its settings`;

/** In seconds. A person waits for the answer to discovery, and one attempt at the task has ten seconds for discovery and exchange. */
const answerTimeoutS = 5;

/** Far more than people link at once. More would only queue at the provider. */
const mostConnections = 64;

/** The time for which a provider's metadata are cached. Providers change them rarely, and announce changes. */
const discoveredForMs = 60 * 60 * 1000;

/**
 * The person sees the provider's page at each link, so that an attacker's link to the authorization URL links no account silently.
 * Providers that refuse this value, or ask an admin for consent, get another one by their setting.
 */
const defaultPrompt = 'consent';

/** A code that no provider has issued. The start exchanges it to check the client's secret: a provider checks the client first. */
const inventedCode = 'start-check';

interface Discovered {
  readonly configuration: Promise<oidc.Configuration>;
  readonly at: number;
}

export class LinkProviders {
  readonly #providers: ReadonlyMap<string, ProviderConfig>;
  readonly #callbackUrl: string;
  readonly #now: () => number;
  readonly #discovered = new Map<string, Discovered>();
  readonly #closing = new AbortController();
  readonly #outbound: OutboundOptions;
  /** For the addresses of providers, and for that of this service itself, which may lie in a private network. */
  readonly #dispatchers: { readonly others: Dispatcher; readonly own: Dispatcher };
  /** By provider, the mistake of its clock or ours at the last answer; null if both agree. */
  readonly #clocks = new Map<string, string | null>();

  /**
   * @param callbackUrl the URL to which providers send people back
   * @param now the real time in milliseconds, not the sandbox's, because providers use real time
   * @param allowsPrivate true if providers may lie in private networks
   */
  constructor(providers: readonly ProviderConfig[], callbackUrl: string, now: () => number, allowsPrivate = false) {
    this.#providers = new Map(providers.map((provider) => [provider.name, provider]));
    this.#callbackUrl = callbackUrl;
    this.#now = now;
    this.#outbound = { setting: 'OIDC_PROVIDERS', connection: 'link-providers', allowsPrivate };
    const agent = { ...this.#outbound, timeoutMs: answerTimeoutS * 1000, connections: mostConnections };
    this.#dispatchers = { others: outboundAgent(agent), own: outboundAgent({ ...agent, allowsPrivate: true }) };
  }

  /** The names of the providers. */
  get names(): readonly string[] {
    return [...this.#providers.keys()];
  }

  /** @throws ChannelUnavailable */
  async request(name: string): Promise<LinkRequest> {
    const configuration = await this.#configuration(name);
    const [nonce, verifier] = [oidc.randomNonce(), oidc.randomPKCECodeVerifier()];
    const challenge = await oidc.calculatePKCECodeChallenge(verifier);
    const prompt = this.#provider(name).prompt ?? (this.#provider(name).prompt === null ? '' : defaultPrompt);
    const url = (state: string) =>
      oidc.buildAuthorizationUrl(configuration, {
        redirect_uri: this.#callbackUrl,
        scope: 'openid',
        code_challenge: challenge,
        code_challenge_method: 'S256',
        nonce,
        state,
        ...(prompt === '' ? {} : { prompt }),
      }).href;
    return { nonce, verifier, url };
  }

  /** Fetches a provider's metadata, unless they are cached. @throws ChannelUnavailable */
  async discover(name: string): Promise<void> {
    await this.#configuration(name);
  }

  /**
   * Exchanges an authorization code for the person's identity. A code can be exchanged once.
   * @returns the identity; null if the provider refuses the code, or its answer fails a check
   * @throws ChannelUnavailable if the provider does not answer, or the operator must correct a setting or a clock first
   */
  async exchange({ provider, query, state, nonce, verifier }: LinkAnswer): Promise<LinkedIdentity | null> {
    const configuration = await this.#configuration(provider);
    const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
    try {
      const answer = await oidc.authorizationCodeGrant(configuration, new URL(`${this.#callbackUrl}?${query}`), checks);
      const claims = answer.claims();
      return claims ? { issuer: claims.iss, subject: claims.sub } : null;
    } catch (error) {
      refuseMistake(error);
      if (isTemporary(error)) throw new ChannelUnavailable(`${provider} does not answer`, { cause: error, detail: notReached });
      const mistake = mistakeInExchange(error, this.#provider(provider), methodOf(configuration.serverMetadata()));
      if (mistake !== null) throw new ChannelUnavailable(mistake, { cause: error, detail: notUsable, isPassing: false });
      return null;
    }
  }

  /**
   * Checks the settings of a provider: its metadata, the clocks, and the client's secret.
   * @returns the first mistake, in one line; null if there is none
   */
  async check(name: string): Promise<string | null> {
    try {
      const configuration = await this.#configuration(name);
      const clock = this.#clocks.get(name) ?? null;
      if (clock !== null) return clock;
      const parameters = { code: inventedCode, redirect_uri: this.#callbackUrl, code_verifier: oidc.randomPKCECodeVerifier() };
      return await oidc.genericGrantRequest(configuration, 'authorization_code', parameters).then(
        () => null,
        // The invented code may cause any other error.
        (error: unknown) => mistakeOfSettings(error, this.#provider(name), methodOf(configuration.serverMetadata())),
      );
    } catch (error) {
      if (this.#closing.signal.aborted) return null;
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** Ends the requests under way. */
  close(): void {
    this.#closing.abort();
    void Promise.all([this.#dispatchers.others.destroy(), this.#dispatchers.own.destroy()]);
  }

  /** A request of the OpenID library. Its answer is read here, so that it can't be large. */
  async #fetch(
    url: string,
    provider: ProviderConfig,
    { body, headers, method, signal }: Omit<oidc.CustomFetchOptions, 'redirect'>,
  ): Promise<Response> {
    const isOwn = provider.reachedAt !== undefined;
    if (!isOwn) refusePrivate(url, this.#outbound);
    const signals = [this.#closing.signal, ...(signal ? [signal] : [])];
    const answer = await requestOf(url, {
      dispatcher: isOwn ? this.#dispatchers.own : this.#dispatchers.others,
      method: method === 'POST' ? 'POST' : 'GET',
      headers,
      body: body === undefined || body === null ? null : String(body),
      signal: AbortSignal.any(signals),
    });
    const text = await boundedText(answer.body);
    const received = Object.entries(answer.headers).flatMap(([name, value]) =>
      [value ?? []].flat().map((each): [string, string] => [name, each]),
    );
    const isEmpty = [204, 205, 304].includes(answer.statusCode);
    return new Response(isEmpty ? null : text, { status: answer.statusCode, headers: received });
  }

  /** @throws ChannelUnavailable for an unknown name */
  #provider(name: string): ProviderConfig {
    const provider = this.#providers.get(name);
    if (!provider) throw new ChannelUnavailable(`No provider '${name}' is configured`);
    return provider;
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
    const provider = this.#provider(name);
    const { issuer, clientId, clientSecret, reachedAt = issuer } = provider;
    const server = new URL(issuer);
    const reached = (url: string) => (url.startsWith(`${issuer}/`) ? `${reachedAt}${url.slice(issuer.length)}` : url);
    // By default the library trusts the TLS connection, as OpenID Connect allows. This check also verifies the signature of the ID token.
    // The settings allow http only for loopback.
    const execute = [oidc.enableNonRepudiationChecks, ...(server.protocol === 'http:' ? [oidc.allowInsecureRequests] : [])];
    // Tokens are checked by the service's time. The clock of a node does not matter.
    const metadata = { client_secret: clientSecret, [oidc.clockSkew]: Math.round((this.#now() - Date.now()) / 1000) };
    let configuration: oidc.Configuration;
    try {
      configuration = await oidc.discovery(server, clientId, metadata, authentication(clientSecret), {
        execute,
        timeout: answerTimeoutS,
        [oidc.customFetch]: async (url, options) => {
          const answer = await this.#fetch(reached(url), provider, options);
          // A stored answer (RFC 9111, 5.1) has an old date.
          if (!answer.headers.has('age')) this.#clocks.set(name, clockMistake(provider, answer.headers.get('date'), this.#now()));
          return answer;
        },
      });
    } catch (error) {
      refuseMistake(error);
      if (isTemporary(error))
        throw new ChannelUnavailable(`The metadata of ${name} can't be fetched`, { cause: error, detail: notReached });
      throw new ChannelUnavailable(mistakeInDiscovery(error, provider), { cause: error, detail: notUsable, isPassing: false });
    }
    const mistake = mistakeInMetadata(configuration.serverMetadata(), provider);
    if (mistake !== null) throw new ChannelUnavailable(mistake, { detail: notUsable, isPassing: false });
    return configuration;
  }
}

/**
 * Sends the client's secret in the header, unless the provider's metadata do not list that method. The header is the default of discovery
 * (OpenID Connect Discovery 1.0, section 3), and every server must support it (RFC 6749, 2.3.1).
 */
function methodOf({ token_endpoint_auth_methods_supported: methods }: oidc.ServerMetadata): 'client_secret_basic' | 'client_secret_post' {
  const isInBody = methods !== undefined && !methods.includes('client_secret_basic') && methods.includes('client_secret_post');
  return isInBody ? 'client_secret_post' : 'client_secret_basic';
}

function authentication(secret: string): oidc.ClientAuth {
  const ways = { client_secret_basic: oidc.ClientSecretBasic(secret), client_secret_post: oidc.ClientSecretPost(secret) };
  return (server, ...request) => ways[methodOf(server)](server, ...request);
}

/** @throws ChannelUnavailable for an address of a private network that the operator did not allow */
function refuseMistake(error: unknown): void {
  const refused = privateAddressIn(error);
  if (refused !== null) throw new ChannelUnavailable(refused.message, { cause: error, detail: notUsable, isPassing: false });
}

/** True if the provider did not answer, or answered that it is unavailable. Another attempt may then succeed. */
function isTemporary(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // The library wraps answers in different errors, depending on their contents.
  const status = statusOf(error);
  if (status !== null && (status >= 500 || status === 429 || status === 408)) return true;
  if (error instanceof oidc.ResponseBodyError) return partyAtFault(error.error) === 'provider';
  if (status !== null) return false;
  const codes: unknown[] = ['OAUTH_TIMEOUT', 'OAUTH_ABORT'];
  return (
    error instanceof TypeError || ['TimeoutError', 'AbortError'].includes(error.name) || ('code' in error && codes.includes(error.code))
  );
}
