/** Signs and checks JWTs (RFC 7519), with signing keys derived from each secret key. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { exportJWK, type JWK, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { Keyring } from './keyring.ts';
import { p256SigningKey, signingKey } from './signing-key.ts';

/**
 * The algorithms of signatures. EdDSA is deterministic: the same contents give the same token, as long as the signing key stays the same.
 * An ES256 signature of Node.js contains a random number: no second one is equal. RFC 6979 describes a deterministic ES256, which Node.js
 * does not offer. Implementations in JavaScript do not run in constant time.
 */
export const algorithms = ['EdDSA', 'ES256'] as const;
export type Algorithm = (typeof algorithms)[number];

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
  /** The secret key whose signing key signs. If it is null, absent or no longer configured, the current key signs. */
  readonly keyId?: string | null;
}

interface SigningKey {
  readonly kid: string;
  readonly algorithm: Algorithm;
  readonly privateKey: KeyObject;
}

export class TokenSigner {
  readonly #currentId: string;
  readonly issuer: string;
  /** By algorithm and secret key, the current secret key first. */
  readonly #keys: Readonly<Record<Algorithm, ReadonlyMap<string, SigningKey>>>;

  constructor(keyring: Keyring, issuer: string) {
    this.#currentId = keyring.currentId;
    this.issuer = issuer;
    const keysOf = (algorithm: Algorithm, privateKey: (id: string) => KeyObject) =>
      new Map(keyring.ids.map((id) => [id, { kid: kidOf(id, algorithm), algorithm, privateKey: privateKey(id) }]));
    this.#keys = {
      EdDSA: keysOf('EdDSA', (id) => signingKey(keyring.derive(id, 'result'))),
      ES256: keysOf('ES256', (id) => p256SigningKey(keyring.derive(id, 'result-es256'))),
    };
  }

  sign({ type, audience }: TokenKind, contents: TokenContents, algorithm: Algorithm = 'EdDSA'): Promise<string> {
    const { claims, subject, id, issuedAt, expiresAt, keyId } = contents;
    const keys = this.#keys[algorithm];
    const key = keys.get(keyId ?? this.#currentId) ?? keys.get(this.#currentId);
    if (!key) throw new Error('The current key has no signing key');
    return new SignJWT({ ...claims })
      .setProtectedHeader({ alg: algorithm, kid: key.kid, typ: type })
      .setIssuer(this.issuer)
      .setAudience(audience)
      .setSubject(subject)
      .setIssuedAt(Math.floor(issuedAt / 1000))
      .setExpirationTime(Math.floor(expiresAt / 1000))
      .setJti(id)
      .sign(key.privateKey);
  }

  /**
   * @param now milliseconds since the epoch
   * @returns the contents of an unexpired token of this kind, signed by this service with EdDSA; null for any other text
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
    const key = this.#keys.EdDSA.get(kid);
    if (!key) throw new Error('No key of this service');
    return createPublicKey(key.privateKey);
  }

  /**
   * The public keys (RFC 7517): each secret key has one for each algorithm, whichever algorithm is in use. So tokens under way can be
   * verified after a change of the algorithm, and a verifier that keeps the document needs no new one.
   * @param first the algorithm whose keys come first, for verifiers that read one key only
   */
  async publicKeys(first: Algorithm = 'EdDSA'): Promise<{ keys: JWK[] }> {
    const ordered = [first, ...algorithms.filter((algorithm) => algorithm !== first)].flatMap((algorithm) => [
      ...this.#keys[algorithm].values(),
    ]);
    const keys = ordered.map(async ({ kid, algorithm, privateKey }) => ({
      ...(await exportJWK(createPublicKey(privateKey))),
      kid,
      alg: algorithm,
      use: 'sig',
    }));
    return { keys: await Promise.all(keys) };
  }
}

/** The id of a signing key. A colon can't be part of a secret key's id, so no two keys share one. */
function kidOf(id: string, algorithm: Algorithm): string {
  return algorithm === 'EdDSA' ? id : `${id}:${algorithm}`;
}
