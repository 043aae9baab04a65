/** Signs and checks JWTs (RFC 7519, RFC 8037), with a signing key derived from each secret key. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { exportJWK, type JWK, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { Keyring } from './keyring.ts';
import { signingKey } from './signing-key.ts';

/** The type and the audience of a token. They prevent one kind of token from passing for another (RFC 8725, 3.11 and 3.12). */
export interface TokenKind {
  /** The media type in the header, without `application/`. */
  readonly type: string;
  readonly audience: string;
}

export interface TokenContents {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly subject: string;
  readonly id: string;
  /** In milliseconds since the epoch. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

export class TokenSigner {
  readonly #keyring: Keyring;
  readonly issuer: string;
  readonly #privateKeys: ReadonlyMap<string, KeyObject>;

  constructor(keyring: Keyring, issuer: string) {
    this.#keyring = keyring;
    this.issuer = issuer;
    this.#privateKeys = new Map(keyring.ids.map((id) => [id, signingKey(keyring.derive(id, 'result'))]));
  }

  /** EdDSA is deterministic: the same contents give the same token, as long as the signing key stays the same. */
  sign({ type, audience }: TokenKind, { claims, subject, id, issuedAt, expiresAt }: TokenContents): Promise<string> {
    const kid = this.#keyring.currentId;
    const key = this.#privateKeys.get(kid);
    if (!key) throw new Error('The current key has no signing key');
    return new SignJWT({ ...claims })
      .setProtectedHeader({ alg: 'EdDSA', kid, typ: type })
      .setIssuer(this.issuer)
      .setAudience(audience)
      .setSubject(subject)
      .setIssuedAt(Math.floor(issuedAt / 1000))
      .setExpirationTime(Math.floor(expiresAt / 1000))
      .setJti(id)
      .sign(key);
  }

  /**
   * @param now milliseconds since the epoch
   * @returns the contents of an unexpired token of this kind, signed by this service; null for any other text
   */
  async verify(token: string, { type, audience }: TokenKind, now: number): Promise<JWTPayload | null> {
    try {
      const { payload } = await jwtVerify(token, ({ kid = '' }) => this.#publicKey(kid), {
        algorithms: ['EdDSA'],
        typ: type,
        issuer: this.issuer,
        audience,
        currentDate: new Date(now),
        requiredClaims: ['sub', 'jti', 'iat', 'exp'],
      });
      return payload;
    } catch {
      return null;
    }
  }

  #publicKey(kid: string): KeyObject {
    const key = this.#privateKeys.get(kid);
    if (!key) throw new Error('No key of this service');
    return createPublicKey(key);
  }

  /** The public keys of all secret keys (RFC 7517). */
  async publicKeys(): Promise<{ keys: JWK[] }> {
    const keys = [...this.#privateKeys].map(async ([kid, key]) => ({
      ...(await exportJWK(createPublicKey(key))),
      kid,
      alg: 'EdDSA',
      use: 'sig',
    }));
    return { keys: await Promise.all(keys) };
  }
}
