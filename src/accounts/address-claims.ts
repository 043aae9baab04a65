/**
 * Claims on addresses: an address leads to one account at a time. An account claims an address shortly before it takes the
 * address, and releases the claim shortly after it gives the address up. If an interruption leaves a claim without an account, the claim expires.
 */
import type { AccountStore, AddressStore, DetailsVault, StoredAccount } from './account.ts';

export interface AddressClaimsDeps {
  readonly store: Pick<AccountStore, 'find'>;
  readonly addresses: Omit<AddressStore, 'idOr'>;
  readonly vault: DetailsVault;
  readonly emailKeys: (identity: string) => readonly string[];
  readonly normaliseEmail: (input: string) => { readonly identity: string } | null;
  readonly now: () => number;
}

/** `taken`: another account has the address. `pending`: another account claimed it a moment ago, and may still get it. */
export type Claimed = 'claimed' | 'taken' | 'pending';

/** A claim and its use are two statements apart, of some seconds at most each. A claimant that needs longer claims again. */
const claimLifetimeMs = 5 * 60_000;

export class AddressClaims {
  readonly #deps: AddressClaimsDeps;

  constructor(deps: AddressClaimsDeps) {
    this.#deps = deps;
  }

  /**
   * Claims an address for a new account, or for a new address of an account. A claimant never continues the claim of another account, whose
   * set-up or change may still resume after an interruption.
   * @param changes the account's number of changes so far
   */
  async claim(identity: string, accountId: string, changes: number): Promise<Claimed> {
    const { store, addresses, emailKeys, now } = this.#deps;
    const claim = await addresses.claim(emailKeys(identity), { accountId, changes, at: now() });
    if (claim.accountId === accountId) return 'claimed';
    const present = await store.find(claim.accountId);
    if (present !== null && this.isAddressOf(this.#opened(present), identity)) return 'taken';
    const at = now();
    if (at < claim.claimedAt + claimLifetimeMs) return 'pending';
    return (await addresses.takeOver(emailKeys(identity), claim, { accountId, changes, at })) ? 'claimed' : 'pending';
  }

  /**
   * Releases an address that the account does not need, or no longer has. Does nothing if the account has the address, or has claimed it
   * again.
   * @param changes the account's number of changes at the latest claim to release
   */
  async giveUp(identity: string, accountId: string, changes: number): Promise<void> {
    const { store, addresses, emailKeys } = this.#deps;
    const present = await store.find(accountId);
    if (present === null || !this.isAddressOf(this.#opened(present), identity))
      await addresses.release(emailKeys(identity), accountId, changes);
  }

  /**
   * True if the account has the address. A claim begins shortly before the account gets the address, and ends shortly after the account
   * gave it up. So only the account's own address proves that the account has it.
   */
  isAddressOf({ email = '' }: { readonly email?: string }, identity: string): boolean {
    return this.#deps.normaliseEmail(email)?.identity === identity;
  }

  #opened({ id, sealed }: Pick<StoredAccount, 'id' | 'sealed'>) {
    return this.#deps.vault.open(id, sealed);
  }
}
