/** A stored passkey, and the port to the table of passkeys. */

export interface Passkey {
  /** The id that the authenticator gave the credential, in base64url. */
  readonly credentialId: string;
  /** The id for the owner. */
  readonly id: string;
  readonly accountId: string;
  /** The public key in COSE, in base64url. */
  readonly publicKey: string;
  /** The signature counter of the latest use; 0 for authenticators that don't count. */
  readonly counter: number;
  /** The ways to reach the authenticator, as the browser named them. */
  readonly transports: readonly string[];
  /** True if the credential may be copied to other devices. Never changes. */
  readonly backupEligible: boolean;
  /** True if the credential was copied at its latest use. */
  readonly backedUp: boolean;
  /** The model of the authenticator; zeros if it does not say. */
  readonly aaguid: string;
  /** The sealed name that the owner gave it; null without one. */
  readonly sealed: string | null;
  readonly createdAt: number;
  /** Null before the first use. */
  readonly lastUsedAt: number | null;
}

/** A use of a passkey. */
export interface PasskeyUse {
  /** The answered request: a repetition of this use is accepted. */
  readonly request: string;
  readonly counter: number;
  readonly backedUp: boolean;
  readonly at: number;
}

export interface PasskeyStore {
  /** Null for an unknown credential, and for a removed one. */
  find(credentialId: string): Promise<Passkey | null>;
  /** The passkeys of an account, the oldest first. */
  of(accountId: string): Promise<Passkey[]>;
  /**
   * Stores a passkey, unless its credential exists or the account has `most` passkeys. A repetition with the same key has no effect, even
   * after the removal of the passkey.
   */
  add(passkey: Omit<Passkey, 'lastUsedAt'>, made: { readonly key: string; readonly most: number }): Promise<'added' | 'taken' | 'full'>;
  /** Records a use. @returns `cloned` if the counter did not increase, `gone` if the passkey was removed */
  use(passkey: Pick<Passkey, 'credentialId' | 'accountId'>, use: PasskeyUse): Promise<'used' | 'cloned' | 'gone'>;
  /** @returns true if the account has the passkey */
  rename(accountId: string, id: string, sealed: string): Promise<boolean>;
  /** @returns true if the account had the passkey until now */
  remove(accountId: string, id: string, at: number): Promise<boolean>;
  /** Deletes passkeys that were removed before a time. */
  purge(removedBefore: number): Promise<void>;
}
