/** A path with exact times: which request is made when, what is arranged before, and what the session must be then. */
import type { MachineEvent, Payload } from '../../machines/workflow.ts';
import type { HistoryEntry, Rejection, Session } from '../../src/engine/session.ts';

/** What the next delivery to the session's address is told to do; or the precondition of a task's outcome. */
export type Arrangement = Delivery | { readonly outcome: Precondition };

/**
 * What a task comes to because of something else: `taken`, the address has an account; `superseded`, the account is another one;
 * `refused`, the provider takes back what it has given; `link-taken`, what is linked has an account.
 */
const preconditions = ['taken', 'superseded', 'refused', 'link-taken'] as const;
export type Precondition = (typeof preconditions)[number];

export function isPrecondition(outcome: string | undefined): outcome is Precondition {
  return preconditions.some((each) => each === outcome);
}
type Delivery = { readonly channel: string } & ({ readonly outcome: 'fail' } | { readonly outcome: 'delay'; readonly delayMs: number });

/** The end of a delivery, as the provider knows it. */
export interface DeliveryEnd {
  readonly at: number;
  readonly well: boolean;
}

export interface ScheduledStep {
  /** Milliseconds after the run's start. */
  readonly at: number;
  /** Starts the session, sends it an event, looks at it, or ends its child. */
  readonly does: 'start' | 'look' | { readonly type: string; readonly payload: Payload } | { readonly child: string };
  /** Arranged just before, and once it was answered. */
  readonly before: Arrangement | null;
  readonly after: Arrangement | null;
  /** What is expected then. */
  readonly session: Session;
  readonly rejection: Rejection | null;
  /** Deliveries that have ended by then, and not before the step before. */
  readonly ends: readonly DeliveryEnd[];
  /** Transitions of the machine that it takes. */
  readonly taken: readonly string[];
  /** Timers that it drops before they fall due, as the events that they would have raised. */
  readonly cancelled: readonly string[];
  /** The timer that falls due a millisecond later. */
  readonly imminent: string | null;
  /** What is to be done because of it that nobody waits for: what the owner of the account is told, other tasks by their names. */
  readonly asides: readonly string[];
  /** Steps of the graph that it takes, as configuration and move. */
  readonly covers: readonly { readonly key: string; readonly label: string }[];
}

export interface Schedule {
  /** What the session hears at its start. */
  readonly opening: MachineEvent | null;
  readonly steps: readonly ScheduledStep[];
  /** All that happened, in order, the aftermath included. */
  readonly history: readonly HistoryEntry[];
  /** What becomes of the session when nobody looks until long after everything fell due: timers fire late. */
  readonly aftermath: Pick<ScheduledStep, 'at' | 'session' | 'rejection' | 'taken'>;
}

/** After the last step of a run; every timer of a session is over by then. */
export const aftermathMs = 2 * 24 * 60 * 60 * 1000;
