/** Session tokens, derived from the session's id: nothing is stored, and a lost answer can be given again. */
import { timingSafeEqual } from 'node:crypto';
import type { Keyring } from './keyring.ts';

export class SessionTokens {
  readonly #keyring: Keyring;

  constructor(keyring: Keyring) {
    this.#keyring = keyring;
  }

  derive(session: { readonly id: string; readonly keyId: string }): string {
    return this.#keyring.mac(session.keyId, 'session-token', [session.id]).toString('base64url');
  }

  /** Whether the token belongs to the session, by whichever key it was derived with. Compares in constant time. */
  matches(sessionId: string, token: string): boolean {
    const given = Buffer.from(token);
    return this.#keyring.ids.some((keyId) => {
      const expected = Buffer.from(this.derive({ id: sessionId, keyId }));
      return given.length === expected.length && timingSafeEqual(given, expected);
    });
  }
}
