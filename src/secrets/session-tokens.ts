/** Session tokens. They are derived from the session's id, so they need no storage and a repeated request gets the same token. */
import { equalsInConstantTime } from '../common/constant-time.ts';
import type { Keyring } from './keyring.ts';

/** A session, with the id of the secret key that derives its token. */
interface SessionKey {
  readonly id: string;
  readonly keyId: string;
}

/** The size of the cache. Each request of a session carries its token, mostly to the process that derived it. */
const mostCached = 2_000;

export class SessionTokens {
  readonly #keyring: Keyring;
  /** Derived or verified tokens by key and session, the least recently used first. */
  readonly #cached = new Map<string, string>();

  constructor(keyring: Keyring) {
    this.#keyring = keyring;
  }

  derive(session: SessionKey): string {
    const token = this.#of(session);
    this.#cache(session, token);
    return token;
  }

  /** True if the token belongs to the session, under any secret key. Compares in constant time. */
  matches(sessionId: string, token: string): boolean {
    return this.#keyring.ids.some((keyId) => {
      const session = { id: sessionId, keyId };
      const own = this.#of(session);
      const belongs = equalsInConstantTime(token, own);
      // Only valid tokens are cached, so that guesses at sessions that may not exist displace nothing.
      if (belongs) this.#cache(session, own);
      return belongs;
    });
  }

  #of({ id, keyId }: SessionKey): string {
    return this.#cached.get(`${keyId} ${id}`) ?? this.#keyring.mac(keyId, 'session-token', [id]).toString('base64url');
  }

  #cache({ id, keyId }: SessionKey, token: string): void {
    const name = `${keyId} ${id}`;
    this.#cached.delete(name);
    this.#cached.set(name, token);
    if (this.#cached.size <= mostCached) return;
    const [oldest] = this.#cached.keys();
    if (oldest !== undefined) this.#cached.delete(oldest);
  }
}
