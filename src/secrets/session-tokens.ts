/** Session tokens, derived from the session's id: nothing is stored, and a lost answer can be given again. */
import { timingSafeEqual } from 'node:crypto';
import type { Keyring } from './keyring.ts';

/** A session, and which of the secret keys its token is derived with. */
interface SessionKey {
  readonly id: string;
  readonly keyId: string;
}

/** Each request of a session comes with its token, and most often to the process that derived it. */
const mostRemembered = 2_000;

export class SessionTokens {
  readonly #keyring: Keyring;
  /** Tokens that were given out or came in, by key and session; those that were not used for longest come first. */
  readonly #remembered = new Map<string, string>();

  constructor(keyring: Keyring) {
    this.#keyring = keyring;
  }

  derive(session: SessionKey): string {
    const token = this.#of(session);
    this.#remember(session, token);
    return token;
  }

  /** Whether the token belongs to the session, by whichever key it was derived with. Compares in constant time. */
  matches(sessionId: string, token: string): boolean {
    const given = Buffer.from(token);
    return this.#keyring.ids.some((keyId) => {
      const session = { id: sessionId, keyId };
      const own = this.#of(session);
      const expected = Buffer.from(own);
      const belongs = given.length === expected.length && timingSafeEqual(given, expected);
      // Only what its holder sent: guesses at sessions that may not exist push nothing out.
      if (belongs) this.#remember(session, own);
      return belongs;
    });
  }

  #of({ id, keyId }: SessionKey): string {
    return this.#remembered.get(`${keyId} ${id}`) ?? this.#keyring.mac(keyId, 'session-token', [id]).toString('base64url');
  }

  #remember({ id, keyId }: SessionKey, token: string): void {
    const name = `${keyId} ${id}`;
    this.#remembered.delete(name);
    this.#remembered.set(name, token);
    if (this.#remembered.size <= mostRemembered) return;
    const [oldest] = this.#remembered.keys();
    if (oldest !== undefined) this.#remembered.delete(oldest);
  }
}
