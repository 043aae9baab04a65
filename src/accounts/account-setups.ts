/** What becomes an account only at the end of its set-up: until then there is a hash in a session, and nothing here. */
import { setTimeout as after } from 'node:timers/promises';
import { InvalidBody } from '../engine/errors.ts';
import type { Caller } from '../engine/fair-queue.ts';
import type { TaskHandler } from '../engine/ports.ts';
import { type AccountsParts, verifiedNumber } from './accounts.ts';
import { AddressClaims } from './address-claims.ts';
import { hashKind } from './passwords.ts';

/** An account whose set-up is finished. */
export interface FinishedSetup {
  /** Its session: the same again makes nothing new. */
  readonly setupId: string;
  /** The secret key that its session has. */
  readonly keyId: string;
  readonly email: string;
  readonly passwordHash: string;
  /** In E.164, verified; null for none. */
  readonly phone: string | null;
  /** The account elsewhere that is to be linked; null for none. */
  readonly link: { readonly provider: string; readonly issuer: string; readonly subject: string } | null;
  readonly locale: string | null;
}

/**
 * `taken`: the address has another account by now. `link-taken`: what was to be linked is another account's. `pending`: somebody else is
 * claiming the address, and it may become theirs; another attempt is needed.
 */
export type Finished =
  | { readonly outcome: 'created'; readonly accountId: string }
  | { readonly outcome: 'taken' | 'link-taken' | 'pending' };

/** Of set-ups of one address that end together, all but one wait for that one's two statements: mostly for the first of these times. */
const pendingPausesMs: readonly number[] = [50, 100, 200, 400, 800];

type SetupParts = Omit<AccountsParts, 'devices' | 'guesses' | 'policy'>;

export class AccountSetups {
  readonly #parts: SetupParts;
  readonly #claims: AddressClaims;

  constructor(parts: SetupParts) {
    this.#parts = parts;
    this.#claims = new AddressClaims(parts);
  }

  /**
   * Judges and hashes the password of an account that is still to be made; takes as long whether or not the address has one.
   * @throws InvalidBody for an address or a password that can't be used, Overloaded
   */
  async begin(email: string, password: string, caller: Caller): Promise<{ email: string; passwordHash: string }> {
    const { identity, address } = this.#normalised(email);
    await this.#parts.strength.demand('/password', { password, email: identity }, caller);
    return { email: address, passwordHash: await this.#parts.passwords.hash(password, caller) };
  }

  /** Whether the address has an account. */
  async hasAccount(email: string): Promise<boolean> {
    const { store, addresses, vault, emailKeys, newId } = this.#parts;
    const { identity } = this.#normalised(email);
    const id = await addresses.idOr(emailKeys(identity), newId());
    const stored = await store.find(id);
    // An address leads to its account from a moment before it is the account's until a moment after it was.
    return stored !== null && this.#normalised(vault.open(id, stored.sealed)['email'] ?? '').identity === identity;
  }

  /** Makes the account, whose id follows from its set-up. Each step of it can be made again, and stays as it is then. */
  async finish({ setupId, keyId, email, passwordHash, phone, link, locale }: FinishedSetup): Promise<Finished> {
    const { store, vault, links, linkKeys, setupAccountId, readPhone, now } = this.#parts;
    const { identity, address } = this.#normalised(email);
    const id = setupAccountId(keyId, setupId);
    const made = { outcome: 'created', accountId: id } as const;
    // An attempt whose end was lost comes again, and its account may have another address by then.
    if ((await store.find(id)) !== null) return made;
    // Before the address is claimed: whoever can't link may give up, and leaves it free for another account.
    if (link !== null && !(await links.isOpenTo(linkKeys(link), setupId))) return { outcome: 'link-taken' };
    const claimed = await this.#claims.claim(identity, id, 0);
    if (claimed === 'pending') return { outcome: 'pending' };
    if (claimed === 'taken') {
      // Whoever has the address has no part in what was linked here.
      if (link !== null) await links.release(linkKeys(link), setupId);
      return { outcome: 'taken' };
    }
    if (link !== null && !(await this.link(id, setupId, link))) {
      await this.#claims.giveUp(identity, id, 0);
      return { outcome: 'link-taken' };
    }
    const details = {
      email: address,
      ...(phone === null ? {} : verifiedNumber(phone, readPhone)),
      ...(locale === null ? {} : { locale }),
    };
    // Where it is there by now, another attempt of the same set-up has made it.
    await store.create({
      id,
      sealed: vault.seal(id, details),
      passwordHash,
      passwordKind: hashKind(passwordHash) ?? '',
      emailVerified: true,
      phoneVerified: phone !== null,
      at: now(),
    });
    return made;
  }

  /** Links an account elsewhere to one that is there. @returns whether it is linked now; not where another one has it */
  link(accountId: string, key: string, { provider, ...identity }: NonNullable<FinishedSetup['link']>): Promise<boolean> {
    const { links, linkKeys, newId, now } = this.#parts;
    return links.claim(linkKeys(identity), { id: newId(), accountId, madeBy: key, provider, linkedAt: now() });
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
    async run({ sessionId, keyId, personal }, signal) {
      const { email, passwordHash, phone, locale, linkProvider, linkIssuer, linkSubject } = personal;
      if (email === undefined || passwordHash === undefined) throw new Error('A set-up without an address or a password');
      const isLinked = linkProvider !== undefined && linkIssuer !== undefined && linkSubject !== undefined;
      const setup: FinishedSetup = {
        // By the session, not the task: one whose attempts were used up is followed by another that must know their account as its own.
        setupId: sessionId,
        keyId,
        email,
        passwordHash,
        phone: phone ?? null,
        link: isLinked ? { provider: linkProvider, issuer: linkIssuer, subject: linkSubject } : null,
        locale: locale ?? null,
      };
      let finished = await setups.finish(setup);
      for (const pauseMs of pendingPausesMs) {
        if (finished.outcome !== 'pending') break;
        await after(pauseMs, undefined, { signal });
        finished = await setups.finish(setup);
      }
      const { outcome } = finished;
      if (outcome === 'pending') return { outcome: 'retry', reason: 'address-pending' };
      return { outcome: 'done', output: { outcome }, ...('accountId' in finished ? { personal: { accountId: finished.accountId } } : {}) };
    },
  };
}
