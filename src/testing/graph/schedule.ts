/** A path with exact times: each request with its time, its preparation, and the expected session. */
import type { MachineEvent, Payload } from '../../../machines/workflow.ts';
import type { HistoryEntry, Rejection, Session } from '../../engine/session.ts';
import type { Ending } from './endings.ts';

/** The arranged result of the next delivery to the session's address, or the precondition of a task's outcome. */
export type Arrangement = Delivery | { readonly outcome: Precondition };

/**
 * The outside cause of a task's result: `taken`, the address has an account; `superseded`, the account has changed; `refused`, the provider
 * revokes its grant; `link-taken`, the identity belongs to an account.
 */
const preconditions = ['taken', 'superseded', 'refused', 'link-taken'] as const;
export type Precondition = (typeof preconditions)[number];

export function isPrecondition(outcome: string | undefined): outcome is Precondition {
  return preconditions.some((each) => each === outcome);
}
type Delivery = { readonly channel: string } & ({ readonly outcome: 'fail' } | { readonly outcome: 'delay'; readonly delayMs: number });

/** The end of a delivery, as the provider reports it. */
export interface DeliveryEnd {
  readonly at: number;
  readonly well: boolean;
}

/** A task that the test ends. */
export interface PlayedEnd extends Ending {
  /** The id of the invocation. */
  readonly task: string;
  /** The number of the task within its session. */
  readonly generation: number;
}

/** Starts the session, sends it an event, reads it, ends its child, or ends a task that the test plays. */
export type Does = 'start' | 'look' | { readonly type: string; readonly payload: Payload } | { readonly child: string } | PlayedEnd;

export interface ScheduledStep {
  /** Milliseconds after the run's start. */
  readonly at: number;
  readonly does: Does;
  /** Arranged just before the step, and after its answer. */
  readonly before: Arrangement | null;
  readonly after: Arrangement | null;
  /** The expected observation. */
  readonly session: Session;
  readonly rejection: Rejection | null;
  /** Deliveries that end after the step before, and by this one. */
  readonly ends: readonly DeliveryEnd[];
  /** Transitions that the step takes. */
  readonly taken: readonly string[];
  /** Timers that the step cancels before they fall due, as the events that they would have raised. */
  readonly cancelled: readonly string[];
  /** The timer that falls due a millisecond later. */
  readonly imminent: string | null;
  /** Detached tasks that the step starts: messages by their notices, and other tasks by their names. */
  readonly asides: readonly string[];
  /** Steps of the graph that this step takes, as configuration and move. */
  readonly covers: readonly { readonly key: string; readonly label: string }[];
}

/** The expected session if its first read after the last step comes late, so that its timers fire late. */
export interface Aftermath extends Pick<ScheduledStep, 'at' | 'session' | 'rejection' | 'taken'> {
  readonly history: readonly HistoryEntry[];
}

export interface Schedule {
  /** The event at the start of the session. */
  readonly opening: MachineEvent | null;
  readonly steps: readonly ScheduledStep[];
  /** All steps, in order, without the aftermath. */
  readonly history: readonly HistoryEntry[];
  /** The aftermath at the earliest time at which a run reads it. */
  readonly aftermath: Aftermath;
  /** The aftermath at a later time. */
  readonly aftermathAt: (at: number) => Aftermath;
}
