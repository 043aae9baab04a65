/**
 * Changes of an account: of its password, its address or its number. One is made of the account as it was when its owner asked for
 * it, or not at all, and once: whoever began before another change was made begins anew.
 */
import { InvalidBody } from '../engine/errors.ts';
import type { Caller } from '../engine/fair-queue.ts';
import type { TaskHandler } from '../engine/ports.ts';
import type { StoredAccount } from './account.ts';
import { type AccountsParts, verifiedNumber } from './accounts.ts';
import { AddressClaims } from './address-claims.ts';
import type { ProposedPassword } from './password-strength.ts';
import { hashKind } from './passwords.ts';

/** What is to be another one; what is absent stays. */
export interface Wanted {
  readonly email?: string;
  /** In E.164. */
  readonly phone?: string;
  readonly passwordHash?: string;
}

/** A change that its owner has confirmed, whose new address or number is verified. */
export interface ConfirmedChange extends Wanted {
  /** Names it: the same again changes nothing. */
  readonly key: string;
  readonly accountId: string;
  /** How often the account had been changed when its owner asked. */
  readonly after: number;
  /** The address that it had then. */
  readonly formerEmail: string;
  /** The login that asked, which outlives a change of the password. */
  readonly loginId: string;
}

/** `taken`: the address is another account's by now. `superseded`: another change was made first. */
export type Changed = 'applied' | 'taken' | 'superseded';

type ChangeParts = Omit<AccountsParts, 'devices' | 'guesses' | 'policy' | 'links' | 'linkKeys'>;

export class AccountChanges {
  readonly #parts: ChangeParts;
  readonly #claims: AddressClaims;

  constructor(parts: ChangeParts) {
    this.#parts = parts;
    this.#claims = new AddressClaims(parts);
  }

  /**
   * Judges and hashes a password that is to be an account's. Slow.
   * @param path where the password stands in the body
   * @throws InvalidBody for a password that is too weak, Overloaded
   */
  async hash(path: string, proposed: ProposedPassword, caller: Caller): Promise<string> {
    await this.#parts.strength.demand(path, proposed, caller);
    return this.#parts.passwords.hash(proposed.password, caller);
  }

  /** Whether two addresses are the same mailbox, as far as can be told. @throws InvalidBody for what is no address */
  isSameEmail(path: string, one: string, other: string): boolean {
    const normalised = this.#parts.normaliseEmail(one);
    if (!normalised) throw new InvalidBody(path, 'Not an email address');
    return normalised.identity === this.#identityOf(other);
  }

  /**
   * Makes the change. Each step of it can be made again, and stays as it is then.
   * @throws Error where another attempt is needed: somebody else is claiming the address, and it may become theirs
   */
  async apply(change: ConfirmedChange): Promise<Changed> {
    const { accountId, after, email, formerEmail } = change;
    const present = await this.#parts.store.find(accountId);
    if (present === null) return 'superseded';
    // Where the account is another one by now, this change was made before, or never will be: no address is claimed for it.
    if (email !== undefined && present.changes === after) {
      const claimed = await this.#claims.claim(this.#identityOf(email), accountId, after);
      if (claimed === 'pending') throw new Error('The address is being claimed by somebody else');
      if (claimed === 'taken') return 'taken';
    }
    const isMade = await this.#write(present, change);
    // What the account has no more, or was claimed for a change that was outrun at this very moment.
    if (email !== undefined) await this.#claims.giveUp(this.#identityOf(isMade ? formerEmail : email), accountId, after);
    return isMade ? 'applied' : 'superseded';
  }

  async #write(present: StoredAccount, { key, accountId, after, loginId, email, phone, passwordHash }: ConfirmedChange): Promise<boolean> {
    const { store, vault, now, readPhone } = this.#parts;
    const known = vault.open(accountId, present.sealed);
    // Nothing of another number holds for this one.
    const { phone: _, country: _country, line: _line, ...others } = known;
    const details = {
      ...(phone === undefined ? known : { ...others, ...verifiedNumber(phone, readPhone) }),
      ...(email === undefined ? {} : { email }),
    };
    return store.change({
      id: accountId,
      key,
      after,
      sealed: vault.seal(accountId, details),
      password: passwordHash === undefined ? null : { hash: passwordHash, kind: hashKind(passwordHash) ?? '', keptLogin: loginId },
      emailVerified: present.emailVerified || email !== undefined,
      phoneVerified: present.phoneVerified || phone !== undefined,
      replaced: phone !== undefined ? 'telephone' : email !== undefined ? 'address' : null,
      at: now(),
    });
  }

  #identityOf(email: string): string {
    return this.#parts.normaliseEmail(email)?.identity ?? email;
  }
}

/** The task `applyChange`: makes the change that a session was about. */
export function applyChange(changes: Pick<AccountChanges, 'apply'>): TaskHandler {
  return {
    async run({ sessionId, personal }) {
      const { accountId, changes: after, email: formerEmail, loginId, newEmail, newPhone, newPasswordHash } = personal;
      if (accountId === undefined || formerEmail === undefined || loginId === undefined) throw new Error('Nobody’s change');
      const outcome = await changes.apply({
        key: sessionId,
        accountId,
        after: Number(after),
        formerEmail,
        loginId,
        ...(newEmail === undefined ? {} : { email: newEmail }),
        ...(newPhone === undefined ? {} : { phone: newPhone }),
        ...(newPasswordHash === undefined ? {} : { passwordHash: newPasswordHash }),
      });
      return { outcome: 'done', output: { outcome } };
    },
  };
}
