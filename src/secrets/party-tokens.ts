/**
 * The tokens of invited parties. Each is derived from the session, the party and the number of the invitation, so none is stored. A token
 * names its party and its number, so that a wrong one is refused before anything is read.
 */
import { equalsInConstantTime } from '../common/constant-time.ts';
import type { Keyring } from './keyring.ts';

/** An invitation, with the id of the secret key of its session. */
export interface Invitation {
  readonly sessionId: string;
  readonly keyId: string;
  readonly party: string;
  readonly number: number;
}

/** The party, the number without leading zeros, and 32 bytes as base64url. */
const form = /^([A-Za-z][A-Za-z0-9]{0,59})\.([1-9][0-9]{0,14})\.([A-Za-z0-9_-]{43})$/;

export class PartyTokens {
  readonly #keyring: Keyring;

  constructor(keyring: Keyring) {
    this.#keyring = keyring;
  }

  derive({ keyId, ...invitation }: Invitation): string {
    return `${invitation.party}.${invitation.number}.${this.#proof(keyId, invitation)}`;
  }

  /** @returns the party and the number of a token of this session, under any secret key; null for any other text */
  read(sessionId: string, token: string): Pick<Invitation, 'party' | 'number'> | null {
    const [, party, digits, proof] = form.exec(token) ?? [];
    if (party === undefined || digits === undefined || proof === undefined) return null;
    const number = Number(digits);
    const isOurs = this.#keyring.ids.some((keyId) => equalsInConstantTime(proof, this.#proof(keyId, { sessionId, party, number })));
    return isOurs ? { party, number } : null;
  }

  #proof(keyId: string, { sessionId, party, number }: Omit<Invitation, 'keyId'>): string {
    return this.#keyring.mac(keyId, 'party-token', [sessionId, party, String(number)]).toString('base64url');
  }
}
