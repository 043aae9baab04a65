/** What the oracle knows, hears and sees: nothing of it comes from a machine. */

import type { Sender } from '../../machines/workflow.ts';
import type { GuardedStates } from './guarded-states.ts';
import type { Precondition } from './schedule.ts';

export interface Facts {
  /** How long a code is worth something from its first send on. */
  readonly codeLifetimeMs: number;
  /** How long after a delivery the same code is not sent again. */
  readonly resendCooldownMs: number;
  readonly sessionLifetimeMs: number;
  /** How long a person may take at a provider. */
  readonly linkLifetimeMs: number;
  /** Wrong values for a grant before it is dropped. */
  readonly confirmationsPerGrant: number;
  readonly guessesPerCode: number;
  readonly sendsPerCode: number;
  readonly codesPerSession: number;
  /** How long a success is proved by a signed result. */
  readonly resultLifetimeMs: number;
  /** The state that the workflow exists for. */
  readonly success: string;
  /** The states that have to be earned, each with the steps that may enter it. */
  readonly guarded: readonly GuardedStates[];
  /** How codes are sent; null where the person says how, before the first one. */
  readonly channel: 'email' | null;
  /** What is asked for before the first code. */
  readonly asksFor: 'nothing' | 'number' | 'credentials' | 'confirmation';
  /** Whether it is about leave to see an account, and no code is ever sent. */
  readonly isAboutLeave: boolean;
  /** Whether it sets up an account, and its codes are those of sessions of their own. */
  readonly isSetUp: boolean;
  /** Whether it changes an account, once its owner has entered a code. */
  readonly isChange: boolean;
  /** How long an owner can let support see an account at most. */
  readonly longestGrantMs: number;
  /** Wrong credentials before a session is denied. */
  readonly credentialsPerSession: number;
  /** Where ends of tasks lead that no run can bring about, and some that no other may. */
  readonly ends: readonly End[];
  /** By event: the deadline that begins anew with it. */
  readonly renews: Readonly<Record<string, { readonly delay: string; readonly lastsMs: number }>>;
}

export interface End {
  /** The move. */
  readonly end: string;
  /** What must be remembered before, for this to be where it leads. */
  readonly when?: Readonly<Record<string, unknown>>;
  readonly state: string;
  /** What is remembered then. */
  readonly knows?: Readonly<Record<string, unknown>>;
}

/** What a request was, for someone who knows what the person typed. */
export interface Said {
  readonly event: string;
  /**
   * For a code: whether it is the last one sent to this person. For credentials: whether they are the account's. For a value: whether it
   * is the newest grant's.
   */
  readonly right?: boolean;
  /** For an address or a number: whether it is another than before. */
  readonly changed?: boolean;
  /** For a number: the kind of line it is. */
  readonly line?: string;
  /** For credentials: whether the device is a trusted one. */
  readonly trusted?: boolean;
  /** For wrong credentials: whether they lock the account. */
  readonly locks?: boolean;
  /** For a code: whether the device is to be trusted. */
  readonly trustDevice?: boolean;
  /** For an event that leads to a code: whether its destination is throttled. */
  readonly throttled?: boolean;
  /** For a code: whether its destination is throttled by then. */
  readonly last?: boolean;
  /** For a code: whether the account or the destination refuses codes at that moment. */
  readonly blocked?: boolean;
  /** For a code: whether the account is another one by then. */
  readonly outdated?: boolean;
  /** For a change: of what. */
  readonly kind?: string;
  /** How the code is to come. */
  readonly channel?: string;
  /** For a grant: for how long. */
  readonly minutes?: number;
  /** For a child session: how it ended. */
  readonly outcome?: string;
  /** What is the case by then that was not before. */
  readonly precondition?: Precondition;
  /** For somebody who comes back from a provider: whether they agreed. */
  readonly granted?: boolean;
  /** For a provider's report: what went wrong. */
  readonly failure?: string;
}

/** What the answer said. Times are milliseconds on the run's clock. */
export interface Seen {
  /** The party that received the answer. */
  readonly viewer: Sender;
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
  /** Kebab-case names of what would be accepted. */
  readonly events: readonly string[];
  readonly hasResult: boolean;
  /** How the result says that somebody was recognised (RFC 8176); null where it says nothing of that. */
  readonly methods: string | null;
  /** Whether the device is trusted from then on. */
  readonly trustsDevice: boolean;
  /** Wrong credentials that are left; null where none are asked for. */
  readonly triesLeft: number | null;
  /** Whether it says where an account elsewhere is to be linked. */
  readonly sendsAway: boolean;
  /** Why none was linked. */
  readonly linkFailure: string | null;
  readonly linkExpiresAt: number | null;
}

/** A message as it arrived. */
export interface Arrived {
  readonly at: number;
  readonly code: string;
}

/** A message that should go out. */
export interface Send {
  readonly at: number;
  readonly code: number;
  readonly arrives: boolean;
}

/** What the owner of an account is told of, and when. */
export interface Told {
  readonly at: number;
  readonly notice: string;
}

/** What a request should be answered. */
export interface Answer {
  readonly problem: string | null;
  /** When it would no longer be refused for this reason; null when only a lower bound is known, absent when waiting is no help. */
  readonly until?: number | null;
}

/** @returns what is wrong, in words; nothing if nothing is */
export function differing<T>(what: string, expected: T, actual: T): string[] {
  return Object.is(expected, actual) ? [] : [`${what}: expected ${String(expected)}, was ${String(actual)}`];
}

/**
 * @param leastMs where nobody knows how long it will take
 * @returns what is wrong with how long somebody was told to wait
 */
export function wrongWait({ until }: Answer, at: number, seconds: number | null, leastMs: number): string[] {
  if (until === undefined) return differing('Retry-After', null, seconds);
  if (until !== null) return differing('Retry-After', Math.ceil((until - at) / 1000), seconds);
  return seconds !== null && seconds >= leastMs / 1000 ? [] : [`Retry-After: at least ${leastMs / 1000}, was ${seconds}`];
}
