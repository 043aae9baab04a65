/** How long and how often a task is tried. */

const SECOND = 1000;

/** An attempt that has not ended by then is given up. A provider that takes longer is not going to answer. */
export const attemptTimeoutMs = 10 * SECOND;

/** The longest time-out of a task that has one of its own. The lease outlasts it. */
export const longestTimeoutMs = 25 * SECOND;

/**
 * How long an attempt belongs to the process that began it. Longer than any attempt, so that a living process
 * never loses one; short enough that a message of a process that died is sent within 35 seconds.
 */
export const leaseMs = 30 * SECOND;

/**
 * The age of a claim after which an attempt has to confirm it first, counted from when the claim was sent to the database: another
 * process may have ended the session meanwhile. A healthy database commits within a tenth of this, so confirmations are rare. This is
 * also the longest time after a session's acknowledged end at which a message can still go out.
 */
export const freshClaimMs = SECOND;

/**
 * The maximum number of confirmations of one claim. If each takes longer than `freshClaimMs`, the last one counts; otherwise no message
 * would go out.
 */
export const mostConfirmations = 3;

/** The pauses between attempts; after the last one the task has failed. A person waits for this message: people give up after a minute. */
export const retryDelaysMs: readonly number[] = [3 * SECOND, 10 * SECOND, 25 * SECOND];

export const attemptLimit = retryDelaysMs.length + 1;

/** Up to a fifth longer, so that many tasks that failed together do not come back together. */
const jitter = 0.2;

/**
 * Attempts under way in one process. Enough for 5,000 messages per second through a provider that takes 200 ms; little enough
 * that one which hangs holds some ten megabytes and a thousand connections, not all that there is.
 */
export const mostAttempts = 1_000;

/** For giving back what a process that ends could not finish: one commit of each. What is not given back by then, its lease frees. */
export const handBackMs = 2 * SECOND;

/** The longest that a task may take while its process lives. */
export const longestTaskMs = attemptLimit * attemptTimeoutMs + retryDelaysMs.reduce((sum, delay) => sum + delay * (1 + jitter), 0);

/** Between attempts at what is tried for as long as it takes: twice as long each time, up to what an outage may last after its end. */
const longestLastingDelayMs = 60 * SECOND;

/**
 * The pauses between attempts at a notice. A notice says when it was: it is of use the next day, when a provider that was away is back.
 * The pauses double up to a minute, and so many of them take a day.
 */
export const noticeDelaysMs: readonly number[] = Array.from({ length: 24 * 60 + 5 }, (_, index) => lastingPauseMs(index + 1));

/** The pause after a failed attempt at a task that is retried until it is done; the parameters are those of `retryDelayMs`. */
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
