/** The port for the backup codes of accounts: one set for each account, replaced as a whole. */

export interface StoredCodes {
  readonly accountId: string;
  /** The idempotency key of the enrolment, which identifies this set among those that the account has had. */
  readonly enrolment: string;
  /** The secret key that the codes are hashed with. */
  readonly keyId: string;
  /** The hashes of the unused codes. */
  readonly unused: readonly string[];
  /** The uses, in their order. */
  readonly uses: readonly CodeUse[];
}

/** A use of a code. */
export interface CodeUse {
  readonly hash: string;
  /** Identifies the attempt to prove the factor: a repetition uses nothing more. */
  readonly attempt: string;
}

export interface BackupCodeStore {
  /** @returns null for an account without backup codes; a set remains if all of its codes are used */
  find(accountId: string): Promise<StoredCodes | null>;
  /** Stores a set in place of an earlier one. An enrolment that took place before has no effect, also after a removal. */
  enrol(codes: Omit<StoredCodes, 'uses'> & { readonly at: number }): Promise<void>;
  /** Uses up a code, if the account still has this set. @returns the number of codes that are left; null if the code was used before */
  use(codes: Pick<StoredCodes, 'accountId' | 'enrolment'>, use: CodeUse): Promise<number | null>;
  /** @returns true if the account had a set until now */
  remove(accountId: string, at: number): Promise<boolean>;
}
