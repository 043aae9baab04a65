/** One-time codes, which are derived and never stored: a stolen database contains none, and a resend derives the same code. */
import { equalsInConstantTime } from '../common/constant-time.ts';
import type { Keyring } from './keyring.ts';

export interface CodeIdentity {
  readonly keyId: string;
  readonly sessionId: string;
  /** The workflow of the session. A code of one workflow is not valid in another. */
  readonly workflow: string;
  /** The destination of the code. A code for one address is not valid after a change to another. */
  readonly destination: string;
  /** 1 for the first code of a session. */
  readonly number: number;
}

export class OneTimeCodes {
  readonly #keyring: Keyring;

  constructor(keyring: Keyring) {
    this.#keyring = keyring;
  }

  /** Six decimal digits, which differ from every earlier code of the session. */
  derive(identity: CodeIdentity): string {
    const earlier = new Set<string>();
    for (let number = 1; number < identity.number; number += 1) earlier.add(this.#unlike(earlier, { ...identity, number }));
    return this.#unlike(earlier, identity);
  }

  /** True if the guess is the code. Compares in constant time. Before the first code, no guess matches. */
  matches(identity: CodeIdentity, guess: string): boolean {
    if (identity.number < 1) return false;
    return equalsInConstantTime(guess, this.derive(identity));
  }

  #unlike(earlier: ReadonlySet<string>, identity: CodeIdentity): string {
    for (let round = 0; ; round += 1) {
      const code = this.#digits(identity, round);
      if (!earlier.has(code)) return code;
    }
  }

  #digits({ keyId, sessionId, workflow, destination, number }: CodeIdentity, round: number): string {
    const mac = this.#keyring.mac(keyId, 'code', [workflow, sessionId, destination, String(number), String(round)]);
    // 48 bits modulo a million: no code is more likely than another by more than 1 in 280 million.
    return String(mac.readUIntBE(0, 6) % 1_000_000).padStart(6, '0');
  }
}
