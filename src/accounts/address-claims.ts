/**
 * Whose an address is: it leads to one account at a time. It is claimed a moment before it is the account's, and given up a moment
 * after it was; a claim that comes to nothing in between, because whoever made it was interrupted, is free again by itself.
 */
import type { AccountStore, AddressStore, DetailsVault, StoredAccount } from './account.ts';

export interface AddressClaimsParts {
  readonly store: Pick<AccountStore, 'find'>;
  readonly addresses: Omit<AddressStore, 'idOr'>;
  readonly vault: DetailsVault;
  readonly emailKeys: (identity: string) => readonly string[];
  readonly normaliseEmail: (input: string) => { readonly identity: string } | null;
  readonly now: () => number;
}

/**
 * `taken`: another account has it. `pending`: somebody else claimed it a moment ago, and it may become their account's.
 */
export type Claimed = 'claimed' | 'taken' | 'pending';

/** Between a claim and what it is made for lie two statements, each of some seconds at most; who needs longer claims anew. */
const claimLifetimeMs = 5 * 60_000;

export class AddressClaims {
  readonly #parts: AddressClaimsParts;

  constructor(parts: AddressClaimsParts) {
    this.#parts = parts;
  }

  /**
   * For an account that is about to be made, or has another address. Nobody goes on with another one's claim: an account's id says who
   * makes it, and whoever was interrupted may come again.
   * @param changes how often it was changed before
   */
  async claim(identity: string, accountId: string, changes: number): Promise<Claimed> {
    const { store, addresses, emailKeys, now } = this.#parts;
    const claim = await addresses.claim(emailKeys(identity), { accountId, changes, at: now() });
    if (claim.accountId === accountId) return 'claimed';
    const present = await store.find(claim.accountId);
    if (present !== null && this.#has(present, identity)) return 'taken';
    const at = now();
    if (at < claim.claimedAt + claimLifetimeMs) return 'pending';
    return (await addresses.takeOver(emailKeys(identity), claim, { accountId, changes, at })) ? 'claimed' : 'pending';
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

  /** An address leads to its account from a moment before it is the account's until a moment after it was. */
  #has({ id, sealed }: StoredAccount, identity: string): boolean {
    const { vault, normaliseEmail } = this.#parts;
    return normaliseEmail(vault.open(id, sealed)['email'] ?? '')?.identity === identity;
  }
}
