/**
 * One-time codes, derived and never stored: a stolen database holds none, and a resend derives the same one.
 */
import { timingSafeEqual } from 'node:crypto';
import type { Keyring } from './keyring.ts';

export interface CodeIdentity {
  readonly keyId: string;
  readonly sessionId: string;
  /** What the code is for: a code for one workflow is worth nothing in another. */
  readonly workflow: string;
  /** Where it is sent: a code for one address is worth nothing after a change to another. */
  readonly destination: string;
  /** 1 for the first code of a session. */
  readonly number: number;
}

export class OneTimeCodes {
  readonly #keyring: Keyring;

  constructor(keyring: Keyring) {
    this.#keyring = keyring;
  }

  /** Six decimal digits. The next number of a session never gives the same digits as the one before. */
  derive(identity: CodeIdentity): string {
    const before = identity.number > 1 ? this.derive({ ...identity, number: identity.number - 1 }) : null;
    for (let round = 0; ; round += 1) {
      const code = this.#digits(identity, round);
      if (code !== before) return code;
    }
  }

  /** Compares in constant time. A session that has issued no code has no right one. */
  matches(identity: CodeIdentity, guess: string): boolean {
    if (identity.number < 1) return false;
    const code = Buffer.from(this.derive(identity));
    const guessed = Buffer.from(guess);
    return guessed.length === code.length && timingSafeEqual(guessed, code);
  }

  #digits({ keyId, sessionId, workflow, destination, number }: CodeIdentity, round: number): string {
    const mac = this.#keyring.mac(keyId, 'code', [workflow, sessionId, destination, String(number), String(round)]);
    // 48 bits over a million: no digit is more likely than another by more than 1 in 280 million.
    return String(mac.readUIntBE(0, 6) % 1_000_000).padStart(6, '0');
  }
}
