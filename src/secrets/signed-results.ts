/** Signed results: EdDSA JWTs (RFC 7519, RFC 8037), with a signing key derived from each secret key. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { exportJWK, type JWK, jwtVerify, SignJWT } from 'jose';
import type { Keyring } from './keyring.ts';
import { signingKey } from './signing-key.ts';

export interface ResultClaims {
  readonly sessionId: string;
  readonly workflow: string;
  /** The moment of success, in milliseconds since the epoch. */
  readonly succeededAt: number;
  readonly expiresAt: number;
  readonly subject: string;
  readonly claims: Readonly<Record<string, unknown>>;
  /** Whether it is for this service itself, which takes it as the proof of a login. */
  readonly forService: boolean;
}

/** A login, as its result says that it was. */
export interface SignedLogin {
  readonly sessionId: string;
  readonly accountId: string;
  readonly passwordVersion: number;
  /** In milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Results that say nothing of it are of a time in which no password could be changed. */
const firstVersion = 1;

export class SignedResults {
  readonly #keyring: Keyring;
  readonly #issuer: string;
  readonly #audience: string;
  readonly #privateKeys: ReadonlyMap<string, KeyObject>;

  constructor(keyring: Keyring, issuer: string, audience: string) {
    this.#keyring = keyring;
    this.#issuer = issuer;
    this.#audience = audience;
    this.#privateKeys = new Map(keyring.ids.map((id) => [id, signingKey(keyring.derive(id, 'result'))]));
  }

  /** The same claims give the same token as long as the signing key is the same: EdDSA is deterministic. */
  sign({ sessionId, workflow, succeededAt, expiresAt, subject, claims, forService }: ResultClaims): Promise<string> {
    const kid = this.#keyring.currentId;
    const key = this.#privateKeys.get(kid);
    if (!key) throw new Error('The current key has no signing key');
    return new SignJWT({ ...claims, workflow })
      .setProtectedHeader({ alg: 'EdDSA', kid, typ: 'JWT' })
      .setIssuer(this.#issuer)
      .setAudience(forService ? ownAudience(this.#issuer) : this.#audience)
      .setSubject(subject)
      .setIssuedAt(Math.floor(succeededAt / 1000))
      .setExpirationTime(Math.floor(expiresAt / 1000))
      .setJti(sessionId)
      .sign(key);
  }

  /**
   * @param now milliseconds since the epoch
   * @returns the login by a result that this service signed for itself and that has not expired; null for any other text
   */
  async loginOf(token: string, now: number): Promise<SignedLogin | null> {
    try {
      const { payload } = await jwtVerify(token, ({ kid = '' }) => this.#publicKey(kid), {
        algorithms: ['EdDSA'],
        issuer: this.#issuer,
        audience: ownAudience(this.#issuer),
        currentDate: new Date(now),
        requiredClaims: ['sub', 'jti', 'exp', 'auth_time'],
      });
      const { sub: accountId, jti: sessionId, exp, password_version: version = firstVersion } = payload;
      if (accountId === undefined || sessionId === undefined || exp === undefined) return null;
      return { accountId, sessionId, passwordVersion: Number(version), expiresAt: exp * 1000 };
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

/** Who a login is proved to: another audience than results for applications have, whatever those are set to. */
function ownAudience(issuer: string): string {
  return `${issuer}/v1/me`;
}
