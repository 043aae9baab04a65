/** The facts, requests and observations of the oracle. None of them comes from a machine. */

import type { Sender } from '../../machines/workflow.ts';
import type { Precondition } from '../../src/testing/graph/schedule.ts';
import type { GuardedStates } from './guarded-states.ts';

export interface Facts {
  /** The lifetime of a code, from its first send. */
  readonly codeLifetimeMs: number;
  /** The pause after a delivery before the same code is sent again. */
  readonly resendCooldownMs: number;
  readonly sessionLifetimeMs: number;
  /** The time that a person may take at a provider. */
  readonly linkLifetimeMs: number;
  /** The number of wrong values that drops a grant. */
  readonly confirmationsPerGrant: number;
  readonly guessesPerCode: number;
  readonly sendsPerCode: number;
  readonly codesPerSession: number;
  /** The lifetime of a signed result. */
  readonly resultLifetimeMs: number;
  /** The state of success. */
  readonly success: string;
  /** The guarded states, each with the steps that may enter it. */
  readonly guarded: readonly GuardedStates[];
  /** The channel of codes; null if the person chooses it before the first code. */
  readonly channel: 'email' | null;
  /** The input that is required before the first code. */
  readonly asksFor: 'nothing' | 'number' | 'credentials' | 'confirmation';
  /** True for support access, which sends no code. */
  readonly asksForPermission: boolean;
  /** True for a set-up, whose codes belong to child sessions. */
  readonly isSetUp: boolean;
  /** True for an account change, which its owner confirms with a code. */
  readonly isChange: boolean;
  /** The longest access that an owner can grant to support. */
  readonly longestGrantMs: number;
  /** Wrong credentials before a session is denied. */
  readonly credentialsPerSession: number;
  /** The expected state after each end of a task that no run can cause, and states that only one such end may lead to. */
  readonly ends: readonly End[];
  /** By event, or by event and payload: the deadline that begins anew whenever the session accepts the event and goes on. */
  readonly renews: Readonly<Record<string, { readonly delay: string; readonly lastsMs: number }>>;
  /** The counts that the session keeps. */
  readonly counts: readonly Count[];
}

/** A count of the session's context. Each has a limit. */
export type Count = 'wrongGuesses' | 'sendsOfCode' | 'codesIssued' | 'wrongCredentials' | 'wrongLinkValues';

export interface End {
  /** The move. */
  readonly end: string;
  /** The precondition of this result: a recorded fact. */
  readonly when?: Readonly<Record<string, unknown>>;
  readonly state: string;
  /** The fact that is recorded with this result. */
  readonly knows?: Readonly<Record<string, unknown>>;
}

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

/** A message as it arrived. */
export interface Arrived {
  readonly at: number;
  readonly code: string;
}

/** An expected message. */
export interface Send {
  readonly at: number;
  readonly code: number;
  readonly arrives: boolean;
}

/** A notice to the owner of an account, and its time. */
export interface Told {
  readonly at: number;
  readonly notice: string;
}

/** The expected answer to a request. */
export interface Answer {
  readonly problem: string | null;
  /** The end of the refusal; null if only a lower bound is known, absent if waiting does not help. */
  readonly until?: number | null;
}

/** @returns the differences, in words; empty without any */
export function differing<T>(what: string, expected: T, actual: T): string[] {
  return Object.is(expected, actual) ? [] : [`${what}: expected ${String(expected)}, was ${String(actual)}`];
}

/** @param leastMs the lower bound, if the end is unknown @returns the difference between the told and the correct waiting time */
export function wrongWait({ until }: Answer, at: number, seconds: number | null, leastMs: number): string[] {
  if (until === undefined) return differing('Retry-After', null, seconds);
  if (until !== null) return differing('Retry-After', Math.ceil((until - at) / 1000), seconds);
  return seconds !== null && seconds >= leastMs / 1000 ? [] : [`Retry-After: at least ${leastMs / 1000}, was ${seconds}`];
}
