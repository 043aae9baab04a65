/**
 * Changes of an account's password, address or number. A change applies once, and only to the account as it was when its owner requested
 * the change. If another change is applied first, the owner starts over.
 */
import { InvalidBody } from '../engine/errors.ts';
import type { QueuedCaller } from '../engine/fair-queue.ts';
import type { TaskHandler } from '../engine/ports.ts';
import type { StoredAccount } from './account.ts';
import { type AccountsDeps, verifiedNumber } from './accounts.ts';
import { AddressClaims } from './address-claims.ts';
import type { ProposedPassword } from './password-strength.ts';
import { storableKind } from './passwords.ts';

/** The new values of a change; absent values stay. */
export interface Wanted {
  readonly email?: string;
  /** In E.164. */
  readonly phone?: string;
  readonly passwordHash?: string;
}

/** A change that the owner has confirmed. Its new address or number is verified. */
export interface ConfirmedChange extends Wanted {
  /** The idempotency key: a repeated change has no effect. */
  readonly key: string;
  readonly accountId: string;
  /** The account's number of changes when the owner requested this one. */
  readonly after: number;
  /** The account's address at that time. */
  readonly formerEmail: string;
  /** The login that requested the change. It stays valid after a change of the password. */
  readonly loginId: string;
}

/** `taken`: the address now belongs to another account. `superseded`: another change was applied first. */
export type Changed = 'applied' | 'taken' | 'superseded';

type ChangeDeps = Omit<AccountsDeps, 'devices' | 'guesses' | 'policy' | 'links' | 'linkKeys'>;

export class AccountChanges {
  readonly #deps: ChangeDeps;
  readonly #claims: AddressClaims;

  constructor(deps: ChangeDeps) {
    this.#deps = deps;
    this.#claims = new AddressClaims(deps);
  }

  /**
   * Checks and hashes a new password. Slow.
   * @param path the JSON pointer to the password in the body
   * @throws InvalidBody for a weak password, Overloaded
   */
  async hash(path: string, proposed: ProposedPassword, caller: QueuedCaller): Promise<string> {
    await this.#deps.strength.demand(path, proposed, caller);
    return this.#deps.passwords.hash(proposed.password, caller);
  }

  /** True if two addresses have the same normalised form. @throws InvalidBody if the first is not an address */
  isSameEmail(path: string, one: string, other: string): boolean {
    const normalised = this.#deps.normaliseEmail(one);
    if (!normalised) throw new InvalidBody(path, 'Not an email address');
    return normalised.identity === this.#identityOf(other);
  }

  /**
   * Applies the change. Each step is idempotent.
   * @throws Error if another attempt is needed, because another account has a pending claim on the address
   */
  async apply(change: ConfirmedChange): Promise<Changed> {
    const { accountId, after, email, formerEmail } = change;
    const present = await this.#deps.store.find(accountId);
    if (present === null) return 'superseded';
    // If the account has changed since, this change was either applied before or is superseded. It needs no address.
    if (email !== undefined && present.changes === after) {
      const claimed = await this.#claims.claim(this.#identityOf(email), accountId, after);
      if (claimed === 'pending') throw new Error('Another request is claiming the address');
      if (claimed === 'taken') return 'taken';
    }
    const isApplied = await this.#write(present, change);
    // Release the former address, or the claimed one if another change was applied in the meantime.
    if (email !== undefined) await this.#claims.giveUp(this.#identityOf(isApplied ? formerEmail : email), accountId, after);
    return isApplied ? 'applied' : 'superseded';
  }

  async #write(present: StoredAccount, { key, accountId, after, loginId, email, phone, passwordHash }: ConfirmedChange): Promise<boolean> {
    const { store, vault, now, readPhone } = this.#deps;
    const known = vault.open(accountId, present.sealed);
    // The details of the former number do not apply to the new one.
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
      password: passwordHash === undefined ? null : { hash: passwordHash, kind: storableKind(passwordHash), keptLogin: loginId },
      emailVerified: present.emailVerified || email !== undefined,
      phoneVerified: present.phoneVerified || phone !== undefined,
      replaced: phone !== undefined ? 'telephone' : email !== undefined ? 'address' : null,
      at: now(),
    });
  }

  #identityOf(email: string): string {
    return this.#deps.normaliseEmail(email)?.identity ?? email;
  }
}

/** The task `applyChange`: applies the change that a session has confirmed. */
export function applyChange(changes: Pick<AccountChanges, 'apply'>): TaskHandler {
  return {
    async run({ sessionId, personal }) {
      const { accountId, changes: after, email: formerEmail, loginId, newEmail, newPhone, newPasswordHash } = personal;
      if (accountId === undefined || formerEmail === undefined || loginId === undefined)
        throw new Error('The session has no account to change');
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
