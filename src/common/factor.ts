/**
 * The port of the factors of accounts, besides the codes that are sent: passkeys, authenticator apps, backup codes, and those of other
 * modules. Machines know that a factor was proved, never which one.
 */

export type Json = Readonly<Record<string, unknown>>;

/** The session in which a factor is proved or enrolled. */
export interface FactorSession {
  readonly id: string;
  /** The secret key of the session, from which requests are derived. */
  readonly keyId: string;
  /** The name of the workflow, which is the purpose of the proof. */
  readonly workflow: string;
  readonly accountId: string;
  /** The number of the request within the session, from 1. Each answer uses up its request. The request of an enrolment has the number 0. */
  readonly request: number;
  /** The time, in milliseconds since the epoch. */
  readonly at: number;
}

/** The answer of a person, or of their device. */
export interface FactorAnswer {
  /** The typed code. */
  readonly code?: string;
  /** The credential that a browser returned, as JSON. */
  readonly credential?: Json;
}

/**
 * `wrong`: the answer does not fit the request, or was used before. `unknown`: the service knows no such credential. `foreign`: the
 * credential belongs to another account. `cloned`: the counter of the credential did not increase.
 */
export type FactorFailure = 'wrong' | 'unknown' | 'foreign' | 'cloned';

export type FactorVerdict =
  | {
      readonly result: 'correct';
      /** The methods of authentication that the answer proves, as in RFC 8176. */
      readonly methods: readonly string[];
      /** The remaining uses of a factor that can be used up; absent for all others. */
      readonly left?: number;
      /** True if so few uses are left that the owner should renew the factor. */
      readonly isRunningOut?: boolean;
    }
  | { readonly result: FactorFailure };

export type EnrolmentVerdict =
  | {
      readonly result: 'correct';
      /** The new credential, which the session keeps sealed until it is stored. */
      readonly credential: Readonly<Record<string, string>>;
    }
  | { readonly result: 'wrong' | 'foreign' };

export interface NewCredential {
  readonly accountId: string;
  /** The idempotency key: a repeated enrolment has no effect. */
  readonly key: string;
  /** The owner's name for the credential; null without one. */
  readonly name: string | null;
  /** The time, in milliseconds since the epoch. */
  readonly at: number;
}

/** A way in which the owner of an account proves to be present. */
export interface Factor {
  /** In kebab-case; unique in a service. */
  readonly name: string;
  /** The name that people read, in the middle of a sentence. */
  readonly title: string | ({ readonly en: string } & Readonly<Record<string, string>>);
  /** True if a page that imitates the service can't pass an answer on. */
  readonly isPhishingResistant: boolean;
  /** True for short codes that can be guessed: wrong ones count for the account. */
  readonly isGuessable: boolean;
  /** Identifies the present credentials of the account: another one after each addition, replacement and removal. Null without one. */
  version(accountId: string): Promise<string | null>;
  /**
   * True if the credentials of this version are used up and were not removed. The answer that used up the last one may come again, because
   * the process died before it stored the session. Absent for a factor that is never used up.
   */
  isSpent?(accountId: string, version: string): Promise<boolean>;
  /** True if the account has as many credentials as it may have: no registration begins. Absent if the number has no limit. */
  isFull?(accountId: string): Promise<boolean>;
  /** The data that the device needs for its answer. The same for the same session and request. */
  request(session: FactorSession): Promise<Json>;
  /**
   * Compares an answer and uses it up at once, durably. Called within the session's turn, possibly more than once: the same `attempt` gets
   * the same verdict.
   */
  verify(answer: FactorAnswer, session: FactorSession, attempt: string): Promise<FactorVerdict>;
  /** The data that the holder of the session needs to enrol. The same for the same session. */
  enrolment(session: FactorSession, owner: { readonly email: string }): Promise<Json>;
  /** Checks the answer to an enrolment. */
  verifyEnrolment(answer: FactorAnswer, session: FactorSession): Promise<EnrolmentVerdict>;
  /** Stores the credential. @returns `taken` if another account has it */
  enrol(credential: Readonly<Record<string, string>>, made: NewCredential): Promise<'enrolled' | 'taken'>;
}

/** A factor that an account has. */
export interface PresentFactor {
  readonly factor: Factor;
  readonly version: string;
}
