/** The limits on the duration and the number of attempts at a task. */

const SECOND = 1000;

/** The time limit of an attempt. A provider that takes longer will not answer. */
export const attemptTimeoutMs = 10 * SECOND;

/** The longest time limit that a task may set itself. The lease is longer. */
export const longestTimeoutMs = 25 * SECOND;

/**
 * The time between the abort of an attempt and its end, if its handler ignores the abort. A handler that heeds it closes its connections in
 * less. With the longest time limit, the sum is shorter than the lease.
 */
export const abortGraceMs = 2 * SECOND;

/**
 * How long an attempt belongs to the process that began it. Longer than any attempt, so that a running process never loses one. Short
 * enough that a message of a dead process is sent within 35 seconds.
 */
export const leaseMs = 30 * SECOND;

/**
 * The age at which an attempt must confirm its claim, counted from the moment the claim was sent to the database: another process may have
 * ended the session since. A healthy database commits within a tenth of this, so confirmations are rare. Also the longest time after a
 * session's acknowledged end at which a message can still leave.
 */
export const freshClaimMs = SECOND;

/**
 * The most confirmations of one claim. If every confirmation is slower than `freshClaimMs`, the last one is accepted. Without this rule, a
 * slow database would stop all messages.
 */
export const mostConfirmations = 3;

/**
 * The pauses between attempts; after the last one the task has failed. A person waits for this message, and people give up after a minute.
 */
export const retryDelaysMs: readonly number[] = [3 * SECOND, 10 * SECOND, 25 * SECOND];

export const attemptLimit = retryDelaysMs.length + 1;

/** A pause is up to a fifth longer, so that tasks that failed together do not return together. */
const jitter = 0.2;

/**
 * Attempts under way in one process. Enough for 5,000 messages a second through a provider that takes 200 ms. Few enough that a hanging
 * provider holds only some ten megabytes and a thousand connections.
 */
export const mostAttempts = 1_000;

/** The time for returning unfinished tasks when a process stops: one commit each. The lease frees those that are left. */
export const handBackMs = 2 * SECOND;

/** The longest time that a task may take while its process runs. */
export const longestTaskMs = attemptLimit * attemptTimeoutMs + retryDelaysMs.reduce((sum, delay) => sum + delay * (1 + jitter), 0);

/**
 * The longest pause between attempts at a task that is retried until it is done. The pauses double until they reach it, so the task
 * succeeds soon after an outage ends.
 */
const longestLastingDelayMs = 60 * SECOND;

/**
 * The pauses between attempts at a notice. A notice states its time, so it is still useful the next day, after an outage of the provider.
 * The pauses double up to a minute, and all together last a day.
 */
export const noticeDelaysMs: readonly number[] = Array.from({ length: 24 * 60 + 5 }, (_, index) => lastingPauseMs(index + 1));

/** The pause after a failed attempt at a task that is retried until it is done. The parameters are those of `retryDelayMs`. */
export function lastingDelayMs(attempts: number, random: number): number {
  return Math.round(lastingPauseMs(attempts) * (1 + jitter * random));
}

function lastingPauseMs(attempts: number): number {
  return Math.min(SECOND * 2 ** (attempts - 1), longestLastingDelayMs);
}

/**
 * The pause after a failed attempt that was not the last one.
 * @param attempts attempts begun so far
 * @param random from 0 (inclusive) to 1
 * @param delaysMs the pauses between attempts
 */
export function retryDelayMs(attempts: number, random: number, delaysMs: readonly number[]): number {
  return Math.round((delaysMs[attempts - 1] ?? 0) * (1 + jitter * random));
}
