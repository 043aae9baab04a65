/**
 * A session: one run of one workflow. It is one row of the store, read and written as a whole. Times are milliseconds since the epoch on
 * the engine's clock.
 */
import type { Context, HistoryValue, StateValue, Timer } from '../../machines/workflow.ts';
import type { LimitName } from './errors.ts';
import type { Task } from './task.ts';

export { statePath } from './machines/state-value.ts';
export { awaitedTasks, isUnderWay, type Task } from './task.ts';
export type { HistoryValue, StateValue, Timer };

/** The session that waits for the end of another. */
export interface Parent {
  readonly workflow: string;
  readonly id: string;
  /** The generation of the waiting task. */
  readonly generation: number;
  /** Events that the child must refuse from everyone; absent for none. */
  readonly withholds?: readonly string[];
}

/** The outcome of a request that carried an Idempotency-Key. */
export interface IdempotencyRecord {
  /** The keyed fingerprint of the key. */
  readonly key: string;
  /** The keyed fingerprint of route and body. */
  readonly fingerprint: string;
  /** Null for an event that was taken, else the reason. */
  readonly rejection: Rejection | null;
  /** The context at the time of the answer, for the parts of the answer that depend on it. */
  readonly context: Context;
  /** Gives the answer again to a sender whose access has ended. Absent for senders whose access lasts as long as the session. */
  readonly given?: GivenAnswer;
  readonly at: number;
}

/** The answer to a request. */
export interface GivenAnswer {
  /** The kind of the sender's credential and, for an invited party, the number of the invitation. */
  readonly credential: string;
  /** The role in which the sender made the request. */
  readonly role: string;
  /** The session as the request left it. */
  readonly session: Pick<
    Session,
    'version' | 'revision' | 'status' | 'value' | 'historyValue' | 'timers' | 'sealed' | 'updatedAt' | 'endedAt'
  >;
}

/** The reason why an event was not taken: a refusal of the statechart, or no transition for the event. */
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
 * `stranded`: no process has the session's version of the machine. `suspended`: the machine failed at something that was due. Neither is
 * woken until a start of the service takes the session back.
 */
export type SessionStatus = 'active' | 'done' | 'stranded' | 'suspended';

/** The signed result of a success, stored because its signature can't be made a second time. */
export interface SealedResult {
  readonly sealed: string;
  /** In milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface Session {
  readonly id: string;
  readonly workflow: string;
  readonly version: number;
  /** Grows by one with every commit; 1 is the commit that created the session. */
  readonly revision: number;
  readonly status: SessionStatus;
  /** In the machine's order. */
  readonly value: StateValue;
  /** Null while no history state has a state to enter again. */
  readonly historyValue: HistoryValue | null;
  readonly context: Context;
  readonly timers: readonly Timer[];
  readonly tasks: readonly Task[];
  /** The number of tasks so far; the next task gets the next generation. */
  readonly generations: number;
  /** The records of requests that came with an Idempotency-Key. */
  readonly idempotencyRecords: readonly IdempotencyRecord[];
  /** The fingerprint of the start body; null if the start came without an Idempotency-Key. */
  readonly startFingerprint: string | null;
  /** The secret key from which the session's codes and tokens are derived. */
  readonly keyId: string;
  /** The session that waits for the end of this one; null if none does. */
  readonly parent: Parent | null;
  /** The account that the session is about, as soon as it is known. */
  readonly accountId: string | null;
  /** The sealed personal details; null after they were deleted. */
  readonly sealed: string | null;
  /** Null without a success, after the result has expired, and for a result that each reader can sign again. */
  readonly result: SealedResult | null;
  /**
   * The secret key that signs the tokens about the session's success: the first one at its end, so a later first key changes no token.
   * Null without a success, and in sessions that ended before their key was stored.
   */
  readonly signingKeyId: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly endedAt: number | null;
}

/** One event in the life of a session. Contains no secret and no personal detail. */
export interface HistoryEntry {
  readonly at: number;
  /** The type of the machine event, including timers and task results; `start` for the first. */
  readonly event: string;
  readonly from: string | null;
  readonly to: string;
  readonly refusal: string | null;
  /** The machine's fault, for operators; only in an entry `suspend`. */
  readonly fault?: string;
}

/** The earliest time at which the clock alone changes the session; null if there is none. */
export function nextDueAt(session: Session): number | null {
  if (session.status === 'suspended') return null;
  let earliest = Number.POSITIVE_INFINITY;
  for (const timer of session.timers) earliest = Math.min(earliest, timer.dueAt);
  for (const { retryAt, answerBy } of session.tasks) {
    if (retryAt !== null) earliest = Math.min(earliest, retryAt);
    if (answerBy !== undefined) earliest = Math.min(earliest, answerBy);
  }
  return earliest === Number.POSITIVE_INFINITY ? null : earliest;
}

/** True if a timer or an attempt of the session is due by then. */
export function isDue(session: Session, now: number): boolean {
  const at = nextDueAt(session);
  return at !== null && at <= now;
}
