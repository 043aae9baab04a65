/** The work that a task of one workflow brings: its outcomes, its limits, and the function or the backend that does it. */
import type { TSchema } from '@sinclair/typebox';

/** One attempt, as the work of a task gets it. */
export interface TaskCall<Input = unknown> {
  readonly input: Input;
  /** The personal details of the session. */
  readonly data: Readonly<Record<string, string>>;
  readonly sessionId: string;
  /** The same for every attempt at the task, in any process: the idempotency key for other machines. */
  readonly key: string;
  /** The number of this attempt, from 1. Attempts of dead processes count. */
  readonly attempt: number;
  /** The times of the session's pending timers, by the name of their delay, in milliseconds since the epoch. */
  readonly deadlines: Readonly<Record<string, number>>;
}

/**
 * The result of an attempt: an outcome, alone or with personal details that the session adds to its own; a failure for good; or a reason to
 * try again, after a pause in milliseconds if the usual one does not fit. Reasons are for operators, so they contain no address.
 */
export type RunResult<Outcome extends string = string> =
  | Outcome
  | { readonly outcome: Outcome; readonly data?: Readonly<Record<string, string>> }
  | { readonly failed: string }
  | { readonly retry: string; readonly afterMs?: number };

/** Pauses that double after each attempt. */
export interface DoublingRetry {
  /** The number of attempts, the first included. */
  readonly attempts: number;
  /** The first pause, in milliseconds. */
  readonly firstMs: number;
  /** The longest pause, in milliseconds; a minute by default. */
  readonly longestMs?: number;
}

/** The limits of a task's attempts. */
export interface TaskLimits {
  /**
   * The pauses between attempts in milliseconds, one by one or doubling; after the last attempt the task has failed. Three pauses of 3, 10
   * and 25 seconds by default. A task whose failure the machine does not handle is retried until it is done.
   */
  readonly retry?: readonly number[] | DoublingRetry;
  /** The time limit of an attempt in milliseconds; ten seconds by default, at most 25. */
  readonly timeout?: number;
}

interface Outcomes extends TaskLimits {
  readonly outcomes: readonly string[];
  readonly input?: TSchema;
}

/** A task whose work is a function of the workflow's author. */
export interface RunTask extends Outcomes {
  readonly kind: 'run';
  // A method, so that a function for inputs of one type fits.
  run(call: TaskCall<unknown>, signal: AbortSignal): RunResult | PromiseLike<RunResult>;
}

/** A task that another backend does, which answers at once or later. */
export interface BackendTask extends Outcomes {
  readonly kind: 'backend';
  /** The setting with the address of the backend, such as `RESERVATIONS_URL`. */
  readonly url: string;
  /** The personal details that the backend gets. */
  readonly data?: readonly string[];
  /** The time that the backend may take for a later answer, in milliseconds. */
  readonly answerWithin: number;
}

export type OwnTask = RunTask | BackendTask;

/** A day: a person at the backend may have to decide. */
export const usualAnswerMs = 24 * 60 * 60 * 1000;

/** Far more than a person waits for. A longer series of attempts belongs to timers of the machine. */
export const mostTaskAttempts = 1_000;

const usualLongestMs = 60_000;

/** @returns the pauses between attempts, in milliseconds; undefined for the usual ones */
export function pausesOf({ retry }: TaskLimits): readonly number[] | undefined {
  if (retry === undefined || !('attempts' in retry)) return retry;
  const { attempts, firstMs, longestMs = usualLongestMs } = retry;
  const pauses = Math.max(0, Math.min(attempts, mostTaskAttempts) - 1);
  return Array.from({ length: pauses }, (_, index) => Math.min(firstMs * 2 ** index, longestMs));
}
