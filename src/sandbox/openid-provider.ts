/**
 * The sandbox's OpenID provider, so that accounts can be linked without a configured provider. Implements the authorization code flow
 * with PKCE (OpenID Connect Core 1.0, RFC 6749, RFC 7636, RFC 9207) for one client, the service. It has no users and no passwords: the
 * player enters a subject and chooses the outcome.
 */
import { createHash, createPublicKey, type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import { exportJWK, type JWK, jwtVerify, SignJWT } from 'jose';
import { equalsInConstantTime } from '../common/constant-time.ts';

/** The player's choice: agree, with the outcome of the code's exchange, or refuse. */
export type Decision = 'agree' | 'agree-linked' | 'agree-withdrawn' | 'agree-unavailable' | 'refuse' | 'error';

export interface OpenIdProviderDeps {
  /** The provider's URL, as browsers reach it. */
  readonly issuer: string;
  readonly client: { readonly id: string; readonly secret: string; readonly redirectUri: string };
  /** Derived from each secret key, the current one first. */
  readonly keys: readonly { readonly id: string; readonly grants: Uint8Array; readonly identities: KeyObject }[];
  /** The sandbox's time. It decides when a code expires. */
  readonly now: () => Promise<number>;
  /** The real time, in milliseconds. Libraries check identity tokens against it, not against the sandbox's clock. */
  readonly worldTime: () => number;
  /** @returns true if no process has used the code before */
  readonly useOnce: (code: string, at: number, lifetimeMs: number) => Promise<boolean>;
  /** Links a subject to an account of the service, which is created for it. */
  readonly linkToSomebody: (subject: string) => Promise<void>;
}

export interface AuthorizationRequest {
  readonly redirectUri: string;
  readonly state: string | null;
  readonly nonce: string | null;
  readonly challenge: string;
}

/** `nobody`: the client or its redirect URI is unknown, so nobody can be answered. `wrong`: the client is told the error. */
export type Asked =
  | { readonly kind: 'asked'; readonly request: AuthorizationRequest }
  | { readonly kind: 'wrong'; readonly address: string }
  | { readonly kind: 'nobody' };

export interface TokenAnswer {
  readonly status: 200 | 400 | 401 | 503;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The content of a code. The provider signs it, so nobody else can issue one. */
interface Grant {
  readonly subject: string;
  readonly redirectUri: string;
  readonly nonce: string | null;
  readonly challenge: string;
  readonly decision: string;
  readonly id: string;
}

/**
 * RFC 6749, 4.1.2, recommends at most ten minutes. A person has ten minutes of the sandbox's clock to confirm a link. The code is valid for
 * longer, so that the link expires first.
 */
export const codeLifetimeMs = 20 * 60_000;

/** Clients read the token at once. The minutes allow for differences between clocks. */
const identityLifetimeS = 10 * 60;

/** A SHA-256 hash in base64url, and the form of its verifier (RFC 7636, 4.1 and 4.2). */
const challengeShape = /^[A-Za-z0-9_-]{43}$/;
const verifierShape = /^[A-Za-z0-9._~-]{43,128}$/;

/** At most 255 ASCII characters (OpenID Connect Core 1.0, section 2). */
export function isSubject(text: string): boolean {
  return /^[!-~](?:[ -~]{0,253}[!-~])?$/.test(text);
}

export class OpenIdProvider {
  readonly #deps: OpenIdProviderDeps;

  constructor(deps: OpenIdProviderDeps) {
    this.#deps = deps;
  }

  /** The discovery document (OpenID Connect Discovery 1.0). */
  metadata() {
    const { issuer } = this.#deps;
    return {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks.json`,
      scopes_supported: ['openid'],
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: ['authorization_code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['EdDSA'],
      token_endpoint_auth_methods_supported: ['client_secret_post'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
    };
  }

  async publicKeys(): Promise<{ keys: JWK[] }> {
    const keys = this.#deps.keys.map(async ({ id, identities }) => ({
      ...(await exportJWK(createPublicKey(identities))),
      kid: id,
      alg: 'EdDSA',
      use: 'sig',
    }));
    return { keys: await Promise.all(keys) };
  }

  /** Reads an authorization request. Only a known redirect URI receives an answer. */
  asked(query: URLSearchParams): Asked {
    const { client } = this.#deps;
    const redirectUri = query.get('redirect_uri');
    if (query.get('client_id') !== client.id || redirectUri !== client.redirectUri) return { kind: 'nobody' };
    const [state, nonce, challenge] = [query.get('state'), query.get('nonce'), query.get('code_challenge') ?? ''];
    const wrong = (error: string, description: string): Asked => ({
      kind: 'wrong',
      address: this.#answer(redirectUri, state, { error, error_description: description }),
    });
    if (saysTwice(query)) return wrong('invalid_request', 'A parameter is repeated');
    if (query.get('response_type') !== 'code') return wrong('unsupported_response_type', 'Only the response type code is supported');
    if (!(query.get('scope') ?? '').split(' ').includes('openid')) return wrong('invalid_scope', 'The scope openid is missing');
    if (query.get('code_challenge_method') !== 'S256' || !challengeShape.test(challenge))
      return wrong('invalid_request', 'The code challenge by S256 is missing');
    return { kind: 'asked', request: { redirectUri, state, nonce, challenge } };
  }

  /**
   * @param subject the subject that the player entered
   * @returns the redirect with the answer
   */
  async decide({ redirectUri, state, nonce, challenge }: AuthorizationRequest, decision: Decision, subject: string): Promise<string> {
    if (decision === 'refuse') return this.#answer(redirectUri, state, { error: 'access_denied', error_description: 'The person refused' });
    if (decision === 'error')
      return this.#answer(redirectUri, state, { error: 'server_error', error_description: 'The player chose this error' });
    if (decision === 'agree-linked') await this.#deps.linkToSomebody(subject);
    const code = await this.#codeOf({ subject, redirectUri, nonce, challenge, decision, id: randomUUID() });
    return this.#answer(redirectUri, state, { code });
  }

  /** The token endpoint (RFC 6749, 4.1.3). @param form the body of the request */
  async exchange(form: URLSearchParams): Promise<TokenAnswer> {
    const { client, useOnce } = this.#deps;
    if (form.get('client_id') !== client.id || !equalsInConstantTime(form.get('client_secret') ?? '', client.secret))
      return refusal(401, 'invalid_client');
    if (saysTwice(form)) return refusal(400, 'invalid_request');
    if (form.get('grant_type') !== 'authorization_code') return refusal(400, 'unsupported_grant_type');
    const now = await this.#deps.now();
    const grant = await this.#grantOf(form.get('code') ?? '', now);
    if (grant === null || grant.redirectUri !== form.get('redirect_uri') || !isProof(form.get('code_verifier') ?? '', grant.challenge))
      return refusal(400, 'invalid_grant');
    if (grant.decision === 'agree-unavailable') return refusal(503, 'temporarily_unavailable');
    const isFirst = await useOnce(grant.id, now, codeLifetimeMs);
    if (grant.decision === 'agree-withdrawn' || !isFirst) return refusal(400, 'invalid_grant');
    // The standard requires an access token. This one grants access to nothing.
    const access = { access_token: randomBytes(32).toString('base64url'), token_type: 'Bearer', expires_in: identityLifetimeS };
    return { status: 200, body: { ...access, id_token: await this.#identityOf(grant) } };
  }

  #answer(redirectUri: string, state: string | null, members: Readonly<Record<string, string>>): string {
    const url = new URL(redirectUri);
    for (const [name, value] of Object.entries({ ...members, iss: this.#deps.issuer })) url.searchParams.set(name, value);
    if (state !== null) url.searchParams.set('state', state);
    return url.href;
  }

  async #codeOf({ id, subject, ...claims }: Grant): Promise<string> {
    const { id: kid, grants } = this.#key;
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid })
      .setAudience(this.#deps.issuer)
      .setSubject(subject)
      .setExpirationTime(seconds((await this.#deps.now()) + codeLifetimeMs))
      .setJti(id)
      .sign(grants);
  }

  /** @returns the grant of a code; null if this provider did not issue the code, or if the code has expired */
  async #grantOf(code: string, now: number): Promise<Grant | null> {
    try {
      const { payload } = await jwtVerify(code, ({ kid }) => this.#grantKey(kid), {
        algorithms: ['HS256'],
        audience: this.#deps.issuer,
        currentDate: new Date(now),
        requiredClaims: ['jti', 'sub', 'exp'],
      });
      const { jti: id = '', sub: subject = '', nonce, redirectUri, challenge, decision } = payload;
      const text = { redirectUri: String(redirectUri), challenge: String(challenge), decision: String(decision) };
      return { id, subject, nonce: typeof nonce === 'string' ? nonce : null, ...text };
    } catch {
      return null;
    }
  }

  /** EdDSA whatever `RESULT_ALGORITHM` is: only the service reads this token. No answer repeats it, because a code is exchanged once. */
  #identityOf({ subject, nonce }: Grant): Promise<string> {
    const { id: kid, identities } = this.#key;
    const at = seconds(this.#deps.worldTime());
    return new SignJWT(nonce === null ? {} : { nonce })
      .setProtectedHeader({ alg: 'EdDSA', kid })
      .setIssuer(this.#deps.issuer)
      .setAudience(this.#deps.client.id)
      .setSubject(subject)
      .setIssuedAt(at)
      .setExpirationTime(at + identityLifetimeS)
      .sign(identities);
  }

  /** The current key. It signs new codes and tokens. */
  get #key() {
    const [key] = this.#deps.keys;
    if (!key) throw new Error('A provider needs a key');
    return key;
  }

  #grantKey(kid: string | undefined): Uint8Array {
    const key = this.#deps.keys.find(({ id }) => id === kid);
    if (!key) throw new Error('No key of this provider');
    return key.grants;
  }
}

/** Repeated parameters are invalid (RFC 6749, 3.1 and 3.2). */
function saysTwice(parameters: URLSearchParams): boolean {
  const names = [...parameters.keys()];
  return new Set(names).size < names.length;
}

function isProof(verifier: string, challenge: string): boolean {
  return verifierShape.test(verifier) && equalsInConstantTime(createHash('sha256').update(verifier).digest('base64url'), challenge);
}

function refusal(status: 400 | 401 | 503, error: string): TokenAnswer {
  return { status, body: { error } };
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}
