/** What the oracle knows, hears and sees: nothing of it comes from a machine. */

export interface Facts {
  /** How long a code is worth something from its first send on. */
  readonly codeLifetimeMs: number;
  /** How long after a delivery the same code is not sent again. */
  readonly resendCooldownMs: number;
  readonly sessionLifetimeMs: number;
  readonly guessesPerCode: number;
  readonly sendsPerCode: number;
  readonly codesPerSession: number;
  /** How long a success is proved by a signed result. */
  readonly resultLifetimeMs: number;
  /** What a right code leads to. */
  readonly success: string;
  /** How codes are sent; null where the person says how, and where to, before the first one. */
  readonly channel: 'email' | null;
}

/** What a request was, for someone who knows what the person typed. */
export interface Said {
  readonly event: string;
  /** For a code: whether it is the one that was last sent to this person. */
  readonly right?: boolean;
  /** For an address or a number: whether it is another than before. */
  readonly changed?: boolean;
  /** For a number: the kind of line it is. */
  readonly line?: string;
  /** How the code is to come. */
  readonly channel?: string;
  /** For a provider's report: what went wrong. */
  readonly failure?: string;
}

/** What the answer said. Times are milliseconds on the run's clock. */
export interface Seen {
  /** The problem's code; null for a success. */
  readonly problem: string | null;
  readonly retryAfterSeconds: number | null;
  readonly state: string;
  readonly status: string;
  readonly outcome: string | null;
  readonly channel: string | null;
  readonly deliveryFailure: string | null;
  readonly attemptsLeft: number;
  readonly sendsLeft: number;
  readonly expiresAt: number | null;
  readonly canResendAt: number | null;
  /** Kebab-case names of what would be accepted. */
  readonly events: readonly string[];
  readonly hasResult: boolean;
}

/** A message as it arrived. */
export interface Arrived {
  readonly at: number;
  readonly code: string;
}
