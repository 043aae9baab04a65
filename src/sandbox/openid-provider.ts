/**
 * The sandbox's own OpenID provider, so that an account elsewhere can be linked where nobody has configured a provider. It does what
 * the authorization code flow with PKCE asks for (OpenID Connect Core 1.0, RFC 6749, RFC 7636, RFC 9207) and has one client, the
 * service. It knows nobody and asks for no password: people say who they are, and what is to go wrong.
 */
import { createHash, createPublicKey, type KeyObject, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { exportJWK, type JWK, jwtVerify, SignJWT } from 'jose';

/** What somebody says who is asked: that they agree, with what comes of it then, or that they don't. */
export type Decision = 'agree' | 'agree-linked' | 'agree-withdrawn' | 'agree-unavailable' | 'refuse' | 'error';

export interface OpenIdProviderParts {
  /** Where browsers reach it. */
  readonly issuer: string;
  readonly client: { readonly id: string; readonly secret: string; readonly redirectUri: string };
  /** Made of each secret key, the current one first. */
  readonly keys: readonly { readonly id: string; readonly grants: Uint8Array; readonly identities: KeyObject }[];
  /** The sandbox's time, which a code lives by. */
  readonly now: () => Promise<number>;
  /** The world's time, in milliseconds: a library that checks who somebody is knows no other. */
  readonly worldTime: () => number;
  /** @returns whether nobody has used it before, in any process */
  readonly useOnce: (code: string, at: number, lifetimeMs: number) => Promise<boolean>;
  /** Links an account here to one of the service's, which is made for it. */
  readonly linkToSomebody: (subject: string) => Promise<void>;
}

export interface AuthorizationRequest {
  readonly redirectUri: string;
  readonly state: string | null;
  readonly nonce: string | null;
  readonly challenge: string;
}

/** `nobody`: it does not say whom to answer. `wrong`: the client is told what is missing. */
export type Asked =
  | { readonly kind: 'asked'; readonly request: AuthorizationRequest }
  | { readonly kind: 'wrong'; readonly address: string }
  | { readonly kind: 'nobody' };

export interface TokenAnswer {
  readonly status: 200 | 400 | 401 | 503;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What a code says; nobody but the provider writes one. */
interface Grant {
  readonly subject: string;
  readonly redirectUri: string;
  readonly nonce: string | null;
  readonly challenge: string;
  readonly decision: string;
  readonly id: string;
}

/**
 * RFC 6749, 4.1.2, recommends ten minutes at most. A link has ten minutes to be confirmed, by a clock that the player moves. The code
 * outlasts that, so that players meet the deadline of the link and not the code's.
 */
export const codeLifetimeMs = 20 * 60_000;

/** It is read as soon as it is there; the minutes are for the clock of whoever reads it. */
const identityLifetimeS = 10 * 60;

/** SHA-256 in base64url, and what it may be of (RFC 7636, 4.1 and 4.2). */
const challengeShape = /^[A-Za-z0-9_-]{43}$/;
const verifierShape = /^[A-Za-z0-9._~-]{43,128}$/;

/** At most 255 ASCII characters (OpenID Connect Core 1.0, section 2). */
export function isSubject(text: string): boolean {
  return /^[!-~](?:[ -~]{0,253}[!-~])?$/.test(text);
}

export class OpenIdProvider {
  readonly #parts: OpenIdProviderParts;

  constructor(parts: OpenIdProviderParts) {
    this.#parts = parts;
  }

  /** What it says of itself (OpenID Connect Discovery 1.0). */
  metadata() {
    const { issuer } = this.#parts;
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
    const keys = this.#parts.keys.map(async ({ id, identities }) => ({
      ...(await exportJWK(createPublicKey(identities))),
      kid: id,
      alg: 'EdDSA',
      use: 'sig',
    }));
    return { keys: await Promise.all(keys) };
  }

  /** Reads what a person was sent with. Only an address that is known is answered at. */
  asked(query: URLSearchParams): Asked {
    const { client } = this.#parts;
    const redirectUri = query.get('redirect_uri');
    if (query.get('client_id') !== client.id || redirectUri !== client.redirectUri) return { kind: 'nobody' };
    const [state, nonce, challenge] = [query.get('state'), query.get('nonce'), query.get('code_challenge') ?? ''];
    const wrong = (error: string, description: string): Asked => ({
      kind: 'wrong',
      address: this.#answer(redirectUri, state, { error, error_description: description }),
    });
    if (saysTwice(query)) return wrong('invalid_request', 'A parameter is there twice');
    if (query.get('response_type') !== 'code') return wrong('unsupported_response_type', 'Only a code is given');
    if (!(query.get('scope') ?? '').split(' ').includes('openid')) return wrong('invalid_scope', 'The scope openid is missing');
    if (query.get('code_challenge_method') !== 'S256' || !challengeShape.test(challenge))
      return wrong('invalid_request', 'A code challenge by S256 is missing');
    return { kind: 'asked', request: { redirectUri, state, nonce, challenge } };
  }

  /**
   * @param subject who the person says that they are
   * @returns where they go with the answer
   */
  async decide({ redirectUri, state, nonce, challenge }: AuthorizationRequest, decision: Decision, subject: string): Promise<string> {
    if (decision === 'refuse') return this.#answer(redirectUri, state, { error: 'access_denied', error_description: 'The person refused' });
    if (decision === 'error') return this.#answer(redirectUri, state, { error: 'server_error', error_description: 'As it was asked for' });
    if (decision === 'agree-linked') await this.#parts.linkToSomebody(subject);
    const code = await this.#codeOf({ subject, redirectUri, nonce, challenge, decision, id: randomUUID() });
    return this.#answer(redirectUri, state, { code });
  }

  /** The token endpoint (RFC 6749, 4.1.3). @param form what it was sent */
  async exchange(form: URLSearchParams): Promise<TokenAnswer> {
    const { client, useOnce } = this.#parts;
    if (form.get('client_id') !== client.id || !sameText(form.get('client_secret') ?? '', client.secret))
      return refusal(401, 'invalid_client');
    if (saysTwice(form)) return refusal(400, 'invalid_request');
    if (form.get('grant_type') !== 'authorization_code') return refusal(400, 'unsupported_grant_type');
    const now = await this.#parts.now();
    const grant = await this.#grantOf(form.get('code') ?? '', now);
    if (grant === null || grant.redirectUri !== form.get('redirect_uri') || !isProof(form.get('code_verifier') ?? '', grant.challenge))
      return refusal(400, 'invalid_grant');
    if (grant.decision === 'agree-unavailable') return refusal(503, 'temporarily_unavailable');
    const isFirst = await useOnce(grant.id, now, codeLifetimeMs);
    if (grant.decision === 'agree-withdrawn' || !isFirst) return refusal(400, 'invalid_grant');
    // The standard wants a token for access, too; there is nothing to have access to.
    const access = { access_token: randomBytes(32).toString('base64url'), token_type: 'Bearer', expires_in: identityLifetimeS };
    return { status: 200, body: { ...access, id_token: await this.#identityOf(grant) } };
  }

  #answer(redirectUri: string, state: string | null, members: Readonly<Record<string, string>>): string {
    const url = new URL(redirectUri);
    for (const [name, value] of Object.entries({ ...members, iss: this.#parts.issuer })) url.searchParams.set(name, value);
    if (state !== null) url.searchParams.set('state', state);
    return url.href;
  }

  async #codeOf({ id, subject, ...claims }: Grant): Promise<string> {
    const { id: kid, grants } = this.#key;
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid })
      .setAudience(this.#parts.issuer)
      .setSubject(subject)
      .setExpirationTime(seconds((await this.#parts.now()) + codeLifetimeMs))
      .setJti(id)
      .sign(grants);
  }

  /** @returns what a code was given for; null where it is none of this provider's, or its time is over */
  async #grantOf(code: string, now: number): Promise<Grant | null> {
    try {
      const { payload } = await jwtVerify(code, ({ kid }) => this.#grantKey(kid), {
        algorithms: ['HS256'],
        audience: this.#parts.issuer,
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

  #identityOf({ subject, nonce }: Grant): Promise<string> {
    const { id: kid, identities } = this.#key;
    const at = seconds(this.#parts.worldTime());
    return new SignJWT(nonce === null ? {} : { nonce })
      .setProtectedHeader({ alg: 'EdDSA', kid })
      .setIssuer(this.#parts.issuer)
      .setAudience(this.#parts.client.id)
      .setSubject(subject)
      .setIssuedAt(at)
      .setExpirationTime(at + identityLifetimeS)
      .sign(identities);
  }

  /** What is new is signed with it. */
  get #key() {
    const [key] = this.#parts.keys;
    if (!key) throw new Error('A provider needs a key');
    return key;
  }

  #grantKey(kid: string | undefined): Uint8Array {
    const key = this.#parts.keys.find(({ id }) => id === kid);
    if (!key) throw new Error('No key of this provider');
    return key.grants;
  }
}

/** What is there twice means nothing (RFC 6749, 3.1 and 3.2). */
function saysTwice(parameters: URLSearchParams): boolean {
  const names = [...parameters.keys()];
  return new Set(names).size < names.length;
}

function isProof(verifier: string, challenge: string): boolean {
  return verifierShape.test(verifier) && sameText(createHash('sha256').update(verifier).digest('base64url'), challenge);
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function refusal(status: 400 | 401 | 503, error: string): TokenAnswer {
  return { status, body: { error } };
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}
