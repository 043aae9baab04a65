/** What becomes an account only at the end of its set-up: until then there is a hash in a session, and nothing here. */
import { InvalidBody } from '../engine/errors.ts';
import type { TaskHandler } from '../engine/ports.ts';
import type { AccountsParts } from './accounts.ts';
import { passwordWeakness } from './password-strength.ts';
import { hashKind } from './passwords.ts';

/** An account whose set-up is finished. */
export interface FinishedSetup {
  /** Names the set-up: the same again makes nothing new. */
  readonly key: string;
  readonly email: string;
  readonly passwordHash: string;
  /** In E.164, verified; null for none. */
  readonly phone: string | null;
  readonly locale: string | null;
}

type SetupParts = Omit<AccountsParts, 'devices' | 'throttle' | 'policy'>;

export class AccountSetups {
  readonly #parts: SetupParts;

  constructor(parts: SetupParts) {
    this.#parts = parts;
  }

  /**
   * Judges and hashes the password of an account that is still to be made; takes as long whether or not the address has one.
   * @throws InvalidBody for an address or a password that can't be used, Overloaded
   */
  async begin(email: string, password: string): Promise<{ email: string; passwordHash: string }> {
    const { identity, address } = this.#normalised(email);
    const weakness = await passwordWeakness(password, [identity]);
    if (weakness !== null) throw new InvalidBody('/password', weakness, 'weak-password');
    return { email: address, passwordHash: await this.#parts.passwords.hash(password) };
  }

  /** Whether the address has an account. */
  async hasAccount(email: string): Promise<boolean> {
    const { store, vault, emailKeys, newId } = this.#parts;
    const { identity } = this.#normalised(email);
    const id = await store.idOr(emailKeys(identity), newId());
    const stored = await store.find(id);
    // An address leads to its account from a moment before it is the account's until a moment after it was.
    return stored !== null && this.#normalised(vault.open(id, stored.sealed)['email'] ?? '').identity === identity;
  }

  /** Makes the account. @returns its id; null where the address has another one */
  async finish({ key, email, passwordHash, phone, locale }: FinishedSetup): Promise<string | null> {
    const { store, vault, emailKeys, newId, now, readPhone } = this.#parts;
    const { identity, address } = this.#normalised(email);
    const number = phone === null ? null : readPhone(phone);
    if (number && 'invalid' in number) throw new InvalidBody('/phone', number.invalid, 'invalid-phone');
    const details = {
      email: address,
      // An attempt whose end was lost comes again, and must know its own account from somebody else's.
      madeBy: key,
      ...(number ? { phone: number.e164, country: number.country, line: number.line } : {}),
      ...(locale === null ? {} : { locale }),
    };
    const id = await store.claimEmail(emailKeys(identity), newId());
    const made = await store.create({
      id,
      sealed: vault.seal(id, details),
      passwordHash,
      passwordKind: hashKind(passwordHash) ?? '',
      emailVerified: true,
      phoneVerified: number !== null,
      at: now(),
    });
    if (made) return id;
    const present = await store.find(id);
    return present !== null && vault.open(id, present.sealed)['madeBy'] === key ? id : null;
  }

  #normalised(email: string): { readonly address: string; readonly identity: string } {
    const normalised = this.#parts.normaliseEmail(email);
    if (!normalised) throw new InvalidBody('/email', 'Not an email address');
    return normalised;
  }
}

/** The task `createAccount`: makes an account of what its set-up has found out. */
export function createAccount(setups: Pick<AccountSetups, 'finish'>): TaskHandler {
  return {
    async run({ sessionId, personal }) {
      const { email, passwordHash, phone, locale } = personal;
      if (email === undefined || passwordHash === undefined) throw new Error('A set-up without an address or a password');
      // By the session, not the task: one whose attempts were used up is followed by another that must know their account as its own.
      const accountId = await setups.finish({ key: sessionId, email, passwordHash, phone: phone ?? null, locale: locale ?? null });
      if (accountId === null) return { outcome: 'done', output: { outcome: 'taken' } };
      return { outcome: 'done', output: { outcome: 'created' }, personal: { accountId } };
    },
  };
}
