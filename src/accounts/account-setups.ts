/** Account set-ups. The account is created at the end; until then only the session holds the address and the password's hash. */
import { setTimeout as after } from 'node:timers/promises';
import { InvalidBody } from '../engine/errors.ts';
import type { QueuedCaller } from '../engine/fair-queue.ts';
import type { TaskHandler } from '../engine/ports.ts';
import { type AccountsDeps, verifiedNumber } from './accounts.ts';
import { AddressClaims } from './address-claims.ts';
import { storableKind } from './passwords.ts';

/** An account whose set-up is finished. */
export interface FinishedSetup {
  /** The id of the session, and the idempotency key: a repeated set-up creates no second account. */
  readonly setupId: string;
  /** The id of the session's secret key. */
  readonly keyId: string;
  readonly email: string;
  readonly passwordHash: string;
  /** In E.164, verified; null for none. */
  readonly phone: string | null;
  /** The provider's account to link; null for none. */
  readonly link: { readonly provider: string; readonly issuer: string; readonly subject: string } | null;
  readonly locale: string | null;
}

/**
 * `taken`: another account has the address. `link-taken`: the provider's account is linked to another account. `pending`: another account
 * has a pending claim on the address, so another attempt is needed.
 */
export type Finished =
  | { readonly outcome: 'created'; readonly accountId: string }
  | { readonly outcome: 'taken' | 'link-taken' | 'pending' };

/**
 * The pauses before a set-up tries again. If several set-ups for one address finish at the same time, one claims the address. The others
 * wait until it has run two statements, usually within the first pause.
 */
const pendingPausesMs: readonly number[] = [50, 100, 200, 400, 800];

type SetupDeps = Omit<AccountsDeps, 'devices' | 'guesses' | 'policy'>;

export class AccountSetups {
  readonly #deps: SetupDeps;
  readonly #claims: AddressClaims;

  constructor(deps: SetupDeps) {
    this.#deps = deps;
    this.#claims = new AddressClaims(deps);
  }

  /**
   * Checks and hashes the password of a new account. The time does not depend on whether the address has an account.
   * @throws InvalidBody for an unusable address or password, Overloaded
   */
  async begin(email: string, password: string, caller: QueuedCaller): Promise<{ email: string; passwordHash: string }> {
    const { identity, address } = this.#normalised(email);
    await this.#deps.strength.demand('/password', { password, email: identity }, caller);
    return { email: address, passwordHash: await this.#deps.passwords.hash(password, caller) };
  }

  /** True if the address has an account. */
  async hasAccount(email: string): Promise<boolean> {
    const { store, addresses, vault, emailKeys, newId } = this.#deps;
    const { identity } = this.#normalised(email);
    const id = await addresses.idOr(emailKeys(identity), newId());
    const stored = await store.find(id);
    return stored !== null && this.#claims.isAddressOf(vault.open(id, stored.sealed), identity);
  }

  /** Creates the account, whose id is derived from the set-up. Each step is idempotent. */
  async finish({ setupId, keyId, email, passwordHash, phone, link, locale }: FinishedSetup): Promise<Finished> {
    const { store, vault, links, linkKeys, setupAccountId, readPhone, now } = this.#deps;
    const { identity, address } = this.#normalised(email);
    const id = setupAccountId(keyId, setupId);
    const made = { outcome: 'created', accountId: id } as const;
    // The task repeats an attempt whose outcome was lost. The account may have another address by then.
    if ((await store.find(id)) !== null) return made;
    // Check the link before claiming the address. A set-up that can't link may end, and then leaves the address free.
    if (link !== null && !(await links.isOpenTo(linkKeys(link), setupId))) return { outcome: 'link-taken' };
    const claimed = await this.#claims.claim(identity, id, 0);
    if (claimed === 'pending') return { outcome: 'pending' };
    if (claimed === 'taken') {
      // The address belongs to another account, so the link of this set-up is released.
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
    // If the account exists by now, another attempt of the same set-up has created it.
    await store.create({
      id,
      sealed: vault.seal(id, details),
      passwordHash,
      passwordKind: storableKind(passwordHash),
      emailVerified: true,
      phoneVerified: phone !== null,
      at: now(),
    });
    return made;
  }

  /** Links a provider's account to an existing account. @returns true if it is linked now; false if another account has it */
  link(accountId: string, key: string, { provider, ...identity }: NonNullable<FinishedSetup['link']>): Promise<boolean> {
    const { links, linkKeys, newId, now } = this.#deps;
    return links.claim(linkKeys(identity), { id: newId(), accountId, madeBy: key, provider, linkedAt: now() });
  }

  #normalised(email: string): { readonly address: string; readonly identity: string } {
    const normalised = this.#deps.normaliseEmail(email);
    if (!normalised) throw new InvalidBody('/email', 'Not an email address');
    return normalised;
  }
}

/** The task `createAccount`: creates the account of a finished set-up. */
export function createAccount(setups: Pick<AccountSetups, 'finish'>): TaskHandler {
  return {
    async run({ sessionId, keyId, personal }, signal) {
      const { email, passwordHash, phone, locale, linkProvider, linkIssuer, linkSubject } = personal;
      if (email === undefined || passwordHash === undefined) throw new Error('A set-up without an address or a password');
      const isLinked = linkProvider !== undefined && linkIssuer !== undefined && linkSubject !== undefined;
      const setup: FinishedSetup = {
        // The session's id, not the task's: after a task that used up its attempts, the next task must find the same account.
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
