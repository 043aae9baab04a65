/**
 * A session: one run of one workflow, and its whole state. It is one row of the store,
 * read and written whole. Times are milliseconds since the epoch on the engine's clock.
 */

import type { Context, HistoryValue, StateValue, Timer } from '../../machines/workflow.ts';
import type { LimitName } from './errors.ts';
import type { Task } from './task.ts';

export { statePath } from './machines/state-value.ts';
export { awaitedTasks, isUnderWay, type Task } from './task.ts';
export type { HistoryValue, StateValue, Timer };

/** The session that waits for another one's end. */
export interface Parent {
  readonly workflow: string;
  readonly id: string;
  /** Of the task that waits. */
  readonly generation: number;
  /** Events that it lets its child take from nobody; absent for none. */
  readonly withholds?: readonly string[];
}

/** The outcome of a request that carried an Idempotency-Key. */
export interface IdempotencyRecord {
  /** Keyed fingerprint of the key. */
  readonly key: string;
  /** Keyed fingerprint of route and body. */
  readonly fingerprint: string;
  /** Null for an event that was taken, else why it was not. */
  readonly rejection: Rejection | null;
  /** The context it was answered with, for what the answer says of it. */
  readonly context: Context;
  readonly at: number;
}

/** Why an event was not taken: refused by the statechart, or no transition for it. */
export type Rejection =
  | {
      readonly kind: 'refused';
      readonly code: string;
      readonly until: number | null;
      /** The limit that refuses; absent if the machine itself refuses. */
      readonly limit?: LimitName;
    }
  | { readonly kind: 'not-accepted' };

/**
 * `stranded`: no process has the version of the machine that the session runs. `suspended`: its machine failed at something that was
 * due. Neither is woken until a start takes it back.
 */
export type SessionStatus = 'active' | 'done' | 'stranded' | 'suspended';

export interface Session {
  readonly id: string;
  readonly workflow: string;
  readonly version: number;
  /** Raised by one with every commit; 1 is the commit that created the session. */
  readonly revision: number;
  readonly status: SessionStatus;
  /** In the machine's order. */
  readonly value: StateValue;
  /** Null while no history state has anything to enter again. */
  readonly historyValue: HistoryValue | null;
  readonly context: Context;
  readonly timers: readonly Timer[];
  readonly tasks: readonly Task[];
  /** Generations given to tasks so far. */
  readonly generations: number;
  /** Of the requests that came with an Idempotency-Key. */
  readonly idempotencyRecords: readonly IdempotencyRecord[];
  /** Fingerprint of the body that created it, when it came with an Idempotency-Key. */
  readonly startFingerprint: string | null;
  /** Which of the secret keys this session's codes and tokens are derived with. */
  readonly keyId: string;
  /** The session that waits for its end; null where none does. */
  readonly parent: Parent | null;
  /** The account that it is about, from when that is known. */
  readonly accountId: string | null;
  /** Personal details, sealed. Null once they were wiped. */
  readonly sealed: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly endedAt: number | null;
}

/** One thing that happened to a session. Holds no secret and no personal detail. */
export interface HistoryEntry {
  readonly at: number;
  /** The machine event's type, timers and task results included; `start` for the first. */
  readonly event: string;
  readonly from: string | null;
  readonly to: string;
  readonly refusal: string | null;
  /** Of the entry `suspend`: the machine's fault, for operators. */
  readonly fault?: string;
}

/** The earliest moment at which the clock alone changes the session; null when none does. */
export function nextDueAt(session: Session): number | null {
  if (session.status === 'suspended') return null;
  let earliest = Number.POSITIVE_INFINITY;
  for (const timer of session.timers) earliest = Math.min(earliest, timer.dueAt);
  for (const task of session.tasks) if (task.retryAt !== null) earliest = Math.min(earliest, task.retryAt);
  return earliest === Number.POSITIVE_INFINITY ? null : earliest;
}

/** Whether the clock has something to do to the session by then. */
export function isDue(session: Session, now: number): boolean {
  const at = nextDueAt(session);
  return at !== null && at <= now;
}
