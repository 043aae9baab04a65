/**
 * Accounts elsewhere, by OpenID Connect: the authorization code flow with PKCE, through a library that checks what the provider
 * answers (issuer, audience, nonce, state, signature). It keeps nothing of the provider's: no token, only who the person is there.
 */
import * as oidc from 'openid-client';

export interface ProviderConfig {
  /** What people and requests call it. */
  readonly name: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where this process reaches it, where that is not where people do. */
  readonly reachedAt?: string;
}

/** What a person is sent to a provider with, and what the answer is held to. */
interface LinkRequest {
  readonly nonce: string;
  readonly verifier: string;
  /** Where the person is to go. @param state comes back with them */
  readonly url: (state: string) => string;
}

/** What came back with the person. */
interface LinkAnswer {
  readonly provider: string;
  /** The query of the address that they were sent back to. */
  readonly query: string;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** Who somebody is at a provider: an issuer's subject is always the same person there. */
interface LinkedIdentity {
  readonly issuer: string;
  readonly subject: string;
}

/** The provider can't be asked just now. */
class ProviderUnavailable extends Error {
  override readonly name = 'ProviderUnavailable';
}

/** A person waits for the first answer, and an attempt at a task has ten seconds for the second. */
const answerTimeoutS = 5;

/** Providers change what they say of themselves rarely, and announce it. */
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
   * @param callbackUrl where providers send people back to
   * @param now the world's time, in milliseconds: providers know no other
   */
  constructor(providers: readonly ProviderConfig[], callbackUrl: string, now: () => number) {
    this.#providers = new Map(providers.map((provider) => [provider.name, provider]));
    this.#callbackUrl = callbackUrl;
    this.#now = now;
  }

  /** What those are called that accounts can be linked of. */
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
        // The provider asks the person each time: an address that somebody else has sent them links nothing in silence.
        prompt: 'consent',
      }).href;
    return { nonce, verifier, url };
  }

  /** Asks a provider for its metadata, unless they are known. @throws ProviderUnavailable */
  async discover(name: string): Promise<void> {
    await this.#configuration(name);
  }

  /**
   * Exchanges what came back for who the person is. A code can be exchanged once.
   * @returns null where the provider refuses it, or the answer is not what was asked for
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
      if (isAway(error)) throw new ProviderUnavailable(`${provider} does not answer`, { cause: error });
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
    // Who somebody is there is signed. Without being told to, the library takes the connection for proof enough, as it may.
    // The configuration lets nothing but loopback do without TLS.
    const execute = [oidc.enableNonRepudiationChecks, ...(server.protocol === 'http:' ? [oidc.allowInsecureRequests] : [])];
    try {
      return await oidc.discovery(server, clientId, clientSecret, undefined, {
        execute,
        timeout: answerTimeoutS,
        [oidc.customFetch]: (url, { body = null, ...options }) => fetch(reached(url), { ...options, body }),
      });
    } catch (error) {
      throw new ProviderUnavailable(`${name} does not say how it is asked`, { cause: error });
    }
  }
}

/** Whether nobody answered, or the provider says that it can't: another attempt may end otherwise. */
function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // What the library makes of an answer differs with what is in it.
  const status = statusIn(error.cause) ?? statusIn(error);
  if (status !== null) return status >= 500 || status === 429;
  const codes: unknown[] = ['OAUTH_TIMEOUT', 'OAUTH_ABORT'];
  return error instanceof TypeError || error.name === 'TimeoutError' || ('code' in error && codes.includes(error.code));
}

/** The server's library puts a class of its own in the place of `Response`: what an answer is, is seen by what it has. */
function statusIn(answer: unknown): number | null {
  const isAnswer = typeof answer === 'object' && answer !== null && 'status' in answer;
  return isAnswer && typeof answer.status === 'number' ? answer.status : null;
}
