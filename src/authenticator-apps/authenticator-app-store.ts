/** The port for the authenticator apps of accounts: one for each account, replaced as a whole. */

export interface StoredApp {
  readonly accountId: string;
  /** The idempotency key of the enrolment, which identifies this app among those that the account has had. */
  readonly enrolment: string;
  /** The sealed secret. */
  readonly sealed: string;
  /** The latest time step of which a code was used. */
  readonly lastStep: number;
  /** The latest uses, the newest first. */
  readonly uses: readonly AppUse[];
}

/** A use of a code. */
export interface AppUse {
  readonly step: number;
  /** Identifies the attempt to prove the factor: a repetition uses nothing more. */
  readonly attempt: string;
}

export interface AuthenticatorAppStore {
  /** @returns null for an account without an authenticator app */
  find(accountId: string): Promise<StoredApp | null>;
  /** Stores an app in place of an earlier one. An enrolment that took place before has no effect, also after a removal. */
  enrol(app: Omit<StoredApp, 'uses'> & { readonly at: number }): Promise<void>;
  /** Uses up a time step and all earlier ones, if the account still has this app. @returns false if the step was used up before */
  use(app: Pick<StoredApp, 'accountId' | 'enrolment'>, use: AppUse): Promise<boolean>;
  /** @returns true if the account had an app until now */
  remove(accountId: string, at: number): Promise<boolean>;
}
