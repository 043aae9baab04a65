/**
 * Whose an address is: it leads to one account at a time. It is claimed a moment before it is the account's, and given up a moment
 * after it was; a claim that comes to nothing in between, because whoever made it was interrupted, is free again by itself.
 */
import type { AccountStore, AddressStore, DetailsVault, EmailClaim, StoredAccount } from './account.ts';

export interface AddressClaimsParts {
  readonly store: Pick<AccountStore, 'find'>;
  readonly addresses: Omit<AddressStore, 'idOr'>;
  readonly vault: DetailsVault;
  readonly emailKeys: (identity: string) => readonly string[];
  readonly normaliseEmail: (input: string) => { readonly identity: string } | null;
  readonly now: () => number;
}

/** `pending`: somebody else claimed it a moment ago, and it may become their account's. */
export type Claimed = { readonly accountId: string; readonly present: StoredAccount | null } | 'pending';

/** Between a claim and what it is made for lie two statements, each of some seconds at most; who needs longer claims anew. */
const claimLifetimeMs = 5 * 60_000;

export class AddressClaims {
  readonly #parts: AddressClaimsParts;

  constructor(parts: AddressClaimsParts) {
    this.#parts = parts;
  }

  /**
   * For an account that is about to be made: another one's claim to make one is gone on with, under the id that it named.
   * @returns which account the address leads to from now on, and that account where it is there already
   */
  async forNew(identity: string, freshId: string): Promise<Claimed> {
    const { store, addresses, emailKeys, now } = this.#parts;
    const claim = await this.#claim(identity, { accountId: freshId, changes: 0 });
    if (claim.accountId === freshId) return { accountId: freshId, present: null };
    const present = await store.find(claim.accountId);
    if (present === null) {
      await addresses.claim(emailKeys(identity), { accountId: claim.accountId, changes: 0, at: now() });
      return { accountId: claim.accountId, present };
    }
    if (this.#has(present, identity)) return { accountId: claim.accountId, present };
    return this.#takenOver(identity, claim, { accountId: freshId, changes: 0 });
  }

  /**
   * For an account that has another address.
   * @param changes how often it was changed before
   */
  async forChange(identity: string, accountId: string, changes: number): Promise<Claimed> {
    const claim = await this.#claim(identity, { accountId, changes });
    const present = await this.#parts.store.find(claim.accountId);
    if (claim.accountId === accountId || (present !== null && this.#has(present, identity))) return { accountId: claim.accountId, present };
    return this.#takenOver(identity, claim, { accountId, changes });
  }

  /**
   * The account does not want it, or has it no more; nothing happens where it does have it, or has claimed it anew.
   * @param changes how often the account was changed before it was claimed at the latest
   */
  async giveUp(identity: string, accountId: string, changes: number): Promise<void> {
    const { store, addresses, emailKeys } = this.#parts;
    const present = await store.find(accountId);
    if (present === null || !this.#has(present, identity)) await addresses.release(emailKeys(identity), accountId, changes);
  }

  #claim(identity: string, by: { accountId: string; changes: number }): Promise<EmailClaim> {
    const { addresses, emailKeys, now } = this.#parts;
    return addresses.claim(emailKeys(identity), { ...by, at: now() });
  }

  async #takenOver(identity: string, claim: EmailClaim, by: { accountId: string; changes: number }): Promise<Claimed> {
    const { store, addresses, emailKeys, now } = this.#parts;
    const at = now();
    if (at < claim.claimedAt + claimLifetimeMs) return 'pending';
    if (!(await addresses.takeOver(emailKeys(identity), claim, { ...by, at }))) return 'pending';
    return { accountId: by.accountId, present: await store.find(by.accountId) };
  }

  /** An address leads to its account from a moment before it is the account's until a moment after it was. */
  #has({ id, sealed }: StoredAccount, identity: string): boolean {
    const { vault, normaliseEmail } = this.#parts;
    return normaliseEmail(vault.open(id, sealed)['email'] ?? '')?.identity === identity;
  }
}
