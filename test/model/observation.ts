/** The requests and observations of the six workflows. None of them comes from a machine. */
import type { Precondition } from '../../src/testing/graph/schedule.ts';

/** A request in the terms of what the person typed. */
export interface Said {
  readonly event: string;
  /**
   * For a code: true for the last one sent to this person. For credentials: true for those of the account. For a value: true for the newest
   * grant's.
   */
  readonly correct?: boolean;
  /** For an address or a number: true if it differs from the one before. */
  readonly changed?: boolean;
  /** For a number: its kind of line. */
  readonly line?: string;
  /** For credentials: true on a trusted device. */
  readonly trusted?: boolean;
  /** For wrong credentials: true if they lock the account. */
  readonly locks?: boolean;
  /** For a code: true if the device is to be trusted. */
  readonly trustDevice?: boolean;
  /** For an event that leads to a code: true if its destination is throttled. */
  readonly throttled?: boolean;
  /** For a code: true if its destination has been throttled since it was sent. */
  readonly last?: boolean;
  /** For a code: true if the account or the destination refuses codes at that moment. */
  readonly blocked?: boolean;
  /** For a code: true if the account has changed since it was sent. */
  readonly outdated?: boolean;
  /** For credentials and changes: true if the account's factor is asked for in place of a code. */
  readonly factor?: boolean;
  /** For the choice of a factor: `factor`, `code`, `missing` or `weak`. */
  readonly choice?: string;
  /** For the answer with a factor: its result. */
  readonly result?: string;
  /** For the answer with a factor that can be used up: `few` or `more` uses are left. */
  readonly left?: string;
  /** For a code or an answer: true if the login goes on with an enrolment. */
  readonly enrols?: boolean;
  /** For a change: its kind. */
  readonly kind?: string;
  /** The channel of the code. */
  readonly channel?: string;
  /** For a grant: its duration. */
  readonly minutes?: number;
  /** For a child session: its outcome. */
  readonly outcome?: string;
  /** The precondition that the run creates just before this request. */
  readonly precondition?: Precondition;
  /** For a return from a provider: `granted`, `declined` or `failed`. */
  readonly answer?: string;
  /** For a provider's report: the failure. */
  readonly failure?: string;
}

/** The contents of an answer. Times are milliseconds on the run's clock. */
export interface Seen {
  /** The party that received the answer. */
  readonly viewer: string;
  /** The problem's code; null for a success. */
  readonly problem: string | null;
  readonly retryAfterSeconds: number | null;
  readonly state: string;
  readonly status: string;
  readonly outcome: string | null;
  readonly channel: string | null;
  readonly deliveryFailure: string | null;
  readonly attemptsLeft: number | null;
  readonly sendsLeft: number | null;
  readonly expiresAt: number | null;
  readonly canResendAt: number | null;
  readonly endsAt: number | null;
  /** Kebab-case names of the accepted events. */
  readonly events: readonly string[];
  readonly hasResult: boolean;
  /** The methods of authentication in the result (RFC 8176); null without any. */
  readonly methods: string | null;
  /** True if the device is trusted from then on. */
  readonly trustsDevice: boolean;
  /** Wrong credentials that are left; null if none are asked for. */
  readonly triesLeft: number | null;
  /** True if the answer has an address to link an outside account. */
  readonly isAtProvider: boolean;
  /** The reason why no account was linked. */
  readonly linkFailure: string | null;
  readonly linkExpiresAt: number | null;
}
